"""The facts about a document: existing, committed and otherwise described artifacts; in the repository's thread."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from operator import is_
from weakref import WeakKeyDictionary

from gto_daemon.daemon.live.parsed_files import MAX_FILE
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.tracked_files import FoundPaths, Tracked
from gto_daemon.daemon.remotes.evidence import evidence_of
from gto_daemon.editor.document import ParsedDocument, read_document
from gto_daemon.editor.facts import OtherAnnotation, WorkspaceFacts
from gto_daemon.editor.references import references
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.annotations import Annotation
from gto_daemon.registry.config import CONFIG_FILE
from gto_daemon.registry.problems import Problem, Range
from gto_daemon.registry.queries.doctor import doctor
from gto_daemon.registry.queries.stages import used_stages
from gto_daemon.registry.snapshot import Snapshot

#: Files that are looked at for a missing path.
_MAX_NEARBY = 500
#: Taggers that are offered.
_MAX_PEOPLE = 100
_WORKFLOWS = ".github/workflows"
_GITLAB = (".gitlab-ci.yml", ".gitlab-ci.yaml")


@dataclass(frozen=True, slots=True)
class _Registry:
    """The facts that follow from a snapshot, and from what was known beside it, computed once for it."""

    findings: Mapping[str, tuple[Problem, ...]]
    stages: tuple[str, ...]
    people: tuple[str, ...]


class DocumentFacts:
    """Gathers the facts for the documents of one session."""

    def __init__(self) -> None:
        self._registries: WeakKeyDictionary[Snapshot, _Registry] = WeakKeyDictionary()
        self._files: WeakKeyDictionary[Worktree, Tracked] = WeakKeyDictionary()

    def files_of(self, worktree: Worktree) -> Tracked:
        """Return the files of a checkout."""
        files = self._files.get(worktree)
        if files is None:
            files = self._files[worktree] = Tracked(worktree.layout.config_root)
        return files

    def gather(
        self,
        worktree: Worktree,
        snapshot: Snapshot,
        document: ParsedDocument,
        opened: Mapping[str, ParsedDocument],
        *,
        paths: bool = True,
        mentions: bool = False,
        words: bool = False,
    ) -> WorkspaceFacts:
        """Return the facts for one document. What is the same as before is the same object.

        Args:
            worktree: the worktree that contains it.
            snapshot: the present one.
            document: the document as in the editor.
            opened: other annotation files that are open, by path; they count instead of the files on disk.
            paths: look for the paths that it names.
            mentions: look for references in CI files.
            words: gather the labels and types of all annotations.

        """
        registry = self._registry(worktree, snapshot)
        elsewhere = _elsewhere(worktree, document, opened)
        annotations: list[Annotation] = []
        if words:
            annotations += [each for entry in document.entries if (each := entry.described.annotation) is not None]
            annotations += [each.annotation for each in elsewhere.values()]
        found = self._paths(worktree, document) if paths else FoundPaths()
        return WorkspaceFacts(
            configured=(worktree.layout.config_root / CONFIG_FILE).exists(),
            missing=found.missing,
            present=found.present,
            nearby=self.files_of(worktree).beside(found.missing, _MAX_NEARBY) if found.missing else frozenset(),
            committed=_committed(worktree, snapshot, document),
            elsewhere=elsewhere,
            findings=registry.findings,
            mentions=self._mentions(worktree, snapshot) if mentions else (),
            stages=registry.stages,
            labels=tuple(sorted({label for each in annotations for label in each.labels})),
            types=tuple(sorted({each.type for each in annotations if each.type})),
            people=registry.people,
            branches=tuple(worktree.repository.branch_names()) if document.kind == "rules" else (),
        )

    def _paths(self, worktree: Worktree, document: ParsedDocument) -> FoundPaths:
        before = document.kept.paths
        named = [path for entry in document.entries if (path := entry.described.home) is not None]
        found = self.files_of(worktree).look(named, before if isinstance(before, FoundPaths) else FoundPaths())
        document.kept.paths = found
        return found

    def _registry(self, worktree: Worktree, snapshot: Snapshot) -> _Registry:
        known = self._registries.get(snapshot)
        if known is None:
            findings: dict[str, list[Problem]] = {}
            evidence, _ = evidence_of(worktree, snapshot)
            for problem in (*doctor(snapshot), *(each.as_problem() for each in evidence)):
                findings.setdefault(problem.artifact or "", []).append(problem)
            for name, problems in snapshot.index.troubled.items():
                # A problem in the annotation file of a commit is not a problem of the open document.
                findings.setdefault(name, []).extend(each for each in problems if each.path is None)
            emails = Counter(ref.tag.email for ref in snapshot.index.all_refs() if ref.tag is not None)
            known = _Registry(
                {name: tuple(each) for name, each in findings.items()},
                tuple(used_stages(snapshot.index)),
                tuple(email for email, _ in emails.most_common(_MAX_PEOPLE) if "@" in email),
            )
            self._registries[snapshot] = known
        return known

    def _mentions(self, worktree: Worktree, snapshot: Snapshot) -> tuple[tuple[str, Range, str], ...]:
        files = self.files_of(worktree)
        root = worktree.layout.config_root
        paths = [f"{_WORKFLOWS}/{name}" for name in files.names(_WORKFLOWS) if name.endswith((".yml", ".yaml"))]
        found: list[tuple[str, Range, str]] = []
        for path in (*paths, *_GITLAB):
            try:
                data = read_regular_file(root / path, MAX_FILE)
            except OSError:
                # Not ours to read: then it has no references that we know of.
                continue
            if data:
                document = read_document(path, "references", data.decode("utf-8", "replace"))
                known = snapshot.index.artifacts
                found += [(path, each.range, each.artifact) for each in references(document, known)]
        return tuple(found)


def _elsewhere(
    worktree: Worktree, document: ParsedDocument, opened: Mapping[str, ParsedDocument]
) -> Mapping[str, OtherAnnotation]:
    disk, kept = worktree.disk(), document.kept
    basis = (disk, *opened.values())
    if kept.elsewhere is not None and len(basis) == len(kept.elsewhere[0]) and all(map(is_, basis, kept.elsewhere[0])):
        return kept.elsewhere[1]
    found: dict[str, OtherAnnotation] = {}
    for path, file in disk.items():
        if path != document.path and path not in opened:
            found.update({name: OtherAnnotation(path, each, each.range) for name, each in file.annotations.items()})
    for path, other in opened.items():
        if path != document.path:
            for entry in other.entries:
                if entry.annotation is not None:
                    place = other.range(entry.start, entry.end)
                    found.setdefault(entry.name, OtherAnnotation(path, entry.annotation, place))
    if kept.elsewhere is not None and kept.elsewhere[1] == found:
        found = kept.elsewhere[1]
    kept.elsewhere = (basis, found)
    return found


def _committed(worktree: Worktree, snapshot: Snapshot, document: ParsedDocument) -> Mapping[str, Annotation] | None:
    commit = worktree.repository.commit(snapshot.head) if snapshot.head is not None else None
    if commit is None or document.kind not in ("artifacts", "dvc"):
        return None
    if document.kind == "artifacts":
        file = worktree.committed.artifacts_yaml(commit, snapshot.config.index)
    else:
        file = worktree.committed.dvc_yaml(commit, document.directory)
    return file.annotations if file is not None else None
