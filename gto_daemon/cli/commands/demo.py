"""`gtod demo`: a registry to try everything in."""

import shlex
from pathlib import Path

import click

from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.shell_completion import complete_directory


@click.command(cls=GtodCommand)
@argument(
    "directory",
    default="gtod-demo",
    shell_complete=complete_directory,
    meaning="Directory to create  [default: gtod-demo]",
)
def demo(directory: str) -> None:
    """Make a demo registry to try everything in."""
    from gto_daemon.app.demo import create_demo

    try:
        create_demo(Path(directory))
    except FileExistsError as error:
        raise Refused(
            f"'{directory}' already exists", "Name another place, such as: `gtod demo another-demo`"
        ) from error
    except OSError as error:
        raise Refused(f"'{directory}' cannot be written: {error.strerror or error}") from error
    echo(f"Made a registry of 3 artifacts in '{directory}'. Look at it: `gtod show -r {shlex.quote(directory)}`")
