"""The fold: an artifact's tags, its commits and its annotations become an `Artifact`.

The order of the phases is GTO's (GTO 1.10.1, registry.py): deprecations, then registrations and deregistrations,
then stages, then commits and the annotations at HEAD. Within a phase tags go by (tagger's second, ref name). The
counter of a tag decides nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from gto_daemon.protocol import EventKind
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.artifact import Artifact, Rank, Version
from gto_daemon.registry.events import CommitEvent, TagEvent
from gto_daemon.registry.facts import NO_ANNOTATIONS, Annotated, ObjectFacts
from gto_daemon.registry.objects import CUT, Tag, TagRef
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import TagName

_PHASES = {"deprecation": 0, "registration": 1, "deregistration": 1, "assignment": 2, "unassignment": 2}
_PHASE_OF_HEAD = 3


def fold(name: str, refs: Mapping[str, TagRef], facts: ObjectFacts, annotated: Sequence[Annotated]) -> Artifact | None:
    """Return the artifact `name`, or None if nothing counts for it.

    Args:
        name: the artifact.
        refs: its tags by name, in any order.
        facts: the commits of those tags and the annotations there.
        annotated: the commits whose annotations make artifacts known: HEAD, and more under `all_branches`.

    """
    events = sorted(_events(refs.values()), key=itemgetter(0, 1, 2))
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
    problems: list[Problem] = []
    for phase, _, _, said, ref, tag in events:
        if phase == 0:
            artifact.deprecations += (TagEvent("deprecation", name, ref.name, tag, None, None),)
        elif phase == 1:
            _registered(artifact, by_commit, said, ref.name, tag)
        else:
            if len(by_commit.get(tag.target, ())) > 1:
                problems.append(_many_versions(name, by_commit[tag.target], ref))
            _staged(artifact, by_commit, said, ref.name, tag)
    for version in artifact.versions:
        _add_commit(artifact, version, facts, problems)
    for _, head in heads:
        _annotated(artifact, by_commit, head, facts)
    artifact.problems = _distinct(problems)
    return artifact


def _events(refs: Iterable[TagRef]) -> Iterator[tuple[int, int, str, TagName, TagRef, Tag]]:
    for ref in refs:
        parsed, tag = ref.parsed, ref.tag
        # GTO reads a deprecation off any object; only versions and stages need a commit.
        if tag is not None and parsed.kind and (tag.target_type == "commit" or parsed.kind == "deprecation"):
            yield _PHASES[parsed.kind], tag.seconds, ref.name, parsed, ref, tag


def _registered(artifact: Artifact, by_commit: dict[str, list[Version]], said: TagName, name: str, tag: Tag) -> None:
    registered = by_commit.setdefault(tag.target, [])
    for version in registered:
        if version.name == said.version:
            break
    else:
        version = Version(said.version or "", tag.target)
        registered.append(version)
        artifact.versions.append(version)
    if said.kind == "registration":
        version.registrations += (TagEvent("registration", artifact.name, name, tag, version.name, None),)
    else:
        version.deregistrations += (TagEvent("deregistration", artifact.name, name, tag, version.name, None),)


def _staged(artifact: Artifact, by_commit: dict[str, list[Version]], said: TagName, name: str, tag: Tag) -> None:
    registered = by_commit.get(tag.target, [])
    if not registered:
        # GTO creates the version twice and puts the event on the second: k stage tags give 2k rows.
        artifact.versions.append(Version(tag.target, tag.target))
        registered = [Version(tag.target, tag.target)]
        artifact.versions.append(registered[0])
    stage = said.stage or ""
    for version in registered:
        kind: EventKind = "assignment" if said.kind == "assignment" else "unassignment"
        version.put(stage, TagEvent(kind, artifact.name, name, tag, version.name, stage))


def _add_commit(artifact: Artifact, version: Version, facts: ObjectFacts, problems: list[Problem]) -> None:
    commit = facts.commits.get(version.hexsha)
    if commit is not None:
        file = facts.annotations.get(version.hexsha, NO_ANNOTATIONS)
        version.commits += (CommitEvent(artifact.name, version.name, commit, file.annotations.get(artifact.name)),)
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
