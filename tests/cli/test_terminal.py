"""On a terminal tables fold to its width and have a style, unless NO_COLOR asks for none."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.cli.conftest import Gtod


def on_terminal(*argv: str, columns: int, cwd: Path, **variables: str) -> str:
    """What a terminal of so many columns is sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "gto_daemon", *argv],
        cwd=cwd,
        stdout=theirs,
        env={**environment, "TERM": "xterm", **variables},
    )
    os.close(theirs)
    received = b""
    try:
        while chunk := os.read(ours, 65536):
            received += chunk
    except OSError:
        pass  # Linux' way to say that the other end of a terminal is closed
    os.close(ours)
    assert process.wait() == 0
    return received.decode().replace("\r\n", "\n")


def without_style(text: str) -> str:
    return re.sub(r"\x1b\[\dm", "", text)


@pytest.mark.parametrize(
    ("line", "columns", "is_table"),
    [
        ("show", 60, True),
        ("show", 40, False),
        ("show churn", 40, False),
        ("history", 60, False),
        *((line, columns, True) for line in ("show", "show churn", "history") for columns in (80, 160)),
    ],
)
def test_what_is_shown_folds_to_the_terminal(line: str, columns: int, is_table: bool, registry: Path) -> None:
    shown = without_style(on_terminal(*line.split(), columns=columns, cwd=registry))
    assert max(map(len, shown.splitlines())) <= columns
    assert ("╒" in shown) == is_table


def test_a_table_that_fits_is_what_a_pipe_gets(gtod: Gtod, registry: Path) -> None:
    assert without_style(on_terminal("history", columns=160, cwd=registry)) == gtod("history", cwd=registry).stdout


def test_no_color_means_no_style(registry: Path) -> None:
    assert "\x1b[1m" in on_terminal("show", columns=80, cwd=registry)
    assert "\x1b" not in on_terminal("show", columns=80, cwd=registry, NO_COLOR="1")
    assert "\x1b" not in on_terminal("show", columns=80, cwd=registry, TERM="dumb")
