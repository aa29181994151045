"""`gtod call` and `gtod openrpc`: the protocol, by hand."""

import json
import sys
from typing import Any

import click

from gto_daemon.cli.completing import complete_method
from gto_daemon.cli.help import Command, argument
from gto_daemon.cli.json_text import parse_json
from gto_daemon.cli.printing import echo, print_json
from gto_daemon.cli.source import Source, reads_repository

#: Methods that are about no repository; every other `gto/` method takes `repo`.
_WITHOUT_REPOSITORY = frozenset(
    ("gto/handshake", "gto/repositories", "gto/retire", "gto/shutdown", "gto/unsubscribe", "gto/parseTag", "gto/clone")
)
#: Methods that answer without a repository too, where there is none.
_REPOSITORY_OPTIONAL = frozenset(("gto/status",))


@click.command(cls=Command)
@reads_repository
@argument(
    "method",
    shell_complete=complete_method,
    meaning="Method of the protocol, such as gto/show (gtod openrpc lists them)",
)
@argument("params", required=False, metavar="[JSON]", meaning="Its params, an object; - reads them from stdin")
def call(source: Source, method: str, params: str | None) -> None:
    """Call a method of the daemon and print its result.

    `repo` is added when it is absent. An error goes to stderr as JSON.
    """
    from gto_daemon.client import CallError

    try:
        print_json(_result(source, method, _params(params)))
    except CallError as error:
        fault: dict[str, Any] = {"code": error.code, "message": error.message}
        if error.data is not None:
            fault["data"] = error.data
        echo(json.dumps(fault, indent=4), err=True)
        raise click.exceptions.Exit(1) from error


@click.command(cls=Command)
@reads_repository
def openrpc(source: Source) -> None:
    """Print the OpenRPC document of the protocol.

    It has every method with its params, its result and its errors.
    """
    print_json(source.call("rpc.discover", {}))


def _result(source: Source, method: str, params: dict[str, Any]) -> Any:
    from gto_daemon.client import CallError

    if "repo" in params or method in _WITHOUT_REPOSITORY or not method.startswith("gto/"):
        return source.call_raw(method, params)
    try:
        return source.call_raw(method, {"repo": source.repo, **params})
    except CallError as error:
        if method in _REPOSITORY_OPTIONAL and error.kind == "NotARepository":
            return source.call_raw(method, params)
        raise


def _params(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    if text == "-":
        text = sys.stdin.read()
    value = parse_json(text, "params")
    if not isinstance(value, dict):
        raise click.UsageError('The params have to be a JSON object, such as {"name": "churn"}')
    return value
