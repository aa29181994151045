"""`gtod at`: what is registered and assigned at a commit."""

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.exit_status import say_if_nothing
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import print_json
from gto_daemon.cli.rows import commit_table
from gto_daemon.cli.shell_completion import complete_ref
from gto_daemon.cli.tables import print_table


@click.command(cls=GtodCommand)
@reads_repository
@argument("rev", required=False, shell_complete=complete_ref, meaning="Git revision  [default: HEAD]")
@options.as_json
@options.as_plain
@options.exit_code
def at(backend: Backend, rev: str | None, as_json: bool, as_plain: bool, exit_code: bool) -> None:
    """Show what is registered and assigned at a commit."""
    options.only_one("Only one output format allowed", json=as_json, plain=as_plain)
    result = backend.ask("gto/at", rev=rev)
    if as_json:
        print_json({name: result[name] for name in ("commit", "versions", "stages")})
    else:
        print_table(commit_table(result["versions"], result["stages"]), plain=as_plain)
    say_if_nothing(result.get("reason"), exit_code=exit_code)
