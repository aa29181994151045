"""An `artifacts.yaml` piece by piece: each entry is read by itself, and again only when its own text changed.

A keystroke changes one entry of a thousand, and reading all of them takes as long as an editor would notice. The file
is cut where a line begins with a key. What such a cut could get wrong (anchors, documents, directives, brackets at the
top, names that come twice) is not cut at all, so a piece says what the whole file would say; a test compares the two.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gto_daemon.editor.entries import ArtifactEntry, EntrySyntax, described_in
from gto_daemon.registry.annotations.artifacts_yaml import read_artifacts
from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.findings import MAX_LISTED
from gto_daemon.registry.annotations.nodes import Mapping as MappingNode
from gto_daemon.registry.annotations.nodes import Node
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.problems import Position, Problem, Range

_START = re.compile(r"^(?=[^\s#-])", re.MULTILINE)
_PLAIN_START = re.compile(r"[\w\"']")
_UNCUT = re.compile(r"[&*\t%]|<<|^(?:---|\.\.\.)", re.MULTILINE)
_LEAD = re.compile(r"(?:[ ]*(?:#[^\n]*)?\r?\n)*")
_ODD_BREAKS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry, read by itself.

    Attributes:
        root: a mapping of one pair.
        described: the entry.
        problems: with places relative to where the piece begins.

    """

    root: Node
    described: EntrySyntax
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A file, cut.

    Attributes:
        by_text: the pieces, by their text.
        roots: where each begins, and its mapping.
        entries: in the order of the file.
        problems: of all pieces, at their places in the file.

    """

    by_text: Mapping[str, Piece]
    roots: tuple[tuple[int, Node], ...]
    entries: tuple[ArtifactEntry, ...]
    problems: tuple[Problem, ...]


def cut(text: str, lines: Lines, before: Mapping[str, Piece]) -> Pieces | None:
    """Return the pieces of a file; None where it has to be read as a whole.

    Args:
        text: of the file.
        lines: of it.
        before: pieces that were read already.

    """
    starts = [match.start() for match in _START.finditer(text)]
    lead = _LEAD.match(text)
    if not starts or lead is None or lead.end() < starts[0]:
        return None
    by_text: dict[str, Piece] = {}
    roots: list[tuple[int, Node]] = []
    entries: list[ArtifactEntry] = []
    problems: list[Problem] = []
    names: set[str] = set()
    for start, end in zip(starts, (*starts[1:], len(text)), strict=True):
        own = text[start:end]
        piece = before.get(own) or by_text.get(own) or _read(own)
        if piece is None or piece.described.name in names:
            return None
        names.add(piece.described.name)
        by_text[own] = piece
        roots.append((start, piece.root))
        entries.append(ArtifactEntry(piece.described, start))
        if piece.problems:
            first = lines.position(start).line
            problems += [_moved(problem, first) for problem in piece.problems]
            if len(problems) > MAX_LISTED:
                return None
    return Pieces(by_text, tuple(roots), tuple(entries), tuple(problems))


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
    described = replace(found[0], annotation=file.annotations.get(found[0].name))
    return Piece(root, described, file.problems)


def _moved(problem: Problem, lines: int) -> Problem:
    if problem.range is None:
        return problem
    start, end = problem.range.start, problem.range.end
    place = Range(Position(start.line + lines, start.character), Position(end.line + lines, end.character))
    return replace(problem, range=place)
