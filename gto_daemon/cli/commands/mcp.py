"""`gtod mcp`: the registry for agents, over the Model Context Protocol."""

import click

from gto_daemon.cli.backend import existing_repository
from gto_daemon.cli.help import GtodCommand
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.repository_path import is_text
from gto_daemon.cli.shell_completion import complete_directory


@click.command(cls=GtodCommand)
@click.option(
    "-r",
    "--repo",
    metavar="PATH",
    shell_complete=complete_directory,
    help="Repository  [default: the client's root, or this directory]",
)
@click.option("--read-only", is_flag=True, help="Leave out the tools that act")
def mcp(repo: str | None, read_only: bool) -> None:
    """Serve the registry to agents over the Model Context Protocol, on stdio."""
    from importlib.util import find_spec

    if find_spec("mcp") is None or find_spec("mcp_types") is None:
        raise Refused("The Model Context Protocol needs its SDK", "Install the package 'mcp' beside gtod.")
    import asyncio

    from gto_daemon.mcp.repositories import Repositories
    from gto_daemon.mcp.server import serve
    from gto_daemon.platform.signals import end_at_interrupt

    named = existing_repository(repo) if repo is not None else None
    otherwise = named or existing_repository(None)
    if not is_text(otherwise):
        raise Refused(
            f"The path '{otherwise}' is not UTF-8, and a daemon cannot be told of such a path", "Rename the folder."
        )
    # By default asyncio waits for the thread that reads stdin, which waits for a client that has nothing to say.
    end_at_interrupt()
    try:
        asyncio.run(serve(Repositories(named, otherwise), read_only=read_only))
    except* BrokenPipeError:
        pass  # the client reads no more, which is an end like any other
