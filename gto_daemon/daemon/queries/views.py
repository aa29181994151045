"""Other views of a registry than the current one: more annotations, more commits, an earlier moment.

A view is a snapshot like any other, so the same pure queries answer it. Everything here reads Git and runs in the
repository's thread.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gto_daemon.daemon.live.annotation_files import directory_of, join, merged
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.annotated import uncommitted
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.index import Index
from gto_daemon.registry.objects import Commit
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class View:
    """The view.

    Attributes:
        as_of: tags and commits up to this time, seconds since the epoch.
        worktree: read annotations from disk instead of HEAD.
        all_branches: annotations at the heads of all local branches make artifacts known, not only HEAD's.
        all_commits: include annotations at all first-parent commits of all local branches.
        annotations: `gto` reads what GTO reads; `all` also the `artifacts:` of every `dvc.yaml`.

    """

    as_of: float | None = None
    worktree: bool = False
    all_branches: bool = False
    all_commits: bool = False
    annotations: Literal["gto", "all"] = "gto"

    @property
    def is_current(self) -> bool:
        """Whether it is just the current one."""
        return self == View()


def view(worktree: Worktree, snapshot: Snapshot, wanted: View) -> Snapshot:
    """Return another view of the snapshot. Its `clock` stays the same."""
    if wanted.is_current:
        return snapshot
    worktree.load_facts()
    return _Viewer(worktree, snapshot, wanted).snapshot()


class _Viewer:
    def __init__(self, worktree: Worktree, snapshot: Snapshot, wanted: View) -> None:
        self._worktree = worktree
        self._repository = worktree.repository
        self._committed = worktree.committed
        self._snapshot = snapshot
        self._wanted = wanted
        self._index_path = snapshot.config.index
        self._annotations: dict[str, AnnotationFile] = dict(snapshot.index.facts.annotations)
        self._problems: list[Problem] = []

    def snapshot(self) -> Snapshot:
        current = self._snapshot.index
        refs = list(current.all_refs())
        if self._wanted.as_of is not None:
            refs = [ref for ref in refs if ref.tag is None or ref.tag.seconds <= self._wanted.as_of]
        if self._wanted.annotations == "all":
            self._describe_versions(current)
        annotated = tuple(self._annotated())
        facts = ObjectFacts(self._repository.commits, self._annotations, self._index_path)
        index = Index.build(refs, facts, annotated)
        problems = dict.fromkeys([*self._snapshot.problems, *self._problems])
        return replace(self._snapshot, index=index, problems=tuple(problems), as_of=self._wanted.as_of)

    def _annotated(self) -> Iterator[Annotated]:
        if self._wanted.worktree:
            yield from self._on_disk()
        for commit in self._commits():
            file = self._at(commit)
            if file.annotations:
                self._annotations[commit.oid] = file
                yield Annotated.at(commit.oid, file)

    def _commits(self) -> list[Commit]:
        """Return the commits whose annotations make artifacts known, without repetition."""
        if self._wanted.all_commits:
            starts = self._repository.branches()
            return list({commit.oid: commit for start in starts for commit in self._first_parents(start)}.values())
        if self._wanted.all_branches:
            heads = dict.fromkeys(self._repository.branches())
            return [commit for oid in heads for commit in self._up_to_then(oid)]
        if self._wanted.worktree or self._snapshot.head is None:
            return []
        return list(self._up_to_then(self._snapshot.head))

    def _up_to_then(self, start: str) -> Iterator[Commit]:
        """Yield the newest first-parent commit that the view's time allows."""
        for commit in self._first_parents(start):
            yield commit
            return

    def _first_parents(self, start: str) -> Iterator[Commit]:
        commit = self._repository.commit(start)
        while commit is not None:
            if self._wanted.as_of is None or commit.seconds <= self._wanted.as_of:
                yield commit
            links = self._repository.links(commit.oid)
            commit = self._repository.commit(links.parents[0]) if links and links.parents else None

    def _at(self, commit: Commit) -> AnnotationFile:
        files = []
        own = self._committed.artifacts_yaml(commit, self._index_path)
        if own is not None:
            files.append((self._index_path, own))
        if self._wanted.annotations == "all":
            for directory in self._committed.dvc_directories(commit):
                described = self._committed.dvc_yaml(commit, directory)
                if described is not None:
                    files.append((join(directory, "dvc.yaml"), described))
        return self._merged(files, commit.oid)

    def _merged(self, files: list[tuple[str, AnnotationFile]], commit: str) -> AnnotationFile:
        if len(files) == 1:
            self._note(files[0][0], files[0][1], commit)
            return files[0][1]
        file = merged(files)
        self._note(None, file, commit)
        return file

    def _note(self, path: str | None, file: AnnotationFile, commit: str | None) -> None:
        self._problems.extend(replace(problem, path=problem.path or path, commit=commit) for problem in file.problems)

    def _describe_versions(self, index: Index) -> None:
        """Describe each version by the `dvc.yaml` at its commit, as GTO does by `artifacts.yaml`."""
        wanted: dict[str, set[str]] = {}
        for artifact in index.artifacts.values():
            for version in artifact.versions:
                wanted.setdefault(version.hexsha, set()).add(directory_of(artifact.name))
        for oid, directories in wanted.items():
            commit = self._repository.commit(oid)
            if commit is None:
                continue
            files = []
            own = self._annotations.get(oid)
            if own is not None:
                files.append((self._index_path, own))
            for directory in sorted(directories):
                described = self._committed.dvc_yaml(commit, directory)
                if described is not None:
                    files.append((join(directory, "dvc.yaml"), described))
            if len(files) > (own is not None):
                self._annotations[oid] = self._merged(files, oid)

    def _on_disk(self) -> Iterator[Annotated]:
        head = self._snapshot.head
        if head is None:
            return
        disk = self._worktree.disk()
        chosen = disk if self._wanted.annotations == "all" else _only(disk, self._index_path)
        file = merged(chosen.items())
        self._note(None, file, None)
        commit = self._repository.commit(head)
        committed = self._at(commit) if commit else AnnotationFile({}, ())
        self._problems.extend(uncommitted(file, committed))
        self._annotations[head] = file
        yield Annotated.at(head, file)


def _only(disk: Mapping[str, AnnotationFile], path: str) -> Mapping[str, AnnotationFile]:
    return {path: disk[path]} if path in disk else {}
