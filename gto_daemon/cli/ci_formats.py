"""The outputs of `gtod ci-event` as CI services read them, so that no value can pass for anything but a value.

Annotations, messages and names are other people's text: whoever may push a tag or a branch writes them.
"""

import html
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from gto_daemon.cli.ci_event import OUTPUTS, CiEvent
from gto_daemon.cli.printing import write
from gto_daemon.cli.refusals import Refused
from gto_daemon.visible import visible

#: Characters of an output on GitHub, whose outputs of a job have 1 MiB together.
MAX_OUTPUT_LENGTH: Final = 200_000
#: Bytes of a dotenv report, a little below GitLab's default limit of 5 KiB.
MAX_DOTENV_BYTES: Final = 5_000
#: Characters of a value in a summary.
MAX_SHOWN: Final = 500

#: The name of the output that names those that could not be given.
OMITTED: Final = "omitted"
_PREFIX: Final = "GTOD_"
#: Outputs from the most important to the least: those come first into what has a limit.
_BY_IMPORTANCE: Final = (
    "event", "name", "version", "stage", "ref", "commit", "previous", "current", "verdict", "signed", "type", "path",
    "author", "description", "registry",
)  # fmt: skip


def as_text(value: Any) -> str:
    """Return a value as a job gets it; a variable can hold no zero byte."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return text.replace("\0", "")


def github_outputs(values: Mapping[str, Any]) -> str:
    """Return the lines for the file `GITHUB_OUTPUT`.

    Each value ends at a delimiter of its own, which nobody can know who wrote the value.
    """
    texts = {name: as_text(values.get(name)) for name in OUTPUTS}
    omitted = [name for name, text in texts.items() if len(text) > MAX_OUTPUT_LENGTH]
    texts |= dict.fromkeys(omitted, "") | {OMITTED: " ".join(omitted)}
    return "".join(_delimited(name, text) for name, text in texts.items())


def _delimited(name: str, text: str) -> str:
    delimiter = f"gtod-{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{text}\n{delimiter}\n"


def dotenv(values: Mapping[str, Any]) -> str:
    """Return the lines of a dotenv report of GitLab; the last one names the outputs that it cannot hold as they are.

    Such a report knows no quotes and no escapes, is short, and GitLab expands variables in its values.
    """
    texts = dict.fromkeys(OUTPUTS, "")
    omitted: list[str] = []
    room = MAX_DOTENV_BYTES - sum(len(f"{_PREFIX}{name}=\n {name}") for name in (*OUTPUTS, OMITTED))
    for name in _BY_IMPORTANCE:
        text = as_text(values.get(name))
        size = len(text.encode("utf-8", "replace"))
        if size > room or "$" in text or text != text.strip() or len(text.splitlines()) > 1 or visible(text) != text:
            omitted.append(name)
        else:
            texts[name] = text
            room -= size
    texts[OMITTED] = " ".join(omitted)
    return "".join(f"{_PREFIX}{name.upper()}={text}\n" for name, text in texts.items())


def summary(event: CiEvent, failures: list[str]) -> str:
    """Return a job summary: HTML without a blank line, in which Markdown has no meaning."""
    rows = [
        f"<tr><th>{name}</th><td><code>{_escaped(as_text(event.values[name]))}</code></td></tr>"
        for name in OUTPUTS
        if name in event.values and name != "registry"
    ]
    lines = [
        f"<h3>{_escaped(event.sentence)}</h3>" if event.sentence else "",
        f"<p>{_escaped(event.state)}</p>" if event.state else "",
        *(f"<p>❌ {_escaped(each)}</p>" for each in failures),
        *(["<table>", *rows, "</table>"] if rows else ()),
    ]
    text = "".join(f"{line}\n" for line in lines if line)
    return f"{text}\n" if text else ""


def _escaped(text: str) -> str:
    shown = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
    return "<br>".join(html.escape(visible(line)) for line in shown.splitlines())


def append_to(variable: str, text: str) -> None:
    """Append text to the file that a runner names in a variable.

    Raises:
        Refused: it names none, or the file takes nothing.

    """
    path = os.environ.get(variable)
    if not path:
        raise Refused(f"{variable} is not set", "Runners of GitHub Actions set it. Elsewhere, --json prints the same.")
    try:
        # A blank line instead would do for GitHub, but not for every runner that imitates it.
        begin = "\n" if _ends_within_a_line(Path(path)) else ""
        with Path(path).open("a", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(begin + text)
    except OSError as error:
        raise Refused(f"{variable} names '{path}', which cannot be written: {error.strerror or error}") from error


def _ends_within_a_line(path: Path) -> bool:
    """Return whether an earlier step left the last line of a file open."""
    if not path.is_file() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() != b"\n"


@contextmanager
def no_workflow_commands() -> Iterator[None]:
    """Have the runner take nothing that is printed meanwhile for a command (`::set-output …`, `##[add-path]…`).

    It obeys both streams, and there is an order in one only; so both become one.
    """
    token = secrets.token_hex(16)
    sys.stdout.flush()
    os.dup2(sys.stdout.fileno(), sys.stderr.fileno())
    write(f"::stop-commands::{token}")
    try:
        yield
    finally:
        write(f"::{token}::")


def error_command(message: str) -> str:
    """Return the workflow command that shows an error on the page of the run."""
    escaped = visible(message).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::error title=gtod::{escaped}"
