"""`gtod sinks`: where the events of your fleet are sent, and how far each sink is."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, needs_no_repository
from gto_daemon.cli.exit_status import BROKEN
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, explain, print_json
from gto_daemon.cli.tables import Table, print_table

_ACTIONS = ("list", "test", "deliveries", "replay")


@click.command(cls=GtodCommand)
@needs_no_repository
@argument("action", type=click.Choice(_ACTIONS), meaning="What to do")
@argument("name", required=False, meaning="The name of the sink")
@click.option("--from", "since", metavar="DATE", help="With replay: send all that happened since DATE, in RFC 3339")
@click.option(
    "--state", type=click.Choice(["pending", "delivered", "dead"]), help="With deliveries: only those in this state"
)
@click.option("--limit", "-n", type=click.IntRange(min=1, max=10_000), help="With deliveries: only so many")
@options.as_json
@options.as_plain
def sinks(
    backend: Backend,
    *,
    action: str,
    name: str | None,
    since: str | None,
    state: str | None,
    limit: int | None,
    as_json: bool,
    as_plain: bool,
) -> None:
    """Show where the events of your fleet are sent, and how far each sink is.

    list shows the sinks that your fleet.yaml names. test sends one an event of type dev.gtod.test.v1, and exits with 1
    if it is not accepted. deliveries shows events on their way, delivered, or given up (dead). replay sends again what
    was given up, or with --from all that the tags say that were made since then.
    """
    options.only_one("Only one output format allowed", json=as_json, plain=as_plain)
    if (since is not None and action != "replay") or (action != "deliveries" and (state or limit)):
        raise click.UsageError(f"{action} does not take this option.")
    if name is None and action in ("test", "replay"):
        raise click.UsageError(f"{action} takes the name of a sink.")
    if name is not None and action == "list":
        raise click.UsageError("list takes no name.")
    asked = {"sink": name, "since": since, "state": state, "limit": limit}
    result = backend.call(f"gto/sinks/{action}", {key: value for key, value in asked.items() if value is not None})
    if as_json:
        print_json(result)
    else:
        _SHOW[action](result, as_plain)
    if action == "test" and not result["accepted"]:
        raise click.exceptions.Exit(BROKEN)


def _list(result: Mapping[str, Any], as_plain: bool) -> None:
    rows = [
        [
            each["name"],
            each["type"],
            each["address"],
            each["health"],
            str(each["pending"]),
            str(each["delivered"]),
            str(each["dead"]),
        ]
        for each in result["sinks"]
    ]
    columns = ("name", "type", "address", "health", "pending", "delivered", "dead")
    print_table(Table(columns, rows), plain=as_plain)
    for each in result["sinks"]:
        if each["message"]:
            explain(f"{each['name']}: {each['message']}")
    if result["message"]:
        explain(result["message"])


def _test(result: Mapping[str, Any], _as_plain: bool) -> None:
    if result["accepted"]:
        echo(f"Accepted: {result['message']}")
    else:
        explain(f"Not accepted: {result['message']}")


def _deliveries(result: Mapping[str, Any], as_plain: bool) -> None:
    rows = [
        [each["at"], each["sink"], each["state"], each["ref"], each["event"], str(each["attempts"]), each["message"]]
        for each in result["deliveries"]
    ]
    columns = ("at", "sink", "state", "ref", "event", "attempts", "message")
    print_table(Table(columns, rows), plain=as_plain)


def _replay(result: Mapping[str, Any], _as_plain: bool) -> None:
    count = result["events"]
    echo(f"{count} event{'s' if count != 1 else ''} will be sent again.")


_SHOW: Mapping[str, Callable[[Mapping[str, Any], bool], None]] = {
    "list": _list,
    "test": _test,
    "deliveries": _deliveries,
    "replay": _replay,
}
