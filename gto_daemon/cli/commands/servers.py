"""`gtod serve` and `gtod lsp`: the commands that are a server until they end."""

import click

from gto_daemon.cli.help import GtodCommand


@click.command(cls=GtodCommand)
@click.option("--detached", is_flag=True, hidden=True, help="Leave the process that started this one")
@click.option("--ready-fd", type=int, hidden=True, help="File descriptor that is told when clients may connect")
@click.pass_context
def serve(ctx: click.Context, detached: bool, ready_fd: int | None) -> None:
    """Be the daemon, in the foreground, until interrupted. Its log goes to stderr too."""
    from gto_daemon.app.serve import main

    ctx.exit(main(detached=detached, ready_fd=ready_fd))


@click.command(cls=GtodCommand)
@click.option("--standalone", is_flag=True, help="Answer in this process, without a daemon")
@click.option("--stdio", is_flag=True, hidden=True, expose_value=False)
@click.pass_context
def lsp(ctx: click.Context, standalone: bool) -> None:
    """Be a language server for an editor, on stdio."""
    from gto_daemon.app.lsp import main

    ctx.exit(main(standalone=standalone))
