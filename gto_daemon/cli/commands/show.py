"""`gtod show`: the registry, or the versions of one artifact."""

from collections.abc import Mapping
from typing import Any

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.evidence_tables import metric_columns
from gto_daemon.cli.exit_status import exit_if_broken, say_if_nothing
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import print_json, print_lines
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.rows import has_tags, registry_table, versions_table, with_column
from gto_daemon.cli.shell_completion import complete_artifact, complete_key
from gto_daemon.cli.signatures import explain, signature_text, verify_first, with_signatures
from gto_daemon.cli.tables import Table, print_table
from gto_daemon.protocol import JsonObject

_REGISTRY = "gto/show"


@click.command(cls=GtodCommand, short_help="Show the registry, an artifact or a stage.")
@reads_repository
@argument(
    "name",
    required=False,
    shell_complete=complete_artifact,
    meaning="Artifact to show (also NAME@latest, NAME@greatest, NAME@v1.2.3, NAME#stage, NAME@max:KEY). If empty, "
    "show registry",
)
@options.as_json
@options.as_plain
@options.show_name
@options.show_version
@options.show_stage
@options.show_ref
@click.option("--ro", "--registered-only", "registered_only", is_flag=True, help="Show only registered versions")
@click.option("-d", "--deprecated", is_flag=True, help="Include deprecated in output")
@click.option(
    "--av",
    "--assignments-per-version",
    "assignments_per_version",
    type=int,
    help="Show N stages for each version (oldest first). -1 for all  [default: -1]",
)
@click.option(
    "--vs",
    "--versions-per-stage",
    "versions_per_stage",
    type=int,
    help="Show N last versions for each stage. -1 for all. Applied after 'assignments-per-version'  [default: 1]",
)
@click.option("--sort", type=click.Choice(["timestamp", "semver"]), help="Order assignments by timestamp or semver")
@click.option("--metrics", metavar="KEY,…", shell_complete=complete_key, help="Add a column for each of these metrics")
@with_signatures
@options.read_instead
@options.exit_code
def show(
    backend: Backend,
    *,
    name: str | None,
    as_json: bool,
    as_plain: bool,
    show_name: bool,
    show_version: bool,
    show_stage: bool,
    show_ref: bool,
    metrics: str | None,
    signatures: bool,
    wait: bool,
    view: JsonObject,
    exit_code: bool,
    **asked: Any,
) -> None:
    """Show the registry state, highest version, or what's assigned in stage."""
    form = options.only_one(
        "Only one output format allowed",
        json=as_json,
        plain=as_plain,
        name=show_name,
        version=show_version,
        stage=show_stage,
        ref=show_ref,
    )
    if signatures and not name:
        raise click.UsageError(
            "--signatures belongs to one artifact: give its name, or see `gtod history --signatures`"
        )
    if metrics is not None and not name:
        raise click.UsageError("--metrics belongs to one artifact: give its name, or see `gtod metrics`")
    verify_first(backend, name, signatures=signatures, wait=wait)
    keys = options.listed(metrics)
    result = backend.ask(_REGISTRY, name=name or None, metrics=keys, signatures=signatures, **asked, **view)
    value = result["versions"] if name else result["artifacts"]
    reason = result.get("reason")
    if form == "json":
        print_json(value)
    else:
        table = _versions(backend, value, view, signatures=signatures) if name else registry_table(value)
        for column, found in metric_columns(value).items() if metrics is not None else ():
            table = with_column(table, column, found)
        if form in (None, "plain"):
            print_table(table, plain=form == "plain")
        else:
            cells = _column(table, form)
            print_lines(cells)
            # GTO prints an empty line for a version without a stage.
            if cells and not any(cells):
                reason = f"No version that '{name}' stands for has a {form}."
    exit_if_broken(result, artifact=name)
    say_if_nothing(reason, exit_code=exit_code)


def _versions(backend: Backend, versions: list[Mapping[str, Any]], view: JsonObject, *, signatures: bool) -> Table:
    registered = True
    if versions and not has_tags(versions):
        # A deprecation leaves no trace in the rows: only the registry tells such an artifact from an annotated one.
        artifact = versions[0]["artifact"]
        registered = backend.ask(_REGISTRY, deprecated=True, **view)["artifacts"][artifact]["registered"]
    if not signatures:
        return versions_table(versions, registered=registered)
    found = [_signature(version) for version in versions]
    explain(found)
    return versions_table(versions, registered=registered, signatures=[signature_text(each) for each in found])


def _signature(version: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the signature of the tag in the row of a version; None where that is a commit."""
    events = [*version["registrations"], *version["deregistrations"]]
    for stage in version["stages"]:
        events += [*stage["assignments"], *stage["unassignments"]]
    return next((event["signature"] for event in events if event["tag"] == version["ref"]), None)


def _column(table: Table, wanted: str) -> list[str]:
    """One column's cells, the artifact's name being what GTO calls `name` in one table and `artifact` in the other."""
    if not table.rows:
        return []
    columns = ["name" if column == "artifact" else column for column in table.columns]
    if wanted not in columns:
        raise Refused(f"Cannot apply --{wanted}", f"It belongs to one artifact: give its name before --{wanted}.")
    index = columns.index(wanted)
    return [row[index] or "" for row in table.rows]
