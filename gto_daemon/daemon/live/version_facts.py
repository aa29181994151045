"""The facts that folds need besides tags: the commits of versions and HEAD, and the annotation files there.

Everything is read before the delta that needs it is applied, each commit once. Missing commits, as in a shallow clone,
are awaited, and so are annotation files.
"""

from collections.abc import Iterable, Mapping, Sequence

from gto_daemon.daemon.live.annotation_files import CommittedFiles
from gto_daemon.daemon.live.parsed_files import MISSING_OBJECT
from gto_daemon.daemon.live.repository import Repository
from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.index import Index
from gto_daemon.registry.objects import TagRef

#: Beyond it, folders of single objects are not looked at with every read.
_MAX_FOLDERS = 16


class VersionFacts:
    """The facts of one index, for the repository's thread only; a rebuilt index has new ones.

    Attributes:
        facts: what was read so far; grows in place.

    """

    def __init__(self, repository: Repository, committed: CommittedFiles, index_path: str) -> None:
        self._repository = repository
        self._committed = committed
        self._index_path = index_path
        self._annotations: dict[str, AnnotationFile] = {}
        self._looked: set[str] = set()
        self._missing: dict[str, set[str]] = {}
        self._lacking: dict[str, str] = {}
        self._awaited: Fingerprint | None = None
        self._complete = True
        self.facts = ObjectFacts(repository.commits, self._annotations, index_path)

    @property
    def missing(self) -> Mapping[str, set[str]]:
        """The commits that this clone lacks, each with the artifacts that wait for it; a copy."""
        return {oid: set(names) for oid, names in self._missing.items()}

    def restore(self, annotated: Sequence[Annotated], missing: Mapping[str, set[str]]) -> None:
        """Continue from a stored index: the facts that an artifact is folded from are read when it is folded again."""
        self._complete = False
        self._missing = {oid: set(names) for oid, names in missing.items()}
        # Until they are looked for, which is at once.
        self._lacking = {oid: oid for oid in missing}
        self._annotations.update((each.commit, each.file) for each in annotated)

    def load_again(self, index: Index, names: Iterable[str]) -> None:
        """Load what these artifacts of the index are folded from."""
        if not self._complete:
            for each in index.annotated:
                self._repository.commit(each.commit)
            self.load(ref for name in names for ref in index.refs.get(name, {}).values())

    def load_all(self, index: Index) -> None:
        """Load what all artifacts of the index are folded from."""
        self.load_again(index, index.refs)
        self._complete = True

    def load(self, refs: Iterable[TagRef]) -> None:
        """Load the commits of these tags and their annotation files."""
        looked = self._looked
        for ref in refs:
            tag = ref.tag
            if tag is None or tag.target_type != "commit":
                continue
            if tag.target not in looked or tag.target in self._missing:
                self._load(tag.target, ref.artifact)

    def _load(self, oid: str, artifact: str) -> None:
        commit = self._repository.commit(oid)
        if commit is None:
            self._await(oid, oid, artifact)
            return
        self._looked.add(oid)
        self._annotations.pop(oid, None)
        file = self._committed.artifacts_yaml(commit, self._index_path)
        if file is not None:
            self._annotations[oid] = file
            self._await_file(oid, file, artifact)

    def _await_file(self, commit: str, file: AnnotationFile, *artifacts: str) -> None:
        for problem in file.problems:
            if problem.code == MISSING_OBJECT and problem.oid is not None:
                self._await(commit, problem.oid, *artifacts)

    def _await(self, commit: str, lacking: str, *artifacts: str) -> None:
        self._missing.setdefault(commit, set()).update(artifacts)
        self._lacking[commit] = lacking

    def annotated(self, head: str | None, *, instead_of: str | None = None) -> tuple[Annotated, ...]:
        """Return the commits whose annotations make artifacts known: HEAD, `instead_of` the previous one."""
        if instead_of is not None and instead_of not in self._looked:
            # Old HEADs are not kept forever, because their annotation files may be large.
            self._annotations.pop(instead_of, None)
        commit = self._repository.commit(head) if head else None
        if head is not None and commit is None:
            self._await(head, head)
        file = self._committed.artifacts_yaml(commit, self._index_path) if commit else None
        if commit is None or file is None:
            return ()
        self._annotations[commit.oid] = file
        self._await_file(commit.oid, file)
        return (Annotated.at(commit.oid, file),)

    def arrived(self, *, tags_changed: bool) -> set[str]:
        """Return the artifacts whose missing commits have arrived, for example by `git fetch --unshallow`."""
        known = self._awaited
        if not self._missing or (known is not None and not tags_changed and not known.racy and known.holds()):
            # Looking for each of thousands of missing commits, at every refresh, would cost more than the refresh.
            return set()
        self._awaited = Fingerprint.of(self.awaited_at)
        artifacts: set[str] = set()
        for oid in [oid for oid in self._missing if self._repository.commit(oid) is not None]:
            names = self._missing.pop(oid)
            del self._lacking[oid]
            for name in names:
                # Of HEAD alone `annotated` takes care.
                self._load(oid, name)
            if oid not in self._missing:
                artifacts |= names
        return artifacts

    def awaits(self, commit: str | None) -> bool:
        """Return whether the commit, or its annotation file, is missing."""
        return commit in self._missing

    @property
    def awaited_at(self) -> list[str]:
        """The paths that change when missing commits arrive; empty if none are missing."""
        if not self._missing:
            return []
        common = self._repository.layout.common
        folders = {oid[:2] for oid in self._lacking.values()}
        # Objects come in packs, in a small fetch as single files.
        places = sorted(folders) if len(folders) <= _MAX_FOLDERS else []
        return [str(common / "shallow"), *(str(common / "objects" / place) for place in ("pack", *places))]
