"""`gtod stages`: the stages that are allowed, or in use."""

import click

from gto_daemon.cli import options
from gto_daemon.cli.help import Command
from gto_daemon.cli.printing import print_json, print_lines
from gto_daemon.cli.source import Source, reads_repository


@click.command(cls=Command)
@reads_repository
@click.option("--allowed", is_flag=True, help="Show allowed stages from config")
@click.option("--used", is_flag=True, help="Show stages that some version is in")
@options.as_json
def stages(source: Source, allowed: bool, used: bool, as_json: bool) -> None:
    """Print list of stages used in the registry."""
    options.only_one("Either the allowed stages or the used ones", allowed=allowed, used=used)
    found = source.ask("gto/stages", allowed=allowed, used=used)["stages"]
    if as_json:
        print_json(found)
    else:
        print_lines(found or ())
