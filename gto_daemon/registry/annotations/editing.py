"""Edits of an annotation file that touch one entry and nothing else, to the byte.

A round trip through a YAML library would reformat the whole file. Here the composed nodes show where an entry and its
values are, and only changed parts are replaced. The caller parses the result again, so a layout that this module does
not understand is refused and never damaged.
"""

from collections.abc import Mapping as Fields
from dataclasses import dataclass
from typing import Any

from gto_daemon.registry.annotations.composition import compose
from gto_daemon.registry.annotations.emission import emitted
from gto_daemon.registry.annotations.nodes import Mapping, Node, Scalar, Sequence

_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit: the characters of the text from `start` up to `end`, and their replacement."""

    start: int
    end: int
    text: str


class CannotEditError(Exception):
    """The entry is written in a way that cannot be changed by itself; the message says how."""


def without_entry(data: bytes, section: str | None, name: str) -> object:
    """Return what a file says but for one entry, as a value to be compared; an empty section is the same as none.

    Raises:
        NotYamlError: it cannot be read.

    """
    document = compose(data)
    top = document.root.pairs() if isinstance(document.root, Mapping) else []
    inside = top if section is None else []
    if section is not None and isinstance(document.root, Mapping):
        found = _pair(document.root, section)
        if found is not None and (
            isinstance(found[1], Mapping) or (isinstance(found[1], Scalar) and not found[1].text)
        ):
            top.remove(found)
            inside = found[1].pairs() if isinstance(found[1], Mapping) else []
    entry = next((pair for pair in inside if isinstance(pair[0], Scalar) and pair[0].text == name), None)
    rest = [pair for pair in inside if pair is not entry]
    return document.old, *([_said(part) for pair in pairs for part in pair] for pairs in (top if section else [], rest))


def _said(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.tag, node.text, node.plain
    children = [_said(child) for child in node.children] if isinstance(node, Mapping | Sequence) else None
    return type(node), node.tag, children


def applied(text: str, edits: list[Edit]) -> str:
    """Return the text after the edits, which do not overlap."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class Editor:
    """Makes edits of one file.

    Args:
        text: without a byte order mark.
        section: the key of the root that holds the entries; None when the root itself does.

    """

    def __init__(self, text: str, section: str | None) -> None:
        self._text = text
        self._section = section
        self._break = "\r\n" if "\r\n" in text else "\n"
        root = compose(text.encode()).root
        if isinstance(root, Scalar) and not root.text:
            root = None
        if root is not None and not isinstance(root, Mapping):
            raise CannotEditError("the file is no mapping")
        self._root = root

    # --- setting ---------------------------------------------------------------------------------------------

    def set(self, name: str, fields: Fields[str, Any]) -> list[Edit]:
        """Set these fields of the entry and leave its others alone. A missing entry is added at the end.

        Raises:
            CannotEditError: its layout is beyond this.

        """
        holder = self._holder()
        found = _pair(holder, name) if isinstance(holder, Mapping) else None
        if found is None:
            return self.add(name, dict(fields))
        key, value = found
        if isinstance(value, Scalar):
            return [self._replaced(key, value, emitted(dict(fields)))]
        if not isinstance(value, Mapping) or self._is_alias(value):
            raise CannotEditError("it is an alias, or no mapping")
        if not value.children:
            return [self._replaced(key, value, emitted(dict(fields)))]
        edits: list[Edit] = []
        new: dict[str, Any] = {}
        for field, wanted in fields.items():
            there = _pair(value, field)
            if there is None:
                new[field] = wanted
            else:
                # Only these are words for certain; anything else may hold lists, or numbers that read like words.
                inserted = self._inserted(*there, wanted) if field == "labels" else None
                edits.extend([self._replaced(*there, emitted(wanted))] if inserted is None else inserted)
        for field, wanted in reversed(new.items()):
            edits.extend(self._added(value, field, wanted))
        return _joined(edits)

    def add(self, name: str, value: Any) -> list[Edit]:
        """Add an entry that is not there yet at the end.

        Raises:
            CannotEditError: the layout is beyond this.

        """
        if self._root is None:
            return [self._at_end(self._entry_in_root(name, value))]
        holder = self._holder()
        if holder is None:
            return self._added(self._root, str(self._section), {name: value})
        if not isinstance(holder, Mapping):
            raise CannotEditError(f"'{self._section}' is no mapping")
        return self._added(holder, name, value)

    def _inserted(self, key: Node, node: Node, wanted: list[str]) -> list[Edit] | None:
        """Return what adds words to a list and leaves its lines and comments alone; None where that does not do."""
        if not isinstance(node, Sequence) or self._is_alias(node):
            return None
        there = {
            child.text: child for child in node.children if isinstance(child, Scalar) and not self._is_alias(child)
        }
        new = [word for word in wanted if word not in there]
        if not there or len(there) != len(node.children) or not there.keys() <= {*wanted}:
            return None
        indent = self._text[self._line_start(node.start) : node.start]
        is_sorted = [word for word in wanted if word in there] == [*there]
        # GTO sorts the words; with comments among them they stay as they are.
        if (not node.flow and indent.strip()) or not (is_sorted or "#" in self._text[key.end : node.end]):
            return None
        edits = []
        for word in reversed(new):
            after = next((there[each] for each in reversed(wanted[: wanted.index(word)]) if each in there), None)
            if node.flow:
                at = node.children[0].start if after is None else after.end
                text = f"{emitted(word)}, " if after is None else f", {emitted(word)}"
            elif after is None:
                at, text = self._line_start(node.children[0].start), f"{indent}- {emitted(word)}{self._break}"
            else:
                at = self._line_end(len(self._text[: after.end].rstrip()))
                text = f"{self._break}{indent}- {emitted(word)}"
            edits.append(Edit(at, at, text))
        return edits

    def append(self, key: str, word: str) -> list[Edit]:
        """Add a word to a list of the root, whose key may be in any case.

        Raises:
            CannotEditError: there is no such list, or its layout is not supported.

        """
        pairs = self._root.pairs() if self._root is not None else []
        value = next((v for k, v in pairs if isinstance(k, Scalar) and k.text.lower() == key), None)
        if not isinstance(value, Sequence) or self._is_alias(value):
            raise CannotEditError(f"'{key}' is no list")
        if value.flow:
            before = self._text[: value.end - 1].rstrip()
            comma = "" if not value.children or before.endswith(",") else ", "
            return [Edit(len(before), len(before), f"{comma}{emitted(word)}")]
        indent = self._text[self._line_start(value.start) : value.start]
        at = self._line_end(len(self._text[: value.children[-1].end].rstrip()))
        return [Edit(at, at, f"{self._break}{indent}- {emitted(word)}")]

    def _holder(self) -> Node | None:
        """Return the node that holds the entries; None if the root has no such section yet."""
        if self._section is None or self._root is None:
            return self._root
        found = _pair(self._root, self._section)
        if found is None:
            return None
        key, section = found
        empty = Mapping(None, section.start, flow=True)
        empty.end = section.end
        # Nothing behind the colon is an empty section; what is added takes its place.
        return empty if isinstance(section, Scalar) and not section.text and self._root is not key else section

    def _entry_in_root(self, name: str, value: Any) -> str:
        if self._section is None:
            return self._block("", name, value)
        return f"{self._section}:{self._break}{self._block(_INDENT, name, value)}"

    def _block(self, indent: str, key: str, value: Any) -> str:
        """Return `key: value` in lines, without the last line break; a non-empty mapping takes several lines."""
        if not isinstance(value, dict) or not value or key in ("custom", "meta"):
            return f"{indent}{emitted(key)}: {emitted(value)}"
        inner = self._break.join(self._block(indent + self._step(), each, part) for each, part in value.items())
        return f"{indent}{emitted(key)}:{self._break}{inner}"

    def _step(self) -> str:
        """Return the indentation step of the file."""
        for _, value in self._root.pairs() if self._root is not None else ():
            if isinstance(value, Mapping) and not value.flow and value.children:
                return " " * (self._column(value.children[0].start) or len(_INDENT))
        return _INDENT

    def _added(self, mapping: Mapping, key: str, value: Any) -> list[Edit]:
        """Return the edit that adds a pair at the end of a mapping."""
        if not mapping.children:
            return [self._filled(mapping, key, value)]
        last = mapping.children[-1]
        if mapping.flow:
            if self._is_alias(mapping):
                raise CannotEditError("it is an alias")
            close = mapping.end - 1
            before = self._text[:close].rstrip()
            comma = "" if before.endswith(",") else ","
            return [Edit(len(before), len(before), f"{comma} {emitted(key)}: {emitted(value)}")]
        indent = " " * self._column(mapping.children[0].start)
        at = self._line_end(self._end(last, mapping.children[-2]))
        return [Edit(at, at, f"{self._break}{self._block(indent, key, value)}")]

    def _filled(self, mapping: Mapping, key: str, value: Any) -> Edit:
        """Return the edit that adds the first pair to an empty mapping, `{}` or nothing at all."""
        parent = None if mapping is self._root else _parent_key(self._root, mapping)
        if mapping is self._root:
            if self._column(mapping.start):
                raise CannotEditError("'{}' stands behind something")
            return Edit(mapping.start, mapping.end, self._block("", key, value))
        if self._root is not None and not self._root.flow and parent is not None:
            block = self._block(" " * self._column(parent.start) + _INDENT, key, value)
            return Edit(parent.end, self._end(mapping, parent), f":{self._break}{block}")
        inside = f"{emitted(key)}: {emitted(value)}"
        return Edit(mapping.start, mapping.end, f"{{{inside}}}")

    def _replaced(self, key: Node, value: Node, text: str) -> Edit:
        return Edit(key.end, max(key.end, self._end(value, key)), f": {text}")

    def _at_end(self, block: str) -> Edit:
        end = len(self._text)
        lead = "" if not self._text or self._text.endswith(("\n", "\r")) else self._break
        return Edit(end, end, f"{lead}{block}{self._break}")

    # --- removing --------------------------------------------------------------------------------------------

    def remove(self, name: str) -> list[Edit]:
        """Remove the entry. The last one leaves `{}`, because GTO refuses every command for an empty file.

        Raises:
            CannotEditError: its layout is beyond this.

        """
        holder = self._holder()
        found = _pair(holder, name) if isinstance(holder, Mapping) else None
        if found is None or not isinstance(holder, Mapping):
            raise CannotEditError("it is not written in this file itself")
        key, value = found
        end = self._end(value, key)
        if len(holder.children) == 2:
            if holder is self._root:
                return [Edit(key.start, max(key.end, end), "" if holder.flow else "{}")]
            parent = _parent_key(self._root, holder)
            if parent is None:
                raise CannotEditError("its section is an alias")
            return [Edit(parent.end, self._end(holder, parent), ": {}")]
        if holder.flow:
            place = holder.children.index(key)
            if place:
                return [Edit(self._end(holder.children[place - 1], holder.children[place - 2]), end, "")]
            return [Edit(key.start, holder.children[2].start, "")]
        start = self._line_start(key.start)
        if self._text[start : key.start].strip():
            raise CannotEditError("something else stands on its line")
        return [Edit(start, self._next_line(max(key.end, end)), "")]

    # --- places ----------------------------------------------------------------------------------------------

    def _end(self, node: Node, key: Node) -> int:
        """Return where the text of a value ends; for a block scalar the parser marks the start of the next line."""
        end = len(self._text[: node.end].rstrip())
        return (
            max(end, key.end + 1) if end <= key.end and self._text[key.end : key.end + 1] == ":" else max(end, key.end)
        )

    def _is_alias(self, node: Node) -> bool:
        return self._text[node.start : node.start + 1] == "*"

    def _line_start(self, at: int) -> int:
        return max(self._text.rfind("\n", 0, at), self._text.rfind("\r", 0, at)) + 1

    def _line_end(self, at: int) -> int:
        ends = [end for end in (self._text.find("\n", at), self._text.find("\r", at)) if end >= 0]
        return min(ends, default=len(self._text))

    def _next_line(self, at: int) -> int:
        end = self._line_end(at)
        return end + (2 if self._text.startswith("\r\n", end) else min(1, len(self._text) - end))

    def _column(self, at: int) -> int:
        return at - self._line_start(at)


def _pair(mapping: Mapping, key: str) -> tuple[Node, Node] | None:
    """Return the pair whose key is written there; the first of several."""
    return next(((k, v) for k, v in mapping.pairs() if isinstance(k, Scalar) and k.text == key), None)


def _parent_key(root: Mapping | None, mapping: Node) -> Node | None:
    pairs = root.pairs() if root is not None else []
    return next((key for key, value in pairs if (value.start, value.end) == (mapping.start, mapping.end)), None)


def _joined(edits: list[Edit]) -> list[Edit]:
    """Merge insertions at the same place into one, in the order in which they should stand."""
    found: dict[tuple[int, int], Edit] = {}
    for edit in edits:
        key = (edit.start, edit.end)
        before = found.get(key)
        found[key] = Edit(*key, edit.text + before.text) if before and edit.start == edit.end else edit
    return sorted(found.values(), key=lambda edit: edit.start)
