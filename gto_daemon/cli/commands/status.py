"""`gtod status`: whether the daemon is running, its health, and what it holds."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import existing_repository, unavailable_is_refused
from gto_daemon.cli.help import GtodCommand
from gto_daemon.cli.printing import duration, echo, print_json
from gto_daemon.cli.refusals import refusal
from gto_daemon.cli.shell_completion import complete_directory

NO_DAEMON = 3


@click.command(cls=GtodCommand)
@click.option(
    "-r",
    "--repo",
    shell_complete=complete_directory,
    help="Show this repository too (the daemon reads it if necessary)",
)
@options.as_json
def status(repo: str | None, as_json: bool) -> None:
    """Show whether the daemon is running, and its health.

    Never starts it; exits with 3 if it is not running.
    """
    from gto_daemon import client

    with unavailable_is_refused():
        found = client.status()
        if found is None:
            echo("gtod is not running.", err=True)
            raise click.exceptions.Exit(NO_DAEMON)
        with client.Client.connect(start=False) as connection:
            try:
                if repo is not None:
                    found = connection.call("gto/status", {"repo": existing_repository(repo)})
                held = connection.call("gto/repositories")["repositories"]
            except client.CallError as error:
                raise refusal(error.code, error.message, error.data) from error
    if as_json:
        print_json({**found, "held": held})
    else:
        for line in _lines(found, held):
            echo(line)


def _lines(found: Mapping[str, Any], held: list[Mapping[str, Any]]) -> Iterator[str]:
    yield f"gtod {found['version']} runs as process {found['pid']}, for {duration(found['uptime_s'])}"
    yield f"socket    {found['socket']}"
    yield f"log       {found['log']}"
    yield f"sessions  {found['sessions']}"
    for row in held:
        yield f"holds     {row['repo']}: {row['tags']} GTO tags, {row['health']}"
    facts = dict(found.get("repository") or {})
    if facts:
        yield f"\n{facts.pop('repo')}"
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        yield f"  {name.ljust(width)}  {_plain(value)}"


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items() if each is not None)
    return str(value)
