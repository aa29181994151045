"""`gtod serve` and `gtod lsp`: the commands that run a server."""

import click

from gto_daemon.cli.help import GtodCommand


@click.command(cls=GtodCommand)
@click.option("--detached", is_flag=True, hidden=True, help="Detach from the process that started this one")
@click.option("--ready-fd", type=int, hidden=True, help="File descriptor to write to when clients can connect")
@click.pass_context
def serve(ctx: click.Context, detached: bool, ready_fd: int | None) -> None:
    """Run the daemon in the foreground. Its log also goes to stderr."""
    from gto_daemon.app.serve import main

    ctx.exit(main(detached=detached, ready_fd=ready_fd))


@click.command(cls=GtodCommand)
@click.option("--standalone", is_flag=True, help="Run in this process, without a daemon")
@click.option("--stdio", is_flag=True, hidden=True, expose_value=False)
@click.pass_context
def lsp(ctx: click.Context, standalone: bool) -> None:
    """Run the language server on stdio."""
    from gto_daemon.app.lsp import main

    ctx.exit(main(standalone=standalone))
