"""Annotation files: `artifacts.yaml` (or what `INDEX` names) and every `dvc.yaml`, at a commit or on disk."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from gto_daemon.daemon.live.parsed_files import MAX_FILE, missing_object
from gto_daemon.daemon.live.repository import Repository
from gto_daemon.git.objects import MAX_DEPTH, MAX_FOUND, MissingObjectError, TooManyFilesError, TreeEntry
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.annotations import (
    Annotation,
    AnnotationFile,
    parse_artifacts_yaml,
    parse_dvc_yaml,
    variable_files,
)
from gto_daemon.registry.objects import Commit
from gto_daemon.registry.problems import Problem

log = logging.getLogger(__name__)

DVC = "dvc.yaml"
#: Folders whose `dvc.yaml` files are remembered, over all commits looked at: some 100 MB at the most.
_FOLDERS_KEPT = 500_000
#: Files `dvc.yaml` of which it is remembered where their variables are.
_FILES_KEPT = 10_000


_FOLDER = AnnotationFile(
    annotations={},
    problems=(
        Problem(
            code="wrong-artifacts-yaml",
            severity="error",
            message="There is a folder where the annotation file belongs, and GTO refuses every command for that.",
            hint="Rename it, or name the file with INDEX in .gto.",
        ),
    ),
)


_TOO_MANY = AnnotationFile(
    annotations={},
    problems=(
        Problem(
            code="too-many-files",
            severity="error",
            message=f"There are more than {MAX_FOUND} files '{DVC}', or folders deeper than {MAX_DEPTH}; none is read.",
            hint="Keep them in one repository for each project.",
            path=DVC,
        ),
    ),
)


def join(directory: str, name: str) -> str:
    """Join a path inside a repository."""
    return f"{directory}/{name}" if directory else name


def directory_of(artifact: str) -> str:
    """Return the folder whose `dvc.yaml` may describe the artifact: `some/dir` for `some/dir:model`."""
    directory, found, _ = artifact.rpartition(":")
    return directory if found else ""


class CommittedFiles:
    """Annotation files in commits. For the repository's thread only."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._below: dict[str, tuple[str, ...]] = {}
        self._beyond: set[str] = set()
        self._taken_from: dict[tuple[str, str], tuple[str, ...]] = {}

    def artifacts_yaml(self, commit: Commit, path: str) -> AnnotationFile | None:
        """Return the file that GTO reads; None if the commit has none."""
        try:
            entry = self._entry(commit, path)
        except MissingObjectError as error:
            return missing_object(error.oid)
        if entry is None:
            return None
        if not entry.is_file:
            return _FOLDER
        return self._repository.parsed_files.get(
            ("artifacts", entry.oid), entry.oid, lambda data: _parsed(path, lambda: parse_artifacts_yaml(data))
        )

    def dvc_yaml(self, commit: Commit, directory: str) -> AnnotationFile | None:
        """Return the `artifacts:` of one folder's `dvc.yaml`."""
        if not directory and commit.oid in self._beyond:
            return _TOO_MANY
        path = join(directory, DVC)
        try:
            blob = self._blob(commit, path)
            found = {each: self._blob(commit, each) for each in self._variable_files(blob, directory)}
        except MissingObjectError as error:
            return missing_object(error.oid)
        if blob is None:
            return None
        blobs = {each: oid for each, oid in found.items() if oid is not None}

        def parse(data: bytes) -> AnnotationFile:
            contents = {each: self._repository.reader.blob(oid, MAX_FILE) for each, oid in blobs.items()}
            files = {each: content for each, content in contents.items() if content is not None}
            return _parsed(path, lambda: placed(parse_dvc_yaml(data, directory, files), path))

        return self._repository.parsed_files.get(("dvc", blob, tuple(blobs.items()), directory), blob, parse)

    def _variable_files(self, blob: str | None, directory: str) -> tuple[str, ...]:
        """Return the files that a `dvc.yaml` takes variables from; found once for each."""
        if blob is None:
            return ()
        known = self._taken_from.get((blob, directory))
        if known is None:
            if len(self._taken_from) >= _FILES_KEPT:
                self._taken_from.clear()
            data = self._repository.reader.blob(blob, MAX_FILE)
            if data is None:
                # It may come, so it is not remembered.
                return ()
            known = self._taken_from[blob, directory] = variable_files(data, directory)
        return known

    def dvc_directories(self, commit: Commit) -> list[str]:
        """Return the folders that have a `dvc.yaml`, sorted; only folders that were not seen before are read.

        If there are too many, return only the root, whose file then has a problem that says so.
        """
        links = self._repository.links(commit.oid)
        if len(self._below) > _FOLDERS_KEPT:
            self._below.clear()
        try:
            found = self._repository.reader.find_files(links.tree, DVC, self._below) if links else []
        except TooManyFilesError:
            self._beyond.add(commit.oid)
            return [""]
        return [path.rpartition("/")[0] for path in found]

    def _entry(self, commit: Commit, path: str) -> TreeEntry | None:
        links = self._repository.links(commit.oid)
        return self._repository.reader.entry(links.tree, path) if links else None

    def _blob(self, commit: Commit, path: str) -> str | None:
        entry = self._entry(commit, path)
        return entry.oid if entry is not None and entry.is_file else None


