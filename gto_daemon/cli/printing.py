"""What goes to the terminal: values as JSON or lines on stdout, problems and refusals on stderr."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

import click

from gto_daemon.visible import visible

#: How many problems one answer may put on stderr before it points at `gtod doctor`.
PROBLEMS_SHOWN = 10

_FALSE = ("0", "false", "f", "no", "n", "off")


class UnwrittenError(click.ClickException):
    """Standard output takes nothing; what it was to take first is on stderr, because an act may be done already.

    Attributes:
        said: the first line of it.

    """

    exit_code = 1

    def __init__(self, reason: OSError, text: str) -> None:
        super().__init__(f"The output could not be written: {reason.strerror or reason}")
        self.said = text.partition("\n")[0]

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it as a refusal is printed."""
        lines = [f"{emoji('❌', sys.stderr).removesuffix(' ')}{self.message}", *([self.said] if self.said else [])]
        click.echo("\n".join(lines), file=file, err=True)


def write(text: str, *, err: bool = False, nl: bool = True, color: bool | None = None) -> None:
    """Print text that is fit for a terminal.

    Raises:
        UnwrittenError: stdout takes none, as on a full disk. A stderr that takes none is left alone.

    """
    try:
        click.echo(text, err=err, nl=nl, color=color)
    except BrokenPipeError:
        raise
    except OSError as error:
        if not err:
            raise unwritten(error, text) from error
        _silence(sys.stderr)


def unwritten(error: OSError, text: str) -> UnwrittenError:
    """Return the refusal for text that stdout did not take, and let it take no more."""
    _silence(sys.stdout)
    return UnwrittenError(error, text)


def _silence(stream: IO[str]) -> None:
    # Python would complain when it flushes once more at the end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def echo(text: str | os.PathLike[str] = "", *, err: bool = False, nl: bool = True) -> None:
    """Print a line, to stderr with `err`; the only way for a command to do so, because tags and files are others'."""
    write(visible(str(text)), err=err, nl=nl)


def print_json(value: Any) -> None:
    """GTO 1.10.1's `--json`: four spaces, ASCII only."""
    echo(json.dumps(value, indent=4))


def print_lines(values: Iterable[object]) -> None:
    """One value a line, as GTO prints `--ref` and its like; trailing line ends go."""
    for value in values:
        echo(str(value).rstrip("\r\n"))


def emoji(symbol: str, stream: IO[str] | None = None) -> str:
    """Return the symbol and two blanks, as GTO prints it; nothing with `GTO_EMOJIS=false` or where it cannot be shown.

    Like GTO this uses the environment alone, and the variable's name in any case.
    """
    for name, value in os.environ.items():
        if name.upper() == "GTO_EMOJIS" and value.strip().lower() in _FALSE:
            return ""
    encoding = getattr(stream or sys.stdout, "encoding", None) or "ascii"
    try:
        symbol.encode(encoding)
    except UnicodeEncodeError:
        return ""
    return f"{symbol}  "


def warn(message: str) -> None:
    """One line on stderr that is no refusal."""
    echo(f"{emoji('⚠️', sys.stderr) or 'warning: '}{one_line(message)}", err=True)


def explain(reason: str) -> None:
    """Say on stderr why stdout stays empty."""
    echo(one_line(reason), err=True)


def push_commands(remote: str, push: Mapping[str, Any]) -> list[list[str]]:
    """Return a push as commands of git: one, but where it sends and deletes."""
    create, delete = push["create"], push["delete"]
    sends = [["git", "push", remote, *create]] if create else []
    return [*sends, ["git", "push", "--delete", remote, *delete]] if delete else sends


def say_remote_messages(push: Mapping[str, Any] | None) -> None:
    """Print on stderr, as git does, what the server said about a push. That of one it refused is in the refusal."""
    for line in push.get("remote_messages", ()) if push and push["ok"] else ():
        echo(f"remote: {line}", err=True)


def one_line(text: str) -> str:
    """Return the text with every run of white space, line ends among them, as one blank."""
    return " ".join(text.split())


def placed(problem: Mapping[str, Any]) -> str:
    """Return the message of a problem or finding on one line, after the file and line that it is about."""
    message = one_line(problem["message"])
    path = problem.get("path")
    if path is None or (not problem.get("range") and message.startswith(f"{path} ")):
        return message
    line = f":{problem['range']['start']['line'] + 1}" if problem.get("range") else ""
    commit = f" at {problem['commit'][:7]}" if problem.get("commit") else ""
    return f"{path}{line}{commit}: {message}"


def with_hint(problem: Mapping[str, Any]) -> str:
    """`message (hint)` of a problem or finding, on one line."""
    message = placed(problem)
    hint = one_line(problem.get("hint") or "").rstrip(".")
    return f"{message} ({hint})" if hint else message


def report_problems(problems: Sequence[Mapping[str, Any]]) -> None:
    """What could not be read, one line each on stderr, nothing twice; remarks of severity info stay with `doctor`."""
    lines = list(dict.fromkeys(with_hint(each) for each in problems if each.get("severity") != "info"))
    for line in lines[:PROBLEMS_SHOWN]:
        warn(line)
    if len(lines) > PROBLEMS_SHOWN:
        warn(f"and {len(lines) - PROBLEMS_SHOWN} more (`gtod doctor` lists them all)")


def duration(seconds: float) -> str:
    """Return a length of time in words, such as `1 d 2 h`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 s"
