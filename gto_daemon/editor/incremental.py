"""An `artifacts.yaml` piece by piece: each entry is read by itself, and again only when its own text changed.

A keystroke changes one entry of a thousand, and reading all of them takes as long as an editor would notice. The file
is cut where a line begins with a key. What such a cut could get wrong (anchors, documents, directives, brackets at the
top, names that come twice) is not cut at all, so a piece says what the whole file would say; a test compares the two.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter

from gto_daemon.editor.entries import ArtifactEntry, EntrySyntax, described_in
from gto_daemon.registry.annotations.artifacts_yaml import read_artifacts
from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.findings import MAX_LISTED
from gto_daemon.registry.annotations.nodes import Mapping as MappingNode
from gto_daemon.registry.annotations.nodes import Node
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.problems import Problem

_START = re.compile(r"^(?=[^\s#-])", re.MULTILINE)
_PLAIN_START = re.compile(r"[\w\"']")
_UNCUT = re.compile(r"[&*\t%]|<<|^(?:---|\.\.\.)", re.MULTILINE)
_LEAD = re.compile("(?:[ ]*(?:#[^\n\r\x85\u2028\u2029]*)?\r?\n)*")
_BASE = attrgetter("base")
_ODD_BREAKS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry, read by itself.

    Attributes:
        root: a mapping of one pair.
        described: the entry.
        problems: with places relative to where the piece begins.
        length: the number of characters.

    """

    root: Node
    described: EntrySyntax
    problems: tuple[Problem, ...]
    length: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """A file, cut.

    Attributes:
        text: of the file.
        pieces: in the order of the file.
        entries: of each.
        roots: where each begins, and its mapping.
        problems: of all pieces, at their places in the file.

    """

    text: str
    pieces: tuple[Piece, ...]
    entries: tuple[ArtifactEntry, ...]
    roots: tuple[tuple[int, Node], ...]
    problems: tuple[Problem, ...]


def cut(text: str, lines: Lines, before: Pieces | None) -> Pieces | None:
    """Return the pieces of a file; None where it has to be read as a whole.

    Args:
        text: of the file.
        lines: of it.
        before: the file as it was. Only what is between its pieces that are the same is looked at.

    """
    old = before or Pieces("", (), (), (), ())
    head, tail = _same_pieces(old, text)
    count, grown = len(old.entries), len(text) - len(old.text)
    low = old.entries[head].base if head else 0
    high = old.entries[count - tail].base + grown if tail else len(text)
    starts = [match.start() for match in _START.finditer(text, low, high)]
    if not head:
        lead = _LEAD.match(text)
        first = starts[0] if starts else high
        if lead is None or lead.end() < first or first == len(text):
            return None
    known = {old.text[base : base + piece.length]: piece for piece, base in _placed(old, head, count - tail)}
    read: list[Piece] = []
    for start, end in pairwise((*starts, high)):
        own = text[start:end]
        piece = known.get(own) or _read(own)
        if piece is None:
            return None
        read.append(piece)
    between = [
        ArtifactEntry(piece.described, start, lines.position(start).line)
        for piece, start in zip(read, starts, strict=True)
    ]
    below = old.entries[count - tail :]
    under = old.roots[count - tail :]
    lower = lines.position(high).line - below[0].line if tail else 0
    if grown or lower:
        below = tuple([ArtifactEntry(each, base + grown, line + lower) for each, base, line in below])
        under = tuple([(base + grown, root) for base, root in under])
    entries = (*old.entries[:head], *between, *below)
    if len({entry.described.name for entry in entries}) < len(entries):
        return None
    pieces = (*old.pieces[:head], *read, *old.pieces[count - tail :])
    problems = [
        _moved(problem, entry.line)
        for piece, entry in zip(pieces, entries, strict=True)
        if piece.problems
        for problem in piece.problems
    ]
    if len(problems) > MAX_LISTED:
        return None
    roots = (*old.roots[:head], *((entry.base, piece.root) for piece, entry in zip(read, between, strict=True)), *under)
    return Pieces(text, pieces, entries, roots, tuple(problems))


def _placed(old: Pieces, first: int, last: int) -> Iterator[tuple[Piece, int]]:
    return ((old.pieces[number], old.entries[number].base) for number in range(first, last))


def _same_pieces(old: Pieces, text: str) -> tuple[int, int]:
    """Return how many pieces at the beginning, and how many at the end, are the same in a text."""
    size, shorter = len(old.text), min(len(old.text), len(text))
    head = _longest(shorter, lambda low, high: old.text[low:high] == text[low:high])
    tail = _longest(
        shorter - head,
        lambda low, high: old.text[size - high : size - low] == text[len(text) - high : len(text) - low],
    )
    # A piece ends where the next begins, and begins behind the end of a line.
    first = bisect_left(old.entries, head, key=_BASE) - 1
    last = bisect_right(old.entries, size - tail, key=_BASE)
    return max(first, 0), len(old.entries) - last


def _longest(most: int, is_same: Callable[[int, int], bool]) -> int:
    """Return the greatest length up to which `is_same` holds of all parts."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if is_same(low, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _read(text: str) -> Piece | None:
    if not _PLAIN_START.match(text) or _UNCUT.search(text) or _ODD_BREAKS.search(text):
        return None
    try:
        document = compose(text.encode("utf-8", "surrogatepass"))
    except NotYamlError:
        return None
    root = document.root
    if not isinstance(root, MappingNode) or root.flow or len(root.children) != 2:
        return None
    found = list(described_in(root, ""))
    if len(found) != 1:
        return None
    file = read_artifacts(document)
    described = found[0].annotated(file.annotations.get(found[0].name), "")
    return Piece(root, described, file.problems, len(text))


def _moved(problem: Problem, lines: int) -> Problem:
    return problem if problem.range is None else replace(problem, range=problem.range.below(lines))
