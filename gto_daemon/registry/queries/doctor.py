"""Findings: things that GTO accepts and that their author probably did not intend.

Things that cannot be read at all are in `Snapshot.problems`. Here are the quirks of GTO's rules (semantics that we
share on purpose), each with the tags concerned and the remedy.
"""

from collections.abc import Callable, Iterator
from operator import itemgetter

from gto_daemon.protocol import Severity
from gto_daemon.registry import commands
from gto_daemon.registry.artifact import Artifact, Version
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.near_misses import names_alike
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import parse_ending


def doctor(snapshot: Snapshot) -> list[Problem]:
    """Return the findings about every artifact, in the registry's order, besides `snapshot.problems`."""
    index = snapshot.index
    found: list[Problem] = []
    of_artifacts: dict[str, list[Problem]] = {}
    for name in sorted({*index.refs, *index.folded}):
        folded = index.folded.get(name)
        if folded is not None and folded.is_sound:
            continue
        artifact = folded.artifact() if folded is not None else None
        refs = sorted(index.refs_of(name).values(), key=itemgetter(0))
        of_tags = [*_lightweight(name, refs), *_doubled_counters(name, refs)]
        found.extend(of_tags)
        if folded is not None and artifact is not None:
            of_artifacts[name] = [problem for check in _CHECKS for problem in check(artifact)]
            folded.is_sound = not of_tags and not of_artifacts[name]
    for _, name in index.order:
        found.extend(of_artifacts.get(name, ()))
        found.extend(_forbidden_stages(name, snapshot))
    found.extend(names_alike(snapshot))
    return found


def _finding(artifact: str, code: str, severity: Severity, message: str, hint: str, tag: str | None = None) -> Problem:
    return Problem(code=code, severity=severity, message=message, hint=hint, tag=tag, artifact=artifact)


def _lightweight(name: str, refs: list[TagRef]) -> Iterator[Problem]:
    for ref in refs:
        if ref.tag is None and ref.is_lightweight:
            yield _finding(
                name,
                "lightweight-tag",
                "warning",
                f"'{ref.name}' is a lightweight tag, so it counts for nothing, but its name and counter are taken.",
                f"To have it count from the time of its commit: {commands.annotate_tag(ref.name)}; to delete it: "
                f"{commands.delete_tags([ref.name])}.",
                ref.name,
            )


def _doubled_counters(name: str, refs: list[TagRef]) -> Iterator[Problem]:
    by_counter: dict[int, list[str]] = {}
    start = len(name)
    for ref in refs:
        counter = parse_ending(ref.name[start:])[-1]
        if counter is not None:
            by_counter.setdefault(counter, []).append(ref.name)
    if all(len(names) == 1 for names in by_counter.values()):
        return
    for counter, names in sorted(by_counter.items()):
        if len(names) > 1:
            yield _finding(
                name,
                "doubled-counter",
                "info",
                f"The counter {counter} of '{name}' was given out {len(names)} times: {', '.join(names)}.",
                "Nothing is lost: time decides, not the counter. Two people acted at once.",
                names[0],
            )


def _one_name_twice(artifact: Artifact) -> Iterator[Problem]:
    commits: dict[str, list[Version]] = {}
    for version in artifact.versions:
        if not version.discovered:
            commits.setdefault(version.name, []).append(version)
    for name, versions in commits.items():
        if len(versions) > 1:
            where = ", ".join(version.hexsha[:7] for version in versions)
            yield _finding(
                artifact.name,
                "version-on-several-commits",
                "warning",
                f"The version {name} of '{artifact.name}' is registered on several commits ({where}).",
                "Its stages are shown on each of them. Delete the tag that is not meant.",
                _ref_of(versions[-1]),
            )


def _several_on_one_commit(artifact: Artifact) -> Iterator[Problem]:
    commits: dict[str, list[Version]] = {}
    for version in artifact.versions:
        if not version.discovered:
            commits.setdefault(version.hexsha, []).append(version)
    for hexsha, versions in commits.items():
        if len(versions) > 1:
            names = ", ".join(version.name for version in versions)
            yield _finding(
                artifact.name,
                "versions-on-one-commit",
                "warning",
                f"'{artifact.name}' has several versions on the commit {hexsha[:7]}: {names}.",
                "GTO fails for the whole repository once a stage is assigned there. Register one on another commit.",
                _ref_of(versions[-1]),
            )


