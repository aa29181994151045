"""`gtod at`: what is registered and assigned at a commit."""

import click

from gto_daemon.cli import options
from gto_daemon.cli.completing import complete_ref
from gto_daemon.cli.help import Command, argument
from gto_daemon.cli.printing import print_json
from gto_daemon.cli.rows import commit_table
from gto_daemon.cli.source import Source, reads_repository
from gto_daemon.cli.tables import print_table
from gto_daemon.cli.verdict import say_if_nothing


@click.command(cls=Command)
@reads_repository
@argument("rev", required=False, shell_complete=complete_ref, meaning="Git revision  [default: HEAD]")
@options.as_json
@options.as_plain
@options.exit_code
def at(source: Source, rev: str | None, as_json: bool, as_plain: bool, exit_code: bool) -> None:
    """Show what is registered and assigned at a commit."""
    options.only_one("Only one output format allowed", json=as_json, plain=as_plain)
    result = source.ask("gto/at", rev=rev)
    if as_json:
        print_json({name: result[name] for name in ("commit", "versions", "stages")})
    else:
        print_table(commit_table(result["versions"], result["stages"]), plain=as_plain)
    say_if_nothing(result.get("reason"), exit_code=exit_code)
