"""One entry of an annotation file, field by field."""

from datetime import date

from gto_daemon.registry.annotations.nodes import Node
from gto_daemon.registry.annotations.values import Members, UnreadableError, ValueReader, repeated_key

_TRUE = frozenset({"1", "on", "t", "true", "y", "yes"})
_FALSE = frozenset({"0", "off", "f", "false", "n", "no"})
_QUOTE = "Put it in quotes."


class AnnotationEntry:
    """The fields of one entry, read.

    Attributes:
        values: by key; a key that is not text names no field.
        nodes: the nodes of each key and its value.

    """

    def __init__(self, reader: ValueReader, node: Node) -> None:
        """Read all of the entry at `node`.

        Raises:
            UnreadableError: it is not a mapping, a key is repeated, or a value in it cannot be read.

        """
        self.values: dict[object, object] = {}
        self.nodes: dict[object, tuple[Node, Node]] = {}
        items, merged = reader.items(node)
        for key, key_node, value_node in items:
            if key in self.values and not merged:
                raise repeated_key(key, key_node)
            self.values[key] = reader.value(value_node)
            self.nodes[key] = (key_node, value_node)

    def places(self) -> dict[str, tuple[int, int]]:
        """Return the places of the values by key: the first character, and the one after the last."""
        return {key: (node.start, node.end) for key, (_, node) in self.nodes.items() if isinstance(key, str)}

    def wrong(self, field: str, wanted: str, hint: str) -> UnreadableError:
        """Return the error for a `field` with an unexpected value."""
        key, node = self.nodes[field]
        place = node if node.end > node.start else key
        return UnreadableError(
            f"has {kind_of_value(self.values[field])} as '{field}', where {wanted} belongs", place, hint
        )

    def boolean(self, field: str, default: bool) -> bool:  # noqa: FBT001
        """Return true or false, also for the words and numbers that pydantic accepts."""
        if field not in self.values:
            return default
        value = parse_boolean(self.values[field])
        if value is None:
            raise self.wrong(field, "true or false", "Write true or false.")
        return value

    def text(self, field: str) -> str:
        """Return the text.

        Raises:
            UnreadableError: it is something else.

        """
        text = parse_text(self.values[field])
        if text is None:
            raise self.wrong(
                field, "text", _QUOTE if self.values[field] is not None else "Write text, or delete the line."
            )
        return text

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a list of texts; empty if the field is absent.

        Raises:
            UnreadableError: it is something else.

        """
        values = self.values.get(field, [])
        if not isinstance(values, list | Members):
            raise self.wrong(field, "a list", "Write a list, such as [one, two].")
        texts = []
        for value in values:
            text = parse_text(value)
            if text is None:
                raise UnreadableError(
                    f"has {kind_of_value(value)} among its '{field}', where text belongs", self.nodes[field][1], _QUOTE
                )
            texts.append(text)
        return tuple(texts)


def parse_text(value: object) -> str | None:
    """Return text, also from UTF-8 in base64 (`!!binary`), which pydantic decodes; None for other values."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return None


def parse_boolean(value: object) -> bool | None:
    """Return the boolean that pydantic reads in the value; None if pydantic refuses it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else None
    word = parse_text(value)
    if word is None:
        return None
    return True if word.lower() in _TRUE else False if word.lower() in _FALSE else None


def kind_of_value(value: object) -> str:
    """Return the kind of the value, for a message."""
    for kind, name in _NAMES:
        if isinstance(value, kind):
            return name
    return "nothing" if value is None else "a list"


_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (int, "a number"),
    (float, "a number"),
    (str, "text"),
    (dict, "a mapping"),
    (date, "a date"),
    (bytes, "binary data"),
    (Members, "a set"),
)
