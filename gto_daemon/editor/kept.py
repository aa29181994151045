"""What was worked out for a document, kept for its next state: a keystroke changes one entry of a thousand."""

from collections.abc import Callable, Iterable
from operator import is_
from typing import Generic, TypeVar

from gto_daemon.editor.entries import ArtifactEntry, EntrySyntax
from gto_daemon.editor.facts import OtherAnnotation
from gto_daemon.editor.values import Diagnostic

V = TypeVar("V")


class KeptByEntry(Generic[V]):
    """What one feature worked out for each entry: kept while the entry is not read again, and its basis is the same."""

    def __init__(self) -> None:
        self._basis: tuple[object, ...] = ()
        # By the identity of the entry's syntax, which is held, so that nothing else gets the same.
        self._values: dict[int, tuple[EntrySyntax, int, V]] = {}

    def of(
        self,
        entries: Iterable[ArtifactEntry],
        basis: tuple[object, ...],
        work_out: Callable[[ArtifactEntry], V],
        moved: Callable[[V, int, int], V],
    ) -> list[V]:
        """Return the values of all entries, and forget those of others.

        Args:
            entries: of the document now.
            basis: everything else that the values depend on; the same only where it is the same objects.
            work_out: returns the value of an entry.
            moved: returns a value whose entry was at a line, and now is at another.

        """
        same = len(basis) == len(self._basis) and all(map(is_, basis, self._basis))
        before = self._values if same else {}
        after: dict[int, tuple[EntrySyntax, int, V]] = {}
        for entry in entries:
            described, _, line = entry
            known = before.get(id(described))
            if known is None:
                known = (described, line, work_out(entry))
            elif known[1] != line:
                known = (described, line, moved(known[2], known[1], line))
            after[id(described)] = known
        self._basis, self._values = basis, after
        return [value for _, _, value in after.values()]


class Kept:
    """What is kept of one document, for as long as it is open.

    Attributes:
        lenses: how many lenses each entry has, and their JSON.
        diagnostics: of each entry.
        overlaps: names and paths, what other files say, and the overlaps of paths that follow: the number of an entry,
            the other artifact, and the other's path where it is above.
        elsewhere: what other annotation files say, behind what it was gathered from.
        paths: what is at the paths that the document names, as it was found.
        followed: what the editor was last asked to tell of: the paths that are there, and those that are not.

    """

    def __init__(self) -> None:
        self.lenses = KeptByEntry[tuple[int, bytes]]()
        self.diagnostics = KeptByEntry[tuple[Diagnostic, ...]]()
        self.overlaps: tuple[list[str], list[str | None], object, tuple[tuple[int, str, str | None], ...]] | None = None
        self.elsewhere: tuple[tuple[object, ...], dict[str, OtherAnnotation]] | None = None
        self.paths: object = None
        self.followed: tuple[frozenset[str], frozenset[str]] | None = None
