"""Console blocks of the pages, run in a real shell, and what they print compared with what the page says they print.

`…` in a page stands for anything: within a line for any characters, as a whole line for any lines.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block

_PROMPT = "$ "
_MARK = "--- what follows is of the next command ---"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A command, and what the page says it prints."""

    command: str
    expected: str


def exchanges(block: Block) -> list[Exchange]:
    """The commands of a console block.

    Raises:
        ValueError: it does not begin with a command.

    """
    found: list[Exchange] = []
    for line in block.text.splitlines(keepends=True):
        if line.startswith(_PROMPT):
            found.append(Exchange(line.removeprefix(_PROMPT).rstrip("\n"), ""))
        elif not found:
            raise ValueError(f"the block on line {block.line} begins with an answer: {line}")
        else:
            found[-1] = Exchange(found[-1].command, found[-1].expected + line)
    return found


def run_block(block: Block, cwd: Path) -> list[tuple[Exchange, str]]:
    """Run the commands of a console block one after the other in one shell; what each printed to stdout."""
    said = exchanges(block)
    script = "".join(f"{each.command}\necho '{_MARK}'\n" for each in said)
    done = run_script(script, cwd)
    printed = done.stdout.split(_MARK + "\n")
    assert done.returncode == 0, done.stderr
    return list(zip(said, printed, strict=False))


def run_script(script: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a script by bash, which ends at the first command that fails."""
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def matches(expected: str, printed: str) -> bool:
    """Whether `printed` is what the page says."""
    pattern = re.escape(expected).replace(re.escape("…") + "\\\n", "(?:.*\n)*?").replace(re.escape("…"), ".*")
    return re.fullmatch(pattern, printed) is not None