def _unregistered_stages(artifact: Artifact) -> Iterator[Problem]:
    for version in artifact.versions:
        if not version.is_staged or not version.discovered:
            continue
        for stage in version.stages:
            for event in stage.assignments:
                yield _finding(
                    artifact.name,
                    "unregistered-version",
                    "info",
                    f"'{event.ref}' assigns a stage to a commit that is registered as no version.",
                    f"Register it: {commands.command('gtod', 'register', artifact.name, version.hexsha[:7])}.",
                    event.ref,
                )
            for event in stage.unassignments:
                yield _finding(
                    artifact.name,
                    "idle-unassignment",
                    "warning",
                    f"'{event.ref}' takes nothing out of a stage: its commit is registered as no version, and GTO "
                    "then finds no assignment there.",
                    "Register the commit; the unassignment counts from then on.",
                    event.ref,
                )


def _hidden_stages(artifact: Artifact) -> Iterator[Problem]:
    for version in artifact.versions:
        if not version.is_staged or version.is_active or version.discovered:
            continue
        for stage in version.active_stages():
            event = stage.assignments[-1]
            yield _finding(
                artifact.name,
                "stage-of-deregistered-version",
                "warning",
                f"'{event.ref}' holds {artifact.name} {version.name} in '{stage.stage}', which is not shown: the "
                "version was deregistered.",
                f"Register it again: {commands.register_again(artifact.name, version.hexsha)}; or take it out of the "
                f"stage: {commands.command('gtod', 'deprecate', artifact.name, version.name, stage.stage)}.",
                event.ref,
            )


def _undone_deprecation(artifact: Artifact) -> Iterator[Problem]:
    if not artifact.deprecations or not artifact.is_active:
        return
    newest = artifact.events()[-1]
    deprecation = artifact.deprecations[-1]
    if newest.kind in ("registration", "assignment"):
        return
    cause = f"the commit {newest.commit[:7]}" if newest.kind == "commit" else f"'{newest.ref}'"
    yield _finding(
        artifact.name,
        "undone-deprecation",
        "warning",
        f"'{artifact.name}' counts as active although '{deprecation.ref}' deprecated it: {cause} is as new or newer.",
        "GTO lets any later event revive an artifact. Deprecate it again if that is not meant.",
        deprecation.ref,
    )


def _ties(artifact: Artifact) -> Iterator[Problem]:
    for version in artifact.versions:
        for stage in version.stages:
            if not stage.unassignments:
                continue
            assigned = {event.seconds: event for event in stage.assignments}
            for event in stage.unassignments:
                tied = assigned.get(event.seconds)
                if tied is not None:
                    yield _finding(
                        artifact.name,
                        "tie",
                        "info",
                        f"'{tied.ref}' and '{event.ref}' were made in the same second; the unassignment wins.",
                        "If the assignment was meant to be the later one, assign again.",
                        event.ref,
                    )


def _forbidden_stages(name: str, snapshot: Snapshot) -> Iterator[Problem]:
    allowed = snapshot.config.stages
    if allowed is None or all(held.stage in allowed for held in snapshot.index.folded[name].overview.stages):
        return
    artifact = snapshot.index.folded[name].artifact()
    for stage, held in artifact.get_stages().items():
        if stage not in allowed:
            event = held[0].authoring_event if held else None
            yield _finding(
                artifact.name,
                "stage-not-allowed",
                "warning",
                f"'{artifact.name}' is in the stage '{stage}', which .gto does not allow and show therefore hides.",
                f"Add '{stage}' to the stages of .gto, or unassign it.",
                event.ref if event else None,
            )


def _ref_of(version: Version) -> str | None:
    event = version.authoring_event
    return event.ref if event else None


_CHECKS: tuple[Callable[[Artifact], Iterator[Problem]], ...] = (
    _one_name_twice,
    _several_on_one_commit,
    _unregistered_stages,
    _hidden_stages,
    _undone_deprecation,
    _ties,
)
