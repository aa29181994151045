"""`gtod help`: what `--help` says."""

import click

from gto_daemon.cli.completing import complete_command
from gto_daemon.cli.help import Command, argument
from gto_daemon.cli.program import program


@click.command(cls=Command)
@argument("command", required=False, shell_complete=complete_command, meaning="A command  [default: all of them]")
@click.pass_context
def help(ctx: click.Context, command: str | None) -> None:  # noqa: A001  (named like the command)
    """Explain a command, as its --help does."""
    program.main([*([command] if command else []), "--help"], prog_name="gtod", obj=ctx.obj)
