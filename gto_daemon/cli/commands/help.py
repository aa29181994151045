"""`gtod help`: the same as `--help`."""

import click

from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.program import program
from gto_daemon.cli.shell_completion import complete_command


@click.command(cls=GtodCommand)
@argument("command", required=False, shell_complete=complete_command, meaning="A command  [default: all of them]")
@click.pass_context
def help(ctx: click.Context, command: str | None) -> None:  # noqa: A001  (named like the command)
    """Show the help of a command."""
    program.main([*([command] if command else []), "--help"], prog_name="gtod", obj=ctx.obj)
