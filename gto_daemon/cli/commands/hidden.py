"""GTO's hidden commands: `parse-tag` and `print-state`."""

import click

from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import print_json
from gto_daemon.cli.refusals import Refused
from gto_daemon.protocol import JsonObject


@click.command(cls=GtodCommand, hidden=True)
@reads_repository
@argument("name", meaning="Name of a tag")
@click.option("--key", help="Which key to return")
def parse_tag(backend: Backend, name: str, key: str | None) -> None:
    """Given git tag name created by this tool, parse it and return its parts."""
    parts: JsonObject = backend.call("gto/parseTag", {"name": name})["parts"]
    if key is None:
        print_json(parts)
    elif key in parts:
        print_json(parts[key])
    else:
        raise Refused(f"The tag '{name}' has no {key}", f"It has: {', '.join(parts)}.")


@click.command(cls=GtodCommand, hidden=True)
@reads_repository
def print_state(backend: Backend) -> None:
    """Technical cmd: Print current registry state."""
    print_json({"artifacts": backend.ask("gto/printState")["artifacts"]})
