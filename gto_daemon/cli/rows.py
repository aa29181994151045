"""The tables of GTO 1.10.1, made from the values that `--json` prints."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gto_daemon.cli.tables import Table

_HEXSHA = re.compile(r"[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?")

VERSION_COLUMNS = ("artifact", "version", "stage", "created_at", "ref")
COMMIT_COLUMNS = ("artifact", "version", "stage", "active", "ref")
HISTORY_COLUMNS = ("timestamp", "artifact", "event", "version", "stage", "commit", "ref")


def registry_table(artifacts: Mapping[str, Mapping[str, Any]]) -> Table:
    """`show`: a row per artifact, sorted by name, a column per stage; `*` marks what has an annotation only."""
    stages = list(next(iter(artifacts.values()))["stage"]) if artifacts else []
    rows = [
        [marked(name, registered=found["registered"]), short(found["version"])]
        + [short(found["stage"].get(stage)) for stage in stages]
        for name, found in sorted(artifacts.items())
    ]
    return Table(("name", "latest", *(f"#{stage}" for stage in stages)), rows)


def versions_table(
    versions: Sequence[Mapping[str, Any]], *, registered: bool, signatures: Sequence[str] | None = None
) -> Table:
    """`show NAME`: a row per version in the given order; whether the artifact is registered is not in the rows."""
    rows = [
        [
            marked(version["artifact"], registered=registered),
            short(version["version"]),
            ", ".join(dict.fromkeys(stage["stage"] for stage in version["stages"])),
            spaced(version["created_at"]),
            short(version["ref"]),
        ]
        for version in versions
    ]
    return with_column(Table(VERSION_COLUMNS, rows), "signature", signatures)


def with_column(table: Table, name: str, cells: Sequence[str | None] | None) -> Table:
    """Return the table with one more column; without cells, as it is."""
    if cells is None:
        return table
    return Table((*table.columns, name), [[*row, cell] for row, cell in zip(table.rows, cells, strict=True)])


def history_table(events: Sequence[Mapping[str, Any]], signatures: Sequence[str] | None = None) -> Table:
    """`history`: a row per event in the given order."""
    rows = [
        [
            spaced(event["timestamp"]),
            event["artifact"],
            event["event"],
            short(event["version"]),
            event["stage"],
            short(event["commit"]),
            short(event["ref"]),
        ]
        for event in events
    ]
    return with_column(Table(HISTORY_COLUMNS, rows), "signature", signatures)


def commit_table(versions: Sequence[Mapping[str, Any]], stages: Sequence[Mapping[str, Any]]) -> Table:
    """`at`: the versions registered on a commit, each followed by its stages there; then stages without a version."""
    rows: list[list[str | None]] = []
    remaining = list(stages)
    for version in versions:
        rows.append(_commit_row(version))
        own = [stage for stage in remaining if _same_version(stage, version)]
        rows += [_commit_row(stage) for stage in own]
        remaining = [stage for stage in remaining if stage not in own]
    return Table(COMMIT_COLUMNS, rows + [_commit_row(stage) for stage in remaining])


def has_tags(versions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether any of the rows of `show NAME` shows an event other than a commit; then the artifact is registered."""
    return any(version["registrations"] or version["deregistrations"] or version["stages"] for version in versions)


def marked(name: str, *, registered: bool) -> str:
    """GTO's mark for an artifact that is annotated and has no events."""
    return name if registered else f"*{name}"


def short(text: str | None) -> str | None:
    """Return object ids cut to seven digits, in a list of versions too; anything else stays whole."""
    return None if text is None else ", ".join(_cut(part) for part in text.split(", "))


def spaced(timestamp: str | None) -> str | None:
    """`2023-09-04T07:59:49+00:00` as GTO's tables write it, with a blank for the `T`."""
    return None if timestamp is None else timestamp.replace("T", " ", 1)


def _commit_row(entry: Mapping[str, Any]) -> list[str | None]:
    active = "yes" if entry["active"] else "no"
    return [entry["artifact"], short(entry["version"]), entry.get("stage"), active, short(entry["ref"])]


def _same_version(stage: Mapping[str, Any], version: Mapping[str, Any]) -> bool:
    return bool(stage["artifact"] == version["artifact"] and stage["version"] == version["version"])


def _cut(text: str) -> str:
    return text[:7] if _HEXSHA.fullmatch(text) else text
