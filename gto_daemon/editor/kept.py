"""What was worked out for a document, kept for its next state: a keystroke changes one entry of a thousand."""

from collections.abc import Callable, Sequence
from itertools import compress
from operator import is_, is_not, itemgetter, ne, or_
from typing import Any, Final, Generic, TypeVar

from gto_daemon.editor.entries import ArtifactEntry, EntrySyntax
from gto_daemon.editor.facts import OtherAnnotation
from gto_daemon.editor.values import Diagnostic

V = TypeVar("V")

#: What is known of an entry that is not known.
_UNKNOWN: Final[tuple[Any, int, Any]] = (None, -1, None)
_SYNTAX: Final = itemgetter(0)
_LINE: Final = itemgetter(2)
_KNOWN_LINE: Final = itemgetter(1)


class KeptByEntry(Generic[V]):
    """What one feature worked out for each entry: kept while the entry is not read again, and its basis is the same."""

    def __init__(self) -> None:
        self._basis: tuple[object, ...] = ()
        self._known: list[tuple[EntrySyntax, int, V]] = []

    def of(
        self,
        entries: Sequence[ArtifactEntry],
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
        known = self._known if same else []
        if len(known) != len(entries):
            by_syntax = {id(each[0]): each for each in known}
            known = [by_syntax.get(id(each[0]), _UNKNOWN) for each in entries]
        else:
            known = known.copy()
        # Two passes in C, because most of a thousand entries are where they were.
        moving = map(ne, map(_LINE, entries), map(_KNOWN_LINE, known))
        edited = map(is_not, map(_SYNTAX, entries), map(_SYNTAX, known))
        for number in compress(range(len(entries)), map(or_, edited, moving)):
            entry, (described, line, value) = entries[number], known[number]
            value = moved(value, line, entry.line) if described is entry.described else work_out(entry)
            known[number] = (entry.described, entry.line, value)
        self._basis, self._known = basis, known
        return [value for _, _, value in known]


class Kept:
    """What is kept of one document, for as long as it is open.

    Attributes:
        lenses: how many lenses each entry has, and their JSON.
        said: what the lens of each says.
        diagnostics: of each entry.
        overlaps: names and paths, what other files say, and the overlaps of paths that follow: the number of an entry,
            the other artifact, and the other's path where it is above.
        elsewhere: what other annotation files say, behind what it was gathered from.
        paths: what is at the paths that the document names, as it was found.
        followed: what the editor was last asked to tell of: the paths that are there, and those that are not.

    """

    def __init__(self) -> None:
        self.lenses = KeptByEntry[tuple[int, bytes]]()
        self.said = KeptByEntry[str]()
        self.diagnostics = KeptByEntry[tuple[Diagnostic, ...]]()
        self.overlaps: tuple[list[str], list[str | None], object, tuple[tuple[int, str, str | None], ...]] | None = None
        self.elsewhere: tuple[tuple[object, ...], dict[str, OtherAnnotation]] | None = None
        self.paths: object = None
        self.followed: tuple[frozenset[str], frozenset[str]] | None = None
