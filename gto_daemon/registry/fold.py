"""The fold: an artifact's tags, its commits and its annotations become an `Artifact`.

The order of the phases is GTO's (GTO 1.10.1, registry.py): deprecations, then registrations and deregistrations,
then stages, then commits and the annotations at HEAD. Within a phase tags go by (tagger's second, ref name). The
counter of a tag decides nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gto_daemon.protocol import EventKind
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.artifact import Artifact, Rank, Version
from gto_daemon.registry.events import CommitEvent, TagEvent
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.objects import CUT, Tag, TagRef, made
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import parse_ending

_PHASES = {"deprecation": 0, "registration": 1, "deregistration": 1, "assignment": 2, "unassignment": 2}
_PHASE_OF_HEAD = 3

#: Phase, tagger's second, the ref's name; then kind, version, stage, and the tag.
_Event = tuple[int, int, str, EventKind, str | None, str | None, Tag]


def fold(name: str, refs: Mapping[str, TagRef], facts: ObjectFacts, annotated: Sequence[Annotated]) -> Artifact | None:
    """Return the artifact `name`, or None if nothing counts for it.

    Args:
        name: the artifact.
        refs: its tags by name, in any order.
        facts: the commits of those tags and the annotations there.
        annotated: the commits whose annotations make artifacts known: HEAD, and more under `all_branches`.

    """
    events = _events(name, refs.values())
    heads = [(head.places[name], head) for head in annotated if name in head.places]
    rank: Rank
    if events:
        rank = events[0][:3]
    elif heads:
        rank = (_PHASE_OF_HEAD, heads[0][0], "")
    else:
        return None
    artifact = Artifact(name, rank, refs)
    by_commit: dict[str, list[Version]] = {}
    problems = _happened(artifact, by_commit, events)
    for each in artifact.versions:
        _add_commit(artifact, each, facts, problems)
    for _, head in heads:
        _annotated(artifact, by_commit, head, facts)
    if problems:
        artifact.problems = _distinct(problems)
    return artifact


def _happened(artifact: Artifact, by_commit: dict[str, list[Version]], events: Iterable[_Event]) -> list[Problem]:
    name = artifact.name
    problems: list[Problem] = []
    for phase, _, ref, kind, version, stage, tag in events:
        if phase == 1:
            _registered(artifact, by_commit, made(TagEvent, (kind, name, ref, tag, version, None)))
        elif phase == 0:
            artifact.deprecations += (TagEvent(kind, name, ref, tag, None, None),)
        else:
            versions = by_commit.get(tag.target)
            if versions is None:
                versions = _unregistered(artifact, tag.target)
            elif len(versions) > 1:
                problems.append(_many_versions(name, versions, artifact.refs[ref]))
            for each in versions:
                each.put(stage or "", made(TagEvent, (kind, name, ref, tag, each.name, stage)))
    return problems


def _events(name: str, refs: Iterable[TagRef]) -> list[_Event]:
    """Return what the tags say, in the order in which it counts."""
    events: list[_Event] = []
    start = len(name)
    for ref in refs:
        tag = ref.tag
        if tag is None:
            continue
        kind, version, stage, _ = parse_ending(ref.name[start:])
        # GTO reads a deprecation off any object; only versions and stages need a commit.
        if kind is not None and (tag.target_type == "commit" or kind == "deprecation"):
            events.append((_PHASES[kind], tag.seconds, ref.name, kind, version, stage, tag))
    # No two have the same name, so nothing after it is compared.
    events.sort()
    return events


def event_of(ref: TagRef, refs: Iterable[TagRef]) -> TagEvent | None:
    """Return what a tag means in the artifact that a fold of `refs` gives, the first of several; None for nothing."""
    found = _events(ref.artifact, (ref,))
    if not found:
        return None
    ((phase, _, name, kind, version, stage, tag),) = found
    if phase == _PHASES["assignment"]:
        registered = _events(
            ref.artifact, (each for each in refs if each.tag is not None and each.tag.target == tag.target)
        )
        first = next((event for event in registered if event[0] == _PHASES["registration"]), None)
        version = tag.target if first is None else first[4]
    return TagEvent(kind, ref.artifact, name, tag, version, stage)


def _registered(artifact: Artifact, by_commit: dict[str, list[Version]], event: TagEvent) -> None:
    commit = event.tag.target
    registered = by_commit.get(commit)
    if registered is None:
        registered = by_commit[commit] = []
    for version in registered:
        if version.name == event.version:
            break
    else:
        version = Version(event.version or "", commit)
        registered.append(version)
        artifact.versions.append(version)
    if event.kind == "registration":
        version.registrations += (event,)
    else:
        version.deregistrations += (event,)


def _unregistered(artifact: Artifact, commit: str) -> list[Version]:
    # GTO creates the version twice and puts the event on the second: k stage tags give 2k rows.
    artifact.versions += Version(commit, commit), Version(commit, commit)
    return artifact.versions[-1:]


def _add_commit(artifact: Artifact, version: Version, facts: ObjectFacts, problems: list[Problem]) -> None:
    commit = facts.commits.get(version.hexsha)
    if commit is not None:
        file = facts.annotations.get(version.hexsha)
        annotation = file.annotations.get(artifact.name) if file is not None else None
        version.commits += (made(CommitEvent, (artifact.name, version.name, commit, annotation)),)
        if file is not None and file.problems:
            # HEAD's own problems come first, with a remedy, because its file can still be fixed.
            problems.extend(map(_past, file_problems(file, facts.index_path, version.hexsha)))
        if commit.message.endswith(CUT):
            problems.append(_cut(artifact.name, commit.oid))
        return
    problem = Problem(
        code="missing-commit",
        severity="warning",
        message=f"The commit {version.hexsha} of '{artifact.name}' {version.name} cannot be read.",
        hint="In a shallow or partial clone fetch the rest of it: `git fetch --unshallow --tags`.",
        commit=version.hexsha,
        artifact=artifact.name,
    )
    if all(problem.commit != other.commit or other.code != problem.code for other in problems):
        problems.append(problem)


def _annotated(artifact: Artifact, by_commit: dict[str, list[Version]], head: Annotated, facts: ObjectFacts) -> None:
    registered = by_commit.get(head.commit, [])
    if not registered:
        # GTO looks among registered versions only, so stages on an unregistered HEAD do not make it one.
        registered = [Version(head.commit, head.commit)]
        by_commit[head.commit] = registered
        artifact.versions.append(registered[0])
    commit = facts.commits.get(head.commit)
    for version in registered:
        if commit is not None and all(event.commit != commit.oid for event in version.commits):
            annotation = head.file.annotations[artifact.name]
            version.commits += (CommitEvent(artifact.name, version.name, commit, annotation),)


def file_problems(file: AnnotationFile, path: str, commit: str) -> Iterator[Problem]:
    """Yield the problems of an annotation file, with the place it was read from."""
    return (replace(problem, path=problem.path or path, commit=commit) for problem in file.problems)


def _past(problem: Problem) -> Problem:
    return replace(problem, hint=f"That commit stays as it is. For versions to come: {problem.hint}")


def _cut(artifact: str, commit: str) -> Problem:
    return Problem(
        code="long-message",
        severity="warning",
        message=f"The message of the commit {commit} is longer than what is read of messages, and cut.",
        hint=f"Read it with git show {commit}.",
        commit=commit,
        artifact=artifact,
    )


def _many_versions(name: str, versions: list[Version], ref: TagRef) -> Problem:
    listed = ", ".join(version.name for version in versions)
    return Problem(
        code="many-versions",
        severity="error",
        message=f"'{ref.name}' is on a commit where '{name}' has several versions ({listed}); it counts for each.",
        hint="GTO itself refuses every command here. Delete the tag, and register one of the versions on "
        "another commit before assigning the stage again.",
        tag=ref.name,
        oid=ref.oid,
        commit=versions[0].hexsha,
        artifact=name,
    )


def _distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return each problem once: a broken file is the same at every commit that has it."""
    first = {(p.code, p.tag, p.path or p.commit, p.range, p.message): p for p in reversed(list(problems))}
    return tuple(reversed(first.values()))
