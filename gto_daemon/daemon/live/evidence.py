"""What the commits of a repository say of metrics, params and plots. A commit never changes, so each is read once.

For the thread of the repository only.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from gto_daemon.daemon.live.commit_trees import CommitTrees, TooManyPathsError
from gto_daemon.daemon.live.dvc_tracking import DvcTracking
from gto_daemon.daemon.live.evidence_definitions import DefinitionReader, Source, is_regular
from gto_daemon.daemon.live.evidence_reading import MISSING, Reading, weight
from gto_daemon.git.objects import DIRECTORY, GITLINK, LINK, MissingObjectError, TreeEntry
from gto_daemon.registry.evidence.changes import is_plain
from gto_daemon.registry.evidence.definitions import merged_params
from gto_daemon.registry.evidence.keys import escaped_path
from gto_daemon.registry.evidence.reading import json_values, read_metrics, read_params
from gto_daemon.registry.evidence.section import NO_EVIDENCE, NOT_SAID, EvidencePaths, EvidenceSection, read_section
from gto_daemon.registry.evidence.values import (
    MAX_JSON,
    Definitions,
    UnreadableEvidenceError,
    Value,
)
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.rules.values import MAX_RULES_FILE, RULES_FILE

if TYPE_CHECKING:
    from gto_daemon.daemon.live.repository import Repository
    from gto_daemon.protocol.registry import Special

#: Values that are kept, of all commits together: some 100 MB.
_VALUES_KEPT: Final = 500_000
#: What a commit costs besides its values, in values.
_OVERHEAD: Final = 20
#: Commits of which it is remembered which `.gtod.yaml` they have.
_COMMITS_KEPT: Final = 100_000
_SECTIONS_KEPT: Final = 100
#: Files of one folder with metrics or params.
_MAX_FILES: Final = 1_000

_Kind = Literal["metrics", "params"]


@dataclass(frozen=True, slots=True)
class Found:
    """The metrics or params of a commit.

    Attributes:
        values: by key, as JSON has them: null in place of the numbers that it does not have.
        special: these numbers, by key: `NaN`, `Infinity` or `-Infinity`.
        problems: what could not be read.
        is_plain: as for `changes`.

    """

    values: dict[str, Value]
    special: "Mapping[str, Special]" = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    is_plain: bool = False

    @property
    def numbers(self) -> Mapping[str, Value]:
        """The values with the numbers that JSON does not have, which differ from each other and from nothing."""
        return (
            {**self.values, **{key: float(name) for key, name in self.special.items()}} if self.special else self.values
        )


class EvidenceStore:
    """The evidence of a repository's commits, kept as long as there is room."""

    def __init__(self, repository: "Repository") -> None:
        self._repository = repository
        self._trees = CommitTrees(repository.reader)
        self._definitions = DefinitionReader(repository, self._trees)
        self._tracking = DvcTracking(repository.reader)
        self._sections: dict[str, EvidenceSection] = {}
        self._section_of: dict[str, str | None] = {}
        self._kept: OrderedDict[tuple[_Kind, Source], tuple[Found, int]] = OrderedDict()
        self._weight = 0

    def source(self, artifact: str, commit: str, head: str | None) -> Source:
        """Return where the evidence of an artifact is at a commit.

        Args:
            artifact: its name.
            commit: the commit.
            head: the commit whose `.gtod.yaml` counts where that of `commit` says nothing of the artifact.

        """
        directory, found, _ = artifact.rpartition(":")
        said = self._said(artifact, commit)
        if said is None and head is not None:
            said = self._said(artifact, head)
        return Source(commit, directory if found else "", said)

    def _said(self, artifact: str, commit: str) -> EvidencePaths | None:
        section = self.section(commit)
        said = None if section is NO_EVIDENCE else section.of(artifact)
        return None if said == NOT_SAID else said

    def section(self, commit: str) -> EvidenceSection:
        """Return the `evidence` of the `.gtod.yaml` of a commit; an empty one where there is none."""
        if commit not in self._section_of:
            links = self._repository.links(commit)
            try:
                entry = self._trees.entry(links.tree, RULES_FILE) if links else None
            except MissingObjectError:
                # It may come, so it is not remembered.
                return NO_EVIDENCE
            if len(self._section_of) >= _COMMITS_KEPT:
                self._section_of.clear()
            self._section_of[commit] = entry.oid if entry is not None and is_regular(entry) else None
        blob = self._section_of[commit]
        if blob is None:
            return NO_EVIDENCE
        if blob not in self._sections:
            data = self._repository.reader.blob(blob, MAX_RULES_FILE)
            if data is None:
                return NO_EVIDENCE
            if len(self._sections) >= _SECTIONS_KEPT:
                self._sections.clear()
            self._sections[blob] = read_section(data)
        return self._sections[blob]

    def metrics(self, source: Source) -> Found:
        """Return the metrics of a commit."""
        return self._found("metrics", source)

    def params(self, source: Source) -> Found:
        """Return the params of a commit."""
        return self._found("params", source)

    def definitions(self, source: Source) -> Definitions:
        """Return where the evidence of a commit is.

        Raises:
            MissingObjectError: a folder is missing from this clone.

        """
        return self._definitions.read(self._tree(source.commit), source)

    def entry(self, commit: str, path: str) -> TreeEntry | None:
        """Return what is at a path of a commit; None for nothing.

        Raises:
            MissingObjectError: a folder is missing from this clone.

        """
        return self._trees.entry(self._tree(commit), path)

    def _tree(self, commit: str) -> str:
        links = self._repository.links(commit)
        if links is None:
            raise MissingObjectError(commit)
        return links.tree

    def blob(self, oid: str, limit: int) -> bytes | None:
        """Return the content of a file; None where it is missing or longer than `limit` bytes."""
        return self._repository.reader.blob(oid, limit)

    def files(self, commit: str, path: str, reading: Reading) -> "Iterator[tuple[str, TreeEntry]]":
        """Yield the file at a path of a commit, or the files in the folder there; what is wrong goes to `reading`.

        Raises:
            MissingObjectError: a folder is missing from this clone.

        """
        if reading.is_over:
            return
        entry = self.entry(commit, path)
        if entry is not None and entry.mode == DIRECTORY:
            try:
                below = [*self._trees.files(entry.oid, path, _MAX_FILES)]
            except TooManyPathsError:
                reason = f"has more than {_MAX_FILES} files and folders in it"
                reading.add(evidence_problem(commit, path, reason, "Name those that count."))
                return
            yield from (each for each in below if is_regular(each[1]) and not reading.is_over)
        elif entry is not None and is_regular(entry):
            yield path, entry
        else:
            reading.spend_on_file(path, 0)
            # The reason is looked for in many places.
            reading.add(self._not_a_file(commit, path, entry) if reading.tells else _no_file(commit, path))

    def content(self, commit: str, path: str, entry: TreeEntry, reading: Reading) -> bytes | None:
        """Return the content of a file; None, and a problem, where it cannot be read."""
        reader = self._repository.reader
        data = reader.blob(entry.oid, MAX_JSON)
        reading.spend_on_file(path, len(data or b""))
        if data is None and reader.is_longer(entry.oid, MAX_JSON):
            reading.add(
                evidence_problem(commit, path, f"has more than {MAX_JSON} bytes", "Keep a smaller file for numbers.")
            )
        elif data is None:
            reading.add(missing_evidence(entry.oid, commit, path))
        return data

    def _found(self, kind: _Kind, source: Source) -> Found:
        key = (kind, source)
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
            return known[0]
        reading = Reading()
        try:
            definitions = self.definitions(source)
            for problem in definitions.problems:
                reading.add(problem)
            if kind == "metrics":
                values = self._metrics(source.commit, definitions, reading)
            else:
                values = self._params(source.commit, definitions, reading)
        except MissingObjectError as error:
            # It may come, so it is not remembered.
            return Found({}, problems=(missing_evidence(error.oid, source.commit),))
        plain = is_plain(values)
        shown, special = (values, {}) if plain else json_values(values)
        problems = reading.all(source.commit)
        placed = tuple(problem if problem.commit else replace(problem, commit=source.commit) for problem in problems)
        found = Found(shown, special, placed, plain)
        if not reading.lacks:
            self._keep(key, found)
        return found

    def _keep(self, key: tuple[_Kind, Source], found: Found) -> None:
        weighs = weight(found.values) + len(found.problems) + _OVERHEAD
        self._kept[key] = (found, weighs)
        self._weight += weighs
        while self._weight > _VALUES_KEPT and len(self._kept) > 1:
            _, (_, freed) = self._kept.popitem(last=False)
            self._weight -= freed

    def _metrics(self, commit: str, definitions: Definitions, reading: Reading) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for path in definitions.metrics:
            values.update(self._values(commit, path, reading, read_metrics))
        return values

    def _params(self, commit: str, definitions: Definitions, reading: Reading) -> dict[str, Value]:
        values: dict[str, Value] = {}
        sources = merged_params(definitions.params)
        for source in sources:
            values.update(self._values(commit, source.path, reading, partial(read_params, keys=source.keys)))
        shown = {source.path for source in sources}
        for path, variables in definitions.variables.items():
            if path not in shown:
                start = f"{escaped_path(path)}:"
                values.update((start + name, value) for name, value in variables.items())
        return values

    def _values(
        self, commit: str, path: str, reading: Reading, read: Callable[[str, bytes], dict[str, Value]]
    ) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for file, entry in self.files(commit, path, reading):
            data = self.content(commit, file, entry, reading)
            if data is not None:
                try:
                    found = read(file, data)
                except UnreadableEvidenceError as error:
                    reading.add(evidence_problem(commit, file, error.reason, error.hint))
                else:
                    reading.spend_on_values(found)
                    values.update(found)
        return values

    def _not_a_file(self, commit: str, path: str, entry: TreeEntry | None) -> Problem:
        if entry is not None and entry.mode == LINK:
            return evidence_problem(commit, path, "is a link, and no link is followed", "Name the file itself.")
        if entry is not None and entry.mode == GITLINK:
            return evidence_problem(commit, path, "is a submodule, another repository", "Name a file of this one.")
        if self._tracking.covers(self._tree(commit), path):
            hint = "Its numbers are read where Git has it: write 'cache: false' below it in dvc.yaml, and commit it."
            return evidence_problem(commit, path, "is not in Git: only DVC's cache has it", hint, code="not-in-git")
        return _no_file(commit, path)


def _no_file(commit: str, path: str) -> Problem:
    hint = "Commit it for the next version, or name another file."
    return evidence_problem(commit, path, "is not there", hint, code="no-file")


def evidence_problem(commit: str, path: str, reason: str, hint: str, *, code: str = "wrong-evidence") -> Problem:
    """Return the problem of a file at a commit; `reason` ends a sentence that begins with its path."""
    message = f"{path} {reason} at {commit[:7]}."
    return Problem(code=code, severity="warning", message=message, hint=hint, commit=commit, path=path)


def missing_evidence(oid: str, commit: str, path: str | None = None) -> Problem:
    """Return the problem of an object on the way to the evidence of a commit that this clone lacks."""
    return Problem(
        code=MISSING,
        severity="warning",
        message=f"The object {oid} is missing from this clone, so the numbers of {path or commit[:7]} are not known.",
        hint=f"In a partial clone fetch it: `git cat-file -p {oid}`; else `git fsck` tells more.",
        commit=commit,
        path=path,
        oid=oid,
    )
