"""`gtod logs`: what the daemon wrote."""

from collections import deque
from pathlib import Path

import click

from gto_daemon.cli.help import Command
from gto_daemon.cli.printing import echo
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.source import unavailable_is_refused


@click.command(cls=Command)
@click.option("-n", "--lines", type=click.IntRange(min=0), help="Only the last N lines")
@click.option("--path", "only_path", is_flag=True, help="Print where the log is")
def logs(lines: int | None, only_path: bool) -> None:
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
    except FileNotFoundError as error:
        raise Refused(
            f"There is no log at {path}", "The daemon writes it from its first start: `gtod start`."
        ) from error
