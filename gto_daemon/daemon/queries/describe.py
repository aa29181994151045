"""`gto describe`: the annotation of an artifact, and where it stands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gto_daemon.daemon.live.annotation_files import DVC, directory_of, join
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.content import content_of
from gto_daemon.daemon.queries.known_names import what_may_be_meant
from gto_daemon.registry import commands
from gto_daemon.registry.annotations import Annotation as FileAnnotation
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.annotations.homes import path_from_root
from gto_daemon.registry.dvc_names import known_shortcut, other_spelling
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.absence import why_nothing_is_shown, why_registry_is_empty
from gto_daemon.registry.queries.show import show_versions
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import Annotation, Content, Location


@dataclass(slots=True)
class Described:
    """The annotation of an artifact, and its place.

    Attributes:
        annotation: without default values, as GTO 0.2.8 printed it; None if there is none.
        location: the place of the annotation.
        root_path: its path from the root of the repository.
        content: the place of the artifact itself; None for the files on disk.
        reason: why there is no annotation.
        hint: what the user may have meant, or what to do.
        problems: the problems in the files.

    """

    annotation: "Annotation | None" = None
    location: "Location | None" = None
    root_path: str | None = None
    content: "Content | None" = None
    reason: str | None = None
    hint: str | None = None
    problems: tuple[Problem, ...] = ()


def describe(
    worktree: Worktree, snapshot: Snapshot, name: str, rev: str | None = None, *, on_disk: bool = False
) -> Described:
    """Describe an artifact by its annotation files.

    Args:
        worktree: the worktree with the files.
        snapshot: for shortcuts, and for HEAD.
        name: an artifact, or a shortcut: the commit of that version is read then.
        rev: the commit to read, HEAD by default.
        on_disk: read the files on disk instead.

    Returns:
        The entry; `artifacts.yaml` wins over `dvc.yaml`.

    Raises:
        RegistryError: `WrongArgs` for a shortcut with a revision, `NotImplementedInGTO` for a shortcut that stands
            for several versions, `ArtifactNotFound` for a shortcut of an unknown artifact, `RefNotFound`.

    """
    shortcut = known_shortcut(name, snapshot.index.artifacts)
    if shortcut.narrows:
        if rev is not None or on_disk:
            raise RegistryError(
                "WrongArgs",
                "Either specify revision or use naming shortcut.",
                hint="A shortcut already says which commit is read.",
                reason="shortcut and rev",
            )
        commit = _commit_of(snapshot, name)
        if commit is None:
            return Described(reason=why_nothing_is_shown(snapshot, name))
    else:
        commit = worktree.resolve(rev) if rev is not None else snapshot.head
    if on_disk:
        commit = None
    elif commit is None:
        return Described(reason=why_registry_is_empty(snapshot))
    found = _described(worktree, snapshot, shortcut.artifact, commit)
    spelled = other_spelling(shortcut.artifact)
    if found.annotation is None and spelled is not None:
        found = _described(worktree, snapshot, spelled, commit)
    if found.annotation is None:
        place = f"at {commit[:7]}" if commit else "on disk"
        found.reason = f"there is no annotation of '{shortcut.artifact}' {place}"
        found.hint = _hint(worktree, snapshot, shortcut.artifact, commit)
    if found.location is None:
        return found
    file, path = found.location["path"], found.annotation.get("path") if found.annotation is not None else None
    found.root_path = path_from_root(file, path) if path else None
    if commit is not None:
        found.content = content_of(worktree.repository, commit, file, path)
    return found


def _commit_of(snapshot: Snapshot, name: str) -> str | None:
    versions = show_versions(snapshot, name)
    if len(versions) > 1:
        raise RegistryError(
            "NotImplementedInGTO",
            "Ambiguous naming shortcut: multiple variants found.",
            hint=f"{commands.show_artifact(name)} lists them; give the commit of the one that is meant.",
            artifact=name,
        )
    return str(versions[0]["commit_hexsha"]) if versions else None


def _hint(worktree: Worktree, snapshot: Snapshot, artifact: str, commit: str | None) -> str:
    """Return what to do where there is no annotation at a commit, or on disk."""
    meant = what_may_be_meant(worktree, snapshot, artifact, on_disk=commit is None)
    if meant:
        return meant
    if commit is not None and snapshot.head is not None:
        now = _described(worktree, snapshot, artifact, snapshot.head)
        if now.annotation is not None and now.location is not None:
            return _from_before(worktree, commit, now.location["path"], now.annotation.get("path"))
    if commit is not None:
        for path, file in worktree.read_folder(directory_of(artifact)).items():
            if artifact in file.annotations:
                return (
                    f"{path} on disk has it, and is not committed: commit it, or "
                    f"{commands.command('gtod', 'describe', '--worktree', artifact)} reads it there."
                )
    return "Say where it is: see `gtod annotate --help`."


def _from_before(worktree: Worktree, commit: str, file: str, path: str | None) -> str:
    """Return how to get what a commit has, where HEAD's annotation came later; empty where that is not known."""
    there = content_of(worktree.repository, commit, file, path)
    path = there["path"]
    if path is None or there["kind"] not in ("git", "dvc"):
        return ""
    if there["kind"] == "dvc":
        gets = commands.command("dvc", "get", "--rev", commit, worktree.repo, path)
    elif there["is_directory"]:
        gets = commands.archive(worktree.repo, commit, path)
    else:
        gets = commands.copy_file(worktree.repo, commit, path)
    return f"The annotation came later: HEAD's says {path}, which {commit[:7]} has as well. {gets} gets it from there."


def path_at(worktree: Worktree, snapshot: Snapshot, name: str, commit: str) -> str | None:
    """Return the path of the artifact at a commit, from the root of the repository, or its URL; None if unknown."""
    if worktree.repository.commit(commit) is None:
        return None
    content = describe(worktree, snapshot, name, commit).content
    return content["path"] if content is not None else None


def _files(worktree: Worktree, snapshot: Snapshot, artifact: str, oid: str | None) -> dict[str, AnnotationFile]:
    """Return the files that may describe the artifact, at a commit or on disk."""
    directory = directory_of(artifact)
    if oid is None:
        return {**worktree.disk(), **worktree.read_folder(directory)}
    commit = worktree.repository.commit(oid)
    if commit is None:
        return {}
    path = snapshot.config.index
    found = {
        path: worktree.committed.artifacts_yaml(commit, path),
        join(directory, DVC): worktree.committed.dvc_yaml(commit, directory),
    }
    return {place: file for place, file in found.items() if file is not None}


def _described(worktree: Worktree, snapshot: Snapshot, artifact: str, commit: str | None) -> Described:
    problems: list[Problem] = []
    homes: list[tuple[str, FileAnnotation]] = []
    for path, file in _files(worktree, snapshot, artifact, commit).items():
        problems.extend(problem for problem in file.problems if problem.artifact in (None, artifact))
        if artifact in file.annotations:
            homes.append((path, file.annotations[artifact]))
    if not homes:
        return Described(reason="", problems=tuple(problems))
    path, annotation = homes[0]
    for other, twice in homes[1:]:
        problems.append(
            Problem(
                code="duplicate-artifact",
                severity="warning",
                message=f"'{artifact}' is described in {path} and in {other}; {path} counts.",
                hint=f"Delete one of the two entries, best the one in {other}.",
                path=other,
                range=twice.range,
                artifact=artifact,
            )
        )
    return Described(
        annotation=annotation.described(),
        location={"path": path, "commit": commit, "range": annotation.range.as_json()},
        problems=tuple(problems),
    )
