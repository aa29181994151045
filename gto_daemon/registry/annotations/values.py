"""Convert nodes to Python values, with ruamel.yaml's rules for merge keys, duplicate keys and tags.

A value that GTO's reader would refuse raises an error for its entry, so that the other entries of a file are read.
"""

from gto_daemon.registry.annotations.nodes import Collection, Loop, Mapping, Node, Scalar, Sequence
from gto_daemon.registry.annotations.scalars import kind_of, scalar_value, starts_of_meaning

_PREFIX = "tag:yaml.org,2002:"
_MERGE = f"{_PREFIX}merge"


class UnreadableError(Exception):
    """The value of a node cannot be read.

    Attributes:
        reason: the end of a sentence that begins with the name of the thing.
        node: the place.
        hint: the remedy, as a sentence.

    """

    def __init__(self, reason: str, node: Node, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.node = node
        self.hint = hint


class Members(tuple[object, ...]):
    """A `!!set`, in the order of the text."""

    __slots__ = ()


#: A key as a Python value, its node, and the node of its value.
Item = tuple[object, Node, Node]
_Pairs = list[tuple[Node, Node]]


class ValueReader:
    """Reads the values of one document; `old` when that says `%YAML 1.1`."""

    def __init__(self, *, old: bool) -> None:
        self._old = old
        self._starts = starts_of_meaning(old=old)

    def value(self, node: Node) -> object:
        """Return the value; besides JSON's: bytes, date, datetime, `Members`, and a tuple for each of `!!pairs`.

        Raises:
            UnreadableError: the node says nothing that GTO's reader takes.

        """
        if isinstance(node, Scalar):
            return self._scalar(node)
        if isinstance(node, Loop):
            raise UnreadableError("contains itself", node, "Write it out instead of the alias.")
        kind = _kind(node)
        if kind == "seq" and isinstance(node, Sequence):
            return [self.value(child) for child in node.children]
        if kind == "pairs" and isinstance(node, Sequence):
            return [(self.value(key), self.value(value)) for key, value in _single_pairs(node)]
        if kind == "set" and isinstance(node, Mapping):
            return Members(self.mapping(node))
        if kind in ("map", "omap"):
            return self.mapping(node)
        raise UnreadableError(f"has the tag '{node.tag}', which does not fit", node, "Delete the tag.")

    def items(self, node: Node) -> tuple[list[Item], bool]:
        """Return the items of a future mapping, with repeated keys, and whether any were merged in.

        Raises:
            UnreadableError: it becomes no mapping, or a key or a merge key cannot be read.

        """
        if _kind(node) not in ("map", "omap"):
            raise UnreadableError("is no mapping", node, "Write 'key: value' lines.")
        return self._items(node)

    def _items(self, node: Node) -> tuple[list[Item], bool]:
        merged: _Pairs = []
        if isinstance(node, Mapping) and _kind(node) != "omap":
            merged, own = self._flatten(node)
            pairs = merged + own
        elif isinstance(node, Sequence) and _kind(node) == "omap":
            pairs = _single_pairs(node)
        else:
            raise UnreadableError(f"has the tag '{node.tag}', which does not fit", node, "Delete the tag.")
        return [(self._key(key), key, value) for key, value in pairs], bool(merged)

    def mapping(self, node: Node) -> dict[object, object]:
        """Return the mapping at the node.

        Raises:
            UnreadableError: there is no value, or a part of it cannot be read.

        """
        items, merged = self._items(node)
        mapping: dict[object, object] = {}
        for key, key_node, value_node in items:
            # GTO's reader looks for repeated keys only where nothing is merged.
            if key in mapping and not merged:
                raise repeated_key(key, key_node)
            mapping[key] = self.value(value_node)
        return mapping

    def _scalar(self, node: Scalar) -> object:
        # Most scalars are text, and their first character says so.
        if node.tag is None and (not node.plain or (node.text and node.text[0] not in self._starts)):
            return node.text
        kind = kind_of(node.tag, node.text, plain=node.plain, old=self._old)
        if kind == "str":
            return node.text
        try:
            return scalar_value(kind, node.text, old=self._old)
        except ValueError as error:
            raise UnreadableError(f"cannot be read: {error}", node, "Put it in quotes if it is text.") from error

    def _key(self, node: Node) -> object:
        if isinstance(node, Scalar):
            # A key '=' is text; anywhere else YAML gives it a meaning that no reader has.
            return "=" if node.plain and node.text == "=" else self._scalar(node)
        value = self.value(node)
        key = tuple(value) if isinstance(value, list) else value
        try:
            hash(key)
        except TypeError:
            key = None
        if not isinstance(key, tuple) or isinstance(key, Members):
            raise UnreadableError("has a key that is no text", node, "Write the key as text.")
        return key

    def _flatten(self, node: Mapping) -> tuple[_Pairs, _Pairs]:
        """Return the pairs from merge keys, in order of increasing precedence, and the node's own pairs."""
        pairs = node.pairs()
        if not any(map(_merges, node.children[::2])):
            return [], pairs
        merged: _Pairs = []
        own: _Pairs = []
        for key, value in pairs:
            if not _merges(key):
                own.append((key, value))
            elif merged:
                raise UnreadableError("has two merge keys '<<'", key, "Write one, with a list of what to merge.")
            else:
                for source in value.children[::-1] if isinstance(value, Sequence) else [value]:
                    merged.extend(self._source(source, node, own))
        return merged, own

    def _source(self, source: Node, node: Mapping, own: _Pairs) -> _Pairs:
        if isinstance(source, Mapping):
            merged, pairs = self._flatten(source)
            return merged + pairs
        if isinstance(source, Loop) and source.target.children is node.children:
            return list(own)
        raise UnreadableError("merges what is no mapping", source, "Merge with '<<: *name'.")


def repeated_key(key: object, node: Node) -> UnreadableError:
    """Return the error for a key that its mapping has twice."""
    return UnreadableError(f"has the key '{key}' twice", node, "Delete one of them.")


def _kind(node: Node) -> str:
    if node.tag is None:
        return "map" if isinstance(node, Mapping) else "seq" if isinstance(node, Sequence) else "str"
    return node.tag.removeprefix(_PREFIX)


def _merges(key: Node) -> bool:
    return isinstance(key, Scalar) and ((key.text == "<<" and key.plain) or key.tag == _MERGE)


def _single_pairs(node: Collection) -> _Pairs:
    pairs: _Pairs = []
    for child in node.children:
        if not isinstance(child, Mapping) or len(child.children) != 2:
            raise UnreadableError("has an item that is no 'key: value'", child, "Write one key and value an item.")
        pairs.extend(child.pairs())
    return pairs
