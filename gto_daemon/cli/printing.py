"""What goes to the terminal: values as JSON or lines on stdout, problems and refusals on stderr."""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

import click

#: How many problems one answer may put on stderr before it points at `gtod doctor`.
PROBLEMS_SHOWN = 10

_FALSE = ("0", "false", "f", "no", "n", "off")


#: What a terminal obeys instead of showing it, and what turns the text around it. Line ends and tabs are left.
_OBEYED = re.compile("\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """The text of others, fit for a terminal: what that would obey is shown as its number, `\\x1b`."""
    if text.isprintable():
        return text
    return _OBEYED.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def echo(text: str | os.PathLike[str] = "", *, err: bool = False, nl: bool = True) -> None:
    """Print a line, to stderr with `err`; the only way for a command to do so, because tags and files are others'."""
    click.echo(harmless(str(text)), err=err, nl=nl)


def print_json(value: Any) -> None:
    """GTO 1.10.1's `--json`: four spaces, ASCII only."""
    echo(json.dumps(value, indent=4))


def print_lines(values: Iterable[object]) -> None:
    """One value a line, as GTO prints `--ref` and its like; trailing line ends go."""
    for value in values:
        echo(str(value).rstrip("\r\n"))


def emoji(symbol: str, stream: IO[str] | None = None) -> str:
    """The symbol and two blanks, as GTO prints it; nothing with `GTO_EMOJIS=false` or where it cannot be shown.

    Like GTO this heeds the environment alone, and the variable's name in any case.
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
    """The text with every run of white space, line ends among them, as one blank."""
    return " ".join(text.split())


def placed(problem: Mapping[str, Any]) -> str:
    """The message of a problem or finding on one line, after the file and line that it is about."""
    message = one_line(problem["message"])
    path = problem.get("path")
    if path is None:
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
