"""What a sidebar shows: every artifact with its state in one row, in the order of their names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from gto_daemon.registry.annotations.homes import Home, Homes
from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.overview import Overview, overview_of
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.stages import stage_columns
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import ArtifactSummary, TreeRow

#: What an artifact without a tag and without an entry in HEAD's annotations is: nothing yet.
NOTHING_YET: Final = Artifact("", (0, 0, ""))


def tree(
    snapshot: Snapshot,
    homes: Homes,
    *,
    problems: Iterable[Problem] = (),
    deprecated: bool = False,
    unpushed: Mapping[str, Sequence[str]] | None = None,
) -> "tuple[list[TreeRow], int]":
    """Return a row for each artifact with a tag or an entry, and the number of omitted deprecated artifacts.

    Args:
        snapshot: the snapshot to query.
        homes: the entries that describe artifacts.
        problems: what is wrong in the annotation files, besides the problems of the snapshot.
        deprecated: include deprecated artifacts; otherwise they are only counted.
        unpushed: artifact's name to the tags that a remote is known to lack, if anything is known.

    """
    troubles = defaultdict(list)
    for problem in dict.fromkeys((*snapshot.problems, *problems)):
        if problem.artifact is not None:
            troubles[problem.artifact].append(problem)
    known = dict(snapshot.index.overviews())
    columns = stage_columns(snapshot)
    rows: list[TreeRow] = []
    hidden = 0
    for name in sorted({*known, *homes}, key=_by_folder):
        overview = known.get(name) or overview_of(NOTHING_YET)
        described = homes.get(name, ())
        if not overview.registered and not described:
            continue  # its entry is in HEAD's file, but no longer in the requested one
        if overview.registered and not overview.active and not deprecated:
            hidden += 1
            continue
        row = cast("TreeRow", artifact_row(name, overview, described, columns))
        row["tags"] = len(snapshot.index.refs.get(name, ()))
        row["comparable"] = overview.comparable
        row["problems"] = [problem.as_json() for problem in troubles.get(name, ())]
        if unpushed is not None and name in unpushed:
            row["unpushed"] = len(unpushed[name])
        rows.append(row)
    return rows, hidden


def artifact_row(
    name: str, overview: Overview, described: tuple[Home, ...], columns: Sequence[str]
) -> "ArtifactSummary":
    """Return the state of one artifact.

    Args:
        name: the name of the artifact.
        overview: what is known of it.
        described: the artifact's entries in annotation files.
        columns: stages in their order; others follow by name. (GTO's own order is that of the last assignments, and
            what is looked at would jump with every one.)

    """
    home = described[0] if described else None
    folder, _, label = name.rpartition(":")
    found = {held.stage: held for held in overview.stages}
    known = [stage for stage in columns if stage in found]
    held = {stage: found[stage] for stage in (*known, *sorted(found.keys() - set(known)))}
    row: ArtifactSummary = {
        "name": name,
        "dir": folder,
        "label": label,
        "type": home.annotation.type if home else None,
        "description": home.annotation.description if home else "",
        "latest": overview.latest,
        "stages": {stage: [*each.versions] for stage, each in held.items()},
        "since": {stage: each.since.isoformat() for stage, each in held.items()},
        "earlier": [stage for stage, each in held.items() if each.had_another],
        "registered": overview.registered,
        "deprecated": overview.registered and not overview.active,
        "annotated_in": [each.path for each in described],
    }
    if home is not None:
        row["location"] = home.as_json()
        if home.annotation.labels:
            row["labels"] = [*home.annotation.labels]
        if (path := home.artifact_path) is not None:
            row["path"] = path
    return row


def _by_folder(name: str) -> tuple[str, str]:
    folder, _, label = name.rpartition(":")
    return folder, label
