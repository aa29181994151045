"""`gtod call` and `gtod openrpc`: the protocol on the command line."""

import json
import sys
from typing import Any

import click

from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.json_text import parse_json
from gto_daemon.cli.printing import echo, print_json
from gto_daemon.cli.shell_completion import complete_method
from gto_daemon.protocol import JsonObject

#: Methods without a repository; every other `gto/` method takes `repo`.
_WITHOUT_REPOSITORY = frozenset(
    ("gto/handshake", "gto/repositories", "gto/retire", "gto/shutdown", "gto/unsubscribe", "gto/parseTag", "gto/clone")
)
#: Methods for which the repository is optional.
_REPOSITORY_OPTIONAL = frozenset(("gto/status",))


@click.command(cls=GtodCommand)
@reads_repository
@argument(
    "method",
    shell_complete=complete_method,
    meaning="Method of the protocol, such as gto/show (gtod openrpc lists them)",
)
@argument("params", required=False, metavar="[JSON]", meaning="Its params, an object; - reads them from stdin")
def call(backend: Backend, method: str, params: str | None) -> None:
    """Call a method of the daemon and print its result.

    `repo` is filled in if it is absent. An error goes to stderr as JSON.
    """
    from gto_daemon.client import CallError

    try:
        print_json(_result(backend, method, _params(params)))
    except CallError as error:
        fault: JsonObject = {"code": error.code, "message": error.message}
        if error.data is not None:
            fault["data"] = error.data
        echo(json.dumps(fault, indent=4), err=True)
        raise click.exceptions.Exit(1) from error


@click.command(cls=GtodCommand)
@reads_repository
def openrpc(backend: Backend) -> None:
    """Print the OpenRPC document of the protocol.

    It describes every method with its params, result and errors.
    """
    print_json(backend.call("rpc.discover", {}))


def _result(backend: Backend, method: str, params: JsonObject) -> Any:
    from gto_daemon.client import CallError

    if "repo" in params or method in _WITHOUT_REPOSITORY or not method.startswith("gto/"):
        return backend.call_raw(method, params)
    try:
        return backend.call_raw(method, {"repo": backend.repo, **params})
    except CallError as error:
        if method in _REPOSITORY_OPTIONAL and error.kind == "NotARepository":
            return backend.call_raw(method, params)
        raise


def _params(text: str | None) -> JsonObject:
    if text is None:
        return {}
    if text == "-":
        text = sys.stdin.read()
    value = parse_json(text, "params")
    if not isinstance(value, dict):
        raise click.UsageError('The params have to be a JSON object, such as {"name": "churn"}')
    return value
