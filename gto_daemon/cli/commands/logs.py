"""`gtod logs`: the daemon's log."""

import contextlib
import os
import time
from collections import deque
from pathlib import Path
from typing import Final, TextIO

import click

from gto_daemon.cli.backend import unavailable_is_refused
from gto_daemon.cli.help import GtodCommand
from gto_daemon.cli.printing import echo
from gto_daemon.cli.refusals import Refused

#: Seconds between two looks at the log.
_INTERVAL: Final = 0.25


@click.command(cls=GtodCommand)
@click.option("-n", "--lines", type=click.IntRange(min=0), help="Print only the last N lines")
@click.option("-f", "--follow", is_flag=True, help="Keep printing new lines until interrupted")
@click.option("--path", "only_path", is_flag=True, help="Print the path of the log")
def logs(lines: int | None, follow: bool, only_path: bool) -> None:
    """Print the daemon's log."""
    from gto_daemon import client

    with unavailable_is_refused():
        path = Path(client.log_path())
    if only_path:
        echo(path)
        return
    try:
        with path.open(encoding="utf-8", errors="replace") as log:
            for line in log if lines is None else deque(log, maxlen=lines):
                echo(line, nl=False)
            if follow:
                _follow(path, log)
    except KeyboardInterrupt:
        # How --follow ends.
        return
    except FileNotFoundError as error:
        raise Refused(
            f"There is no log at {path}", "The daemon writes it from its first start: `gtod start`."
        ) from error


def _follow(path: Path, log: TextIO) -> None:
    """Print new lines, also after the log has been rotated."""
    with contextlib.ExitStack() as later:
        while True:
            # Checked before reading, so that a rotated log is read to its end.
            replaced = _is_replaced(path, log)
            for line in log:
                echo(line, nl=False)
            if replaced:
                later.close()
                log = later.enter_context(path.open(encoding="utf-8", errors="replace"))
            else:
                time.sleep(_INTERVAL)


def _is_replaced(path: Path, log: TextIO) -> bool:
    try:
        return not os.path.samestat(path.stat(), os.fstat(log.fileno()))
    except FileNotFoundError:
        # Rotated just now, and the new log does not exist yet.
        return False
