"""`gtod stages`: the stages that are allowed, or in use."""

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.exit_status import say_if_nothing
from gto_daemon.cli.help import GtodCommand
from gto_daemon.cli.printing import print_json, print_lines


@click.command(cls=GtodCommand)
@reads_repository
@click.option("--allowed", is_flag=True, help="Show allowed stages from config")
@click.option("--used", is_flag=True, help="Show stages that hold a version")
@options.as_json
@options.exit_code
def stages(backend: Backend, allowed: bool, used: bool, as_json: bool, exit_code: bool) -> None:
    """Print list of stages used in the registry."""
    options.only_one("Either the allowed stages or the used ones", allowed=allowed, used=used)
    result = backend.ask("gto/stages", allowed=allowed, used=used)
    found = result["stages"]
    if as_json:
        print_json(found)
    else:
        print_lines(found or ())
    say_if_nothing(result.get("reason"), exit_code=exit_code)
