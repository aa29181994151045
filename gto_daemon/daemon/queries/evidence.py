"""The metrics and params of versions. For the repository's thread only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal, cast

from gto_daemon.daemon.live.evidence import Found
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.known_names import artifact_named
from gto_daemon.registry.artifact import Artifact, Version
from gto_daemon.registry.evidence.best import is_number
from gto_daemon.registry.evidence.changes import changes
from gto_daemon.registry.evidence.keys import matching_keys, named_keys, short_names
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.version_values import Row, rows_if_any, rows_of, version_head
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol import registry as protocol
    from gto_daemon.protocol.evidence import ValuesAnswer, VersionValues

#: Names of a headline that are looked for.
_MAX_HEADLINE: Final = 10

Kind = Literal["metrics", "params"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of `gto/metrics` or `gto/params`.

    Attributes:
        kind: which of the two.
        name: the artifact; None for all.
        versions: versions, `latest` or `#stage`; None for all.
        deprecated: also deregistered versions.
        keys: the keys to show, with wildcards; None for all.
        against: the stage or version to compare with; None for the version before each.

    """

    kind: Kind
    name: str | None
    versions: Sequence[str] | None = None
    deprecated: bool = False
    keys: Sequence[str] | None = None
    against: str | None = None


def evidence(worktree: Worktree, snapshot: Snapshot, artifact: str, commit: str, kind: Kind) -> Found:
    """Return the metrics or params of an artifact at a commit."""
    store = worktree.evidence
    source = store.source(artifact, commit, snapshot.head)
    return store.metrics(source) if kind == "metrics" else store.params(source)


def asked_rows(worktree: Worktree, snapshot: Snapshot, asked: Asked) -> list[Row]:
    """Return the versions that are asked for, greatest first, artifact by artifact in GTO's order.

    Raises:
        RegistryError: `ArtifactNotFound`, `VersionRequired`; of many artifacts, those that have no such version are
            left out.

    """
    if asked.name is not None:
        _, artifact = artifact_named(worktree, snapshot, asked.name)
        return rows_of(artifact, asked.versions, deprecated=asked.deprecated, against=asked.against)
    rows: list[Row] = []
    for artifact in snapshot.index.in_order():
        if artifact.is_active or asked.deprecated:
            rows += rows_if_any(artifact, asked.versions, deprecated=asked.deprecated, against=asked.against)
    return rows


def values_answer(
    worktree: Worktree,
    snapshot: Snapshot,
    asked: Asked,
    rows: Sequence[Row],
) -> "tuple[ValuesAnswer, list[Problem]]":
    """Return the values of a page of rows, and what could not be read.

    Raises:
        RegistryError: `NoSuchKey`.

    """
    # The version before one is most often the next row.
    known: dict[tuple[str, str], Found] = {}

    def values(artifact: Artifact, version: Version) -> Found:
        at = artifact.name, version.hexsha
        if at not in known:
            known[at] = evidence(worktree, snapshot, *at, asked.kind)
        return known[at]

    found = [values(row.artifact, row.version) for row in rows]
    others = [None if row.against is None else values(row.artifact, row.against) for row in rows]
    keys = list(dict.fromkeys(chain.from_iterable(each.values for each in found)))
    # What only the other version has is shown as a change, so it needs a name as well.
    every = list(dict.fromkeys(chain(keys, *(each.values for each in others if each is not None))))
    short = short_names(every)
    shown = keys if asked.keys is None else matching_keys(asked.keys, every)
    wanted = None if asked.keys is None else frozenset(shown)
    # What is wrong in `.gtod.yaml` can be mended at HEAD only.
    said = worktree.evidence.section(snapshot.head).problems if snapshot.head is not None and rows else ()
    problems = [*said, *(problem for each in known.values() for problem in each.problems)]
    answer: ValuesAnswer = {
        "keys": shown,
        "short": short if asked.keys is None else {key: short[key] for key in shown},
        "headline": headline(worktree, snapshot, rows, found, shown),
        "versions": [_row(row, each, other, wanted) for row, each, other in zip(rows, found, others, strict=True)],
        "total": len(rows),
    }
    return answer, [*dict.fromkeys(problems)]


def headline(
    worktree: Worktree, snapshot: Snapshot, rows: Sequence[Row], found: Sequence[Found], keys: Sequence[str]
) -> list[str]:
    """Return the keys to show where there is little room: as `.gtod.yaml` says, or the first one that has a number."""
    known = frozenset(keys)
    for row, each in zip(rows, found, strict=True):
        said = worktree.evidence.source(row.artifact.name, row.version.hexsha, snapshot.head).said
        if said is not None and said.headline is not None:
            return [
                *dict.fromkeys(chain.from_iterable(named_keys(name, keys) for name in said.headline[:_MAX_HEADLINE]))
            ]
        first = next((key for key, value in each.values.items() if key in known and is_number(value)), None)
        if first is not None:
            return [first]
    return []


def _row(row: Row, found: Found, other: Found | None, wanted: frozenset[str] | None) -> "VersionValues":
    values, special = found.values, found.special
    differing = (
        {}
        if other is None or row.against is None
        else changes(other.numbers, found.numbers, row.against.name, plain=found.is_plain and other.is_plain)
    )
    if wanted is not None:
        values = {key: value for key, value in values.items() if key in wanted}
        special = {key: value for key, value in special.items() if key in wanted}
        differing = {key: value for key, value in differing.items() if key in wanted}
    answer = cast("VersionValues", version_head(row))
    answer["values"], answer["changes"] = values, differing
    if special:
        answer["special"] = {**special}
    return answer


def add_metrics(
    worktree: Worktree, snapshot: Snapshot, versions: "Sequence[protocol.Version]", patterns: Sequence[str]
) -> list[Problem]:
    """Add `metrics` to the versions of an artifact as `gto/show` has them, and return what could not be read.

    Raises:
        RegistryError: `NoSuchKey`.

    """
    found = [evidence(worktree, snapshot, each["artifact"], each["commit_hexsha"], "metrics") for each in versions]
    keys = list(dict.fromkeys(chain.from_iterable(each.values for each in found)))
    shown = matching_keys(patterns, keys) if patterns and versions else keys
    for version, each in zip(versions, found, strict=True):
        version["metrics"] = {key: each.values[key] for key in shown if key in each.values}
        special = {key: each.special[key] for key in shown if key in each.special}
        if special:
            version["special"] = special
    return [*dict.fromkeys(problem for each in found for problem in each.problems)]
