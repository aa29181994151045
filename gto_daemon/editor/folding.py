"""Folding: every block of an annotation file or `.gto` that has more than one line."""

from collections.abc import Iterator

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.registry.annotations.nodes import Collection, Mapping, Node, Sequence

#: Ranges of one document; a file of data has more blocks than anybody folds.
MAX_FOLDS = 5000


def folding_ranges(document: ParsedDocument) -> list[tuple[int, int]]:
    """First and last line of each, from 0."""
    found: dict[int, int] = {}
    for start, end in _blocks(document):
        if end > start:
            found[start] = max(end, found.get(start, 0))
        if len(found) >= MAX_FOLDS:
            break
    return sorted(found.items())


def _blocks(document: ParsedDocument) -> Iterator[tuple[int, int]]:
    for base, root in document.roots:
        yield from _blocks_of(document, base, root)


def _blocks_of(document: ParsedDocument, base: int, root: Node) -> Iterator[tuple[int, int]]:
    def line(at: int) -> int:
        return document.lines.position(at).line

    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Collection):
            continue
        if isinstance(node, Mapping):
            for key, value in node.pairs():
                # An alias repeats what stands elsewhere; its children are not below this key.
                if value.start < key.start or not node.start <= value.start <= node.end:
                    continue
                if value.end > value.start:
                    yield line(base + key.start), line(document.trimmed(base + value.end))
                waiting.append(value)
        elif isinstance(node, Sequence):
            for item in node.children:
                if isinstance(item, Collection) and node.start <= item.start <= node.end:
                    yield line(base + item.start), line(document.trimmed(base + item.end))
                    waiting.append(item)