class FilesOnDisk:
    """The annotation files in a worktree, parsed again only when their bytes differ."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._parsed: dict[str, tuple[bytes, dict[str, bytes], AnnotationFile]] = {}
        self._taken_from: dict[str, tuple[str, ...]] = {}

    def paths(self, index_path: str, directories: Iterable[str]) -> list[str]:
        """Return the absolute paths of everything that `read` depends on."""
        names = [index_path]
        for directory in directories:
            path = join(directory, DVC)
            names += [path, *self._taken_from.get(path, ())]
        return [str(self._root / name) for name in names]

    def read(self, index_path: str, directories: Iterable[str]) -> dict[str, AnnotationFile]:
        """Map each path inside the worktree to the annotations there; files that do not exist are absent."""
        found: dict[str, AnnotationFile] = {}
        for path, directory in [(index_path, None), *((join(d, DVC), d) for d in directories)]:
            file = self._read(path, directory)
            if file is not None:
                found[path] = file
        return found

    def _read(self, path: str, directory: str | None) -> AnnotationFile | None:
        reading = path
        files: dict[str, bytes] = {}
        try:
            data = read_regular_file(self._root / reading, MAX_FILE)
            if data is None:
                self._parsed.pop(path, None)
                self._taken_from.pop(path, None)
                return None
            if directory is not None:
                self._taken_from[path] = variable_files(data, directory)
                for reading in self._taken_from[path]:
                    content = read_regular_file(self._root / reading, MAX_FILE)
                    if content is not None:
                        files[reading] = content
        except OSError as error:
            return _unreadable(reading, error)
        known = self._parsed.get(path)
        if known is not None and known[:2] == (data, files):
            return known[2]
        file = _parsed(
            path, lambda: parse_artifacts_yaml(data) if directory is None else parse_dvc_yaml(data, directory, files)
        )
        file = placed(file, path)
        self._parsed[path] = (data, files, file)
        return file


def _parsed(path: str, parse: Callable[[], AnnotationFile]) -> AnnotationFile:
    """Return what `parse` returns; a fault of ours in there is logged and costs this file, not every answer."""
    try:
        return parse()
    except Exception as error:
        log.exception("%s could not be read", path)
        problem = Problem(
            code="unreadable-file",
            severity="error",
            message=f"{path} could not be read, for a fault of gtod's own: {type(error).__name__}: {error}.",
            hint="This is a bug; `gtod logs` shows the traceback to report.",
            path=path,
        )
        return AnnotationFile(annotations={}, problems=(problem,))


def placed(file: AnnotationFile, path: str) -> AnnotationFile:
    """Return the file with its path in each of its problems that is not about another file."""
    if not file.problems:
        return file
    return replace(file, problems=tuple(replace(problem, path=problem.path or path) for problem in file.problems))


def _unreadable(path: str, error: OSError) -> AnnotationFile:
    problem = Problem(
        code="unreadable-file",
        severity="error",
        message=f"{path} cannot be read: {error.strerror or error}.",
        hint="Check its permissions.",
        path=path,
    )
    return AnnotationFile(annotations={}, problems=(problem,))


def merged(files: Iterable[tuple[str, AnnotationFile]]) -> AnnotationFile:
    """Merge several files. The first that names an artifact describes it; a second one is a problem."""
    annotations: dict[str, Annotation] = {}
    homes: dict[str, str] = {}
    problems: list[Problem] = []
    for path, file in files:
        problems.extend(replace(problem, path=problem.path or path) for problem in file.problems)
        for name, annotation in file.annotations.items():
            if name in annotations:
                problems.append(_duplicate(name, annotation, path, homes[name]))
            else:
                annotations[name] = annotation
                homes[name] = path
    return AnnotationFile(annotations=annotations, problems=tuple(problems))


def _duplicate(name: str, annotation: Annotation, path: str, home: str) -> Problem:
    return Problem(
        code="duplicate-artifact",
        severity="warning",
        message=f"'{name}' is described in {home} and in {path}; {home} counts.",
        hint=f"Delete the entry in {path}, or the one in {home}.",
        path=path,
        range=annotation.range,
        artifact=name,
    )


def differing(before: Mapping[str, AnnotationFile], after: Mapping[str, AnnotationFile]) -> Iterator[str]:
    """Yield the artifacts whose description differs between two readings."""
    for path in before.keys() | after.keys():
        old, new = before.get(path), after.get(path)
        if old is new:
            continue
        left = old.annotations if old else {}
        right = new.annotations if new else {}
        yield from (name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
