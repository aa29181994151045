"""`gtod history`: the journal of the registry, or of one artifact, stage or version."""

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.exit_status import exit_if_broken, say_if_nothing
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import print_json
from gto_daemon.cli.rows import history_table
from gto_daemon.cli.shell_completion import complete_artifact
from gto_daemon.cli.signatures import explain, signature_text, verify_first, with_signatures
from gto_daemon.cli.tables import print_table
from gto_daemon.protocol import JsonObject


@click.command(cls=GtodCommand)
@reads_repository
@argument(
    "name",
    required=False,
    shell_complete=complete_artifact,
    meaning="Artifact to show (also NAME@v1.2.3, NAME#stage). If empty, show all.",
)
@options.as_json
@options.as_plain
@click.option("--ascending", "--asc", "ascending", is_flag=True, help="Show oldest first")
@click.option("--commits", is_flag=True, help="Include the commits of versions, as GTO did up to 0.2.8")
@with_signatures
@options.read_instead
@options.exit_code
def history(
    backend: Backend,
    *,
    name: str | None,
    as_json: bool,
    as_plain: bool,
    ascending: bool,
    commits: bool,
    signatures: bool,
    wait: bool,
    view: JsonObject,
    exit_code: bool,
) -> None:
    """Show a journal of registry operations."""
    options.only_one("Only one output format allowed", json=as_json, plain=as_plain)
    verify_first(backend, name, signatures=signatures, wait=wait)
    result = backend.ask(
        "gto/history", name=name or None, ascending=ascending, commits=commits, signatures=signatures, **view
    )
    if as_json:
        print_json(result["events"])
    else:
        found = [event.get("signature") for event in result["events"]]
        texts = [signature_text(each) for each in found] if signatures else None
        print_table(history_table(result["events"], texts), plain=as_plain)
        explain(found)
    exit_if_broken(result, artifact=name)
    say_if_nothing(result.get("reason"), exit_code=exit_code)
