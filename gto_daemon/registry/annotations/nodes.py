"""The nodes of a YAML document.

`start` and `end` are characters of the text, from 0. Plain numbers, because the parser's marks would be some ten
thousand objects more for the garbage collector to look through while a large file is read.
"""

from dataclasses import dataclass

from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.problems import Range


class Node:
    """Part of a document. `tag` is the explicit tag in full (`tag:yaml.org,2002:int`), or None."""

    __slots__ = ("end", "start", "tag")

    def __init__(self, tag: str | None, start: int, end: int) -> None:
        self.tag = tag
        self.start = start
        self.end = end


class Scalar(Node):
    """A scalar. If it is `plain`, its type depends on its text."""

    __slots__ = ("plain", "text")

    def __init__(self, tag: str | None, start: int, end: int, text: str, *, plain: bool) -> None:
        self.tag = tag
        self.start = start
        self.end = end
        self.text = text
        self.plain = plain


class Collection(Node):
    """A sequence or a mapping.

    `flow`: written in brackets. `height` counts the collections from here down. `weight` is about how many
    characters it has when every alias in it is written out.
    """

    __slots__ = ("children", "flow", "height", "weight")

    def __init__(self, tag: str | None, start: int, *, flow: bool) -> None:
        self.tag = tag
        self.start = start
        self.end = start
        self.flow = flow
        self.children: list[Node] = []
        self.height = 0
        self.weight = 0

    def repeated(self, start: int, end: int) -> "Collection":
        """Return the same content at the place of an alias."""
        node = type(self)(self.tag, start, flow=True)
        node.end = end
        node.children = self.children
        node.height = self.height
        node.weight = self.weight
        return node


class Sequence(Collection):
    """`children` are its items."""

    __slots__ = ()


class Mapping(Collection):
    """`children` are key, value, key, value."""

    __slots__ = ()

    def pairs(self) -> list[tuple[Node, Node]]:
        """Return keys and values as written; merge keys are not followed."""
        parts = iter(self.children)
        return list(zip(parts, parts, strict=True))


class Loop(Node):
    """An alias to a collection, `target`, that it is itself part of."""

    __slots__ = ("target",)

    def __init__(self, target: Collection, start: int, end: int) -> None:
        super().__init__(None, start, end)
        self.target = target


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The only document of a text.

    Attributes:
        root: the root node; None if the document is empty.
        old: whether it says `%YAML 1.1`.
        lines: the lines of the text.
        tab: the first tab that GTO's reader would refuse the file for, as a character of the text.

    """

    root: Node | None
    old: bool
    lines: Lines
    tab: int | None = None

    def tab_range(self) -> Range | None:
        """Return the range of that tab."""
        return None if self.tab is None else self.lines.range(self.tab, self.tab + 1)
