"""Read a YAML file by the shapes that `shape` describes, with the place of each thing that is wrong."""

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

from gto_daemon.protocol import Severity
from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.nodes import Mapping as MappingNode
from gto_daemon.registry.annotations.nodes import Node, Scalar, Sequence, YamlDocument
from gto_daemon.registry.annotations.scalars import kind_of
from gto_daemon.registry.near_names import did_you_mean, near_names
from gto_daemon.registry.problems import Position, Problem, Range
from gto_daemon.registry.shapes.shape import (
    MAX_ITEMS,
    FileFormat,
    Flag,
    FormatVersion,
    Items,
    Keys,
    Named,
    Records,
    Shape,
    Word,
)

_MAX_SHOWN: Final = 60
#: The code of what is wrong in a section that allows and forbids nothing.
WRONG_EVIDENCE: Final = "wrong-evidence"
#: Errors that are told, and problems before warnings are told no more.
_MAX_PROBLEMS: Final = 100
#: Where a problem is that is about the whole file.
START: Final = Range(Position(0, 0), Position(0, 0))
_CONFLICT: Final = re.compile(rb"^(?:<{7}|={7}|>{7})(?=[ \r\n])", re.MULTILINE)
_HIDING: Final = MappingProxyType({"&": "an anchor", "*": "an alias", "!": "a tag"})
_NAMES: Final = {
    "bool": "a boolean",
    "int": "a number",
    "float": "a number",
    "null": "empty",
    "timestamp": "a date",
    "merge": "a merge key",
    "value": "a sign with a meaning of its own",
}


class Part(NamedTuple):
    """A value that could be read, and the node of its key, or its own in a list."""

    value: Any
    node: Node


class ShapeReader:
    """Reads one file of some format and collects its problems.

    Attributes:
        failed: whether there is an error, told or not.
        problems: what is wrong.
        replacements: what probably belongs at a place where there is a problem.

    """

    def __init__(self, file: FileFormat) -> None:
        self._file = file
        self.failed = False
        self.problems: list[Problem] = []
        self.replacements: dict[Range, tuple[str, ...]] = {}
        self._errors = 0
        self._document: YamlDocument
        self._text = ""
        # Whether what is wrong allows and forbids nothing.
        self._advisory = False

    def sections(self, data: bytes) -> dict[str, Part] | None:
        """Return the sections of a file as far as they can be read; None if there is nothing in it to be read."""
        if len(data) > self._file.most_bytes:
            reason = f"The file has {len(data)} bytes, and at most {self._file.most_bytes} are read."
            self._problem("too-large", reason, "Make it shorter.", START)
            return None
        try:
            self._document = compose(data)
            self._text = data.decode("utf-8-sig")
        except NotYamlError as error:
            self._not_yaml(error.problem, data)
            return None
        except UnicodeDecodeError:
            self._problem("invalid-yaml", "The file is not UTF-8.", "Save it as UTF-8.", START)
            return None
        root = self._document.root
        if root is None or self._kind(root) == "empty":
            return self._nothing(self._file.empty)
        if self._is_newer(root):
            return None
        sections = self._keys(root, self._file.keys, "") if not self._hides(root, "") else None
        return None if sections is None else sections.value

    # What the YAML says

    def _not_yaml(self, problem: Problem, data: bytes) -> None:
        marker = _CONFLICT.search(data)
        if marker is not None:
            line = data.count(b"\n", 0, marker.start())
            place = Range(Position(line, 0), Position(line, marker.end() - marker.start()))
            hint = "Keep what is right of the two sides, and delete the lines with <<<<<<<, ======= and >>>>>>>."
            self._problem(problem.code, "The file has the markers of a merge conflict.", hint, place)
        elif "alias" in problem.message:
            reason = "The file is not YAML: what begins with '*' and is not in quotes would be an alias."
            self._problem(problem.code, reason, "Put the glob in quotes: '*'.", problem.range or START)
        else:
            self._problem(problem.code, problem.message, problem.hint, problem.range or START)

    def _nothing(self, reason: tuple[str, str] | None) -> dict[str, Part] | None:
        """Return what an empty file says, where it may be empty."""
        if reason is None:
            return {}
        self._problem(self._file.wrong, *reason, START)
        return None

    def _is_newer(self, root: Node) -> bool:
        """Return whether the file's format is a newer one, of which nothing else can be said."""
        for key, value in root.pairs() if isinstance(root, MappingNode) else ():
            if isinstance(key, Scalar) and key.text == "version" and _is_number(value):
                number = int(cast("Scalar", value).text[:9])
                if self._file.newer and number > self._file.version:
                    reason = f"The file has version {number}, and this gtod reads version {self._file.version}."
                    self._problem(self._file.newer, reason, "Update gtod.", self._range(value))
                    return True
        return False

    def _value(self, node: Node, shape: Shape, path: str) -> Part | None:
        """Return what is written at a node, if it is of that shape; else there is a problem."""
        if self._hides(node, path):
            return None
        match shape:
            case Keys():
                part = self._keys(node, shape, path)
            case Named():
                part = self._named(node, shape, path)
            case Records():
                part = self._records(node, shape, path)
            case Items():
                part = self._items(node, shape, path)
            case Word():
                part = self._word(node, shape, path)
            case Flag():
                part = self._flag(node, path)
            case FormatVersion():
                part = self._version(node, path)
        return part

    def _flag(self, node: Node, path: str) -> Part | None:
        if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
            return Part(node.text == "true", node)
        said = f"'{cut(node.text)}'" if isinstance(node, Scalar) and node.text else self._kind(node)
        self._wrong(node, path, f"is {said}, but should be true or false", "Write true or false.")
        return None

    def _records(self, node: Node, shape: Records, path: str) -> Part | None:
        """Return the mappings in a list that have no error in them."""
        if not isinstance(node, Sequence):
            self._wrong(node, path, f"is {self._kind(node)}, but should be a list", f"Write a list of {shape.what}.")
            return None
        if len(node.children) > shape.most:
            self._wrong(node, path, f"has more than {shape.most} {shape.what}", "Make it shorter.")
            return None
        parts: list[Part] = []
        for index, child in enumerate(node.children):
            outside, self.failed = self.failed, False
            part = self._value(child, shape.each, f"{path}[{index}]")
            if part is not None and not self.failed:
                parts.append(part)
            self.failed |= outside
        return Part(parts, node)

    def _version(self, node: Node, path: str) -> Part | None:
        if _is_number(node) and int(cast("Scalar", node).text[:9]) == self._file.version:
            return Part(self._file.version, node)
        self._wrong(node, path, f"is not {self._file.version}", f"Write 'version: {self._file.version}'.")
        return None

    def _keys(self, node: Node, shape: Keys, path: str) -> Part | None:
        keys = self._pairs(node, path, f"The keys are {', '.join(shape.entries)}.")
        if keys is None:
            return None
        parts: dict[str, Part] = {}
        for name, key, value in keys:
            entry = shape.entries.get(name)
            if entry is None:
                self._unknown(key, name, shape, path)
                continue
            outside, self._advisory = self._advisory, self._advisory or entry.advisory
            part = self._value(value, entry.shape, _join(path, name))
            self._advisory = outside
            # What cannot be read is there nevertheless, and one problem.
            parts[name] = Part(part and part.value, key)
        for name in shape.required:
            if name not in parts:
                place = self._range(node)
                reason = f"'{path}' has no '{name}'" if path else f"The file has no '{name}'"
                remedy = f"Write 'version: {self._file.version}'." if name == "version" else f"Add '{name}'."
                self._problem(self._file.wrong, f"{reason}.", remedy, Range(place.start, place.start))
        self._choose(node, parts, shape, path)
        return Part(parts, node)

    def _choose(self, node: Node, parts: dict[str, Part], shape: Keys, path: str) -> None:
        """See that of keys which exclude each other not too many are there, nor too few."""
        subject = f"'{path}'" if path else "The file"
        for group in (shape.one_of, shape.at_most_one):
            there = [name for name in group if name in parts]
            names = " and ".join(f"'{name}'" for name in group)
            if len(there) > 1:
                reason = f"{subject} has both {names}."
                self._problem(self._file.wrong, reason, "Delete one of them.", self._range(parts[there[1]].node))
            elif not there and group and group is shape.one_of:
                place = self._range(node)
                reason = f"{subject} has neither {names.replace(' and ', ' nor ')}."
                self._problem(self._file.wrong, reason, "Add one of them.", Range(place.start, place.start))

    def _unknown(self, key: Node, name: str, shape: Keys, path: str) -> None:
        place = self._range(key)
        reason = f"'{cut(name)}' is not a key of '{path}'" if path else f"'{cut(name)}' is not a key of this file"
        near = self._near(place, name, shape.entries)
        self._problem("unknown-key", f"{reason}.", f"{near}The keys are {', '.join(shape.entries)}.", place)

    def _named(self, node: Node, shape: Named, path: str) -> Part | None:
        pairs = self._pairs(node, path, f"Write {shape.name.what} as a key.")
        if pairs is None:
            return None
        parts: dict[str, Part] = {}
        for name, key, value in pairs:
            fits = self._fits(key, name, shape.name, f"The key '{cut(name)}' of '{path}'")
            part = self._value(value, shape.each, _join(path, cut(name)))
            if fits:
                parts[name] = Part(part and part.value, key)
        return Part(parts, node)

    def _items(self, node: Node, shape: Items, path: str) -> Part | None:
        if shape.or_one and isinstance(node, Scalar):
            part = self._word(node, shape.item, path)
            return None if part is None else Part([part], node)
        if not isinstance(node, Sequence):
            text = node.text if isinstance(node, Scalar) else ""
            hint = f"Write a list: [{cut(text)}]." if text else "Write a list in brackets."
            self._wrong(node, path, f"is {self._kind(node)}, but should be a list", hint)
            return None
        if not node.children and shape.empty is None:
            self._wrong(node, path, "is an empty list, which nothing could satisfy", "Name at least one, or delete it.")
            return None
        if len(node.children) > MAX_ITEMS:
            self._wrong(node, path, f"has more than {MAX_ITEMS} items", "Make it shorter.")
            return None
        parts = [self._value(child, shape.item, f"{path}[{index}]") for index, child in enumerate(node.children)]
        if None in parts and shape.empty is None:
            return None
        return Part([part for part in parts if part is not None], node)

    def _word(self, node: Node, shape: Word, path: str) -> Part | None:
        text = self._string(node, path, shape)
        if text is None or not self._fits(node, text, shape, f"'{path}'"):
            return None
        return Part(text, node)

    def _string(self, node: Node, path: str, shape: Word) -> str | None:
        is_moment = shape.what == "a date" and self._kind(node) == "a date"
        if not isinstance(node, Scalar) or not (is_moment or self._kind(node) == "text"):
            belongs = f"is {self._kind(node)}, but should be {shape.what}"
            quote = f"Put it in quotes: '{node.text}'." if isinstance(node, Scalar) and node.text else shape.hint
            written = isinstance(node, Scalar) and fits_shape(shape, node.text)
            self._wrong(node, path, belongs, quote if written else shape.hint)
            return None
        return node.text

    def _fits(self, node: Node, text: str, shape: Word, subject: str) -> bool:
        """Return whether a text is a word of that shape; else there is a problem."""
        if len(text) > shape.most:
            reason = f"{subject} has more than {shape.most} characters."
            self._problem(self._file.wrong, reason, "Make it shorter.", self._range(node))
            return False
        if fits_shape(shape, text):
            return True
        place = self._range(node)
        thing = "none of the choices" if shape.choices else f"not {shape.what}"
        reason = (
            f"{subject} is {thing}"
            if subject.startswith("The key") or not shape.is_shown
            else f"{subject} is '{cut(text)}', {thing}"
        )
        near = self._near(place, text, shape.choices or ())
        self._problem(self._file.wrong, f"{reason}.", f"{near}{shape.hint}", place)
        return False

    def _pairs(self, node: Node, path: str, hint: str) -> list[tuple[str, Node, Node]] | None:
        """Return the keys of a mapping as text, with the nodes of key and value."""
        if not isinstance(node, MappingNode):
            self._wrong(node, path, f"is {self._kind(node)}, but should be a mapping", hint)
            return None
        if len(node.children) > 2 * MAX_ITEMS:
            self._wrong(node, path, f"has more than {MAX_ITEMS} keys", "Make it shorter.")
            return None
        pairs: dict[str, tuple[str, Node, Node]] = {}
        for key, value in node.pairs():
            if self._hides(key, path):
                continue
            kind = self._kind(key)
            if not isinstance(key, Scalar) or kind != "text":
                reason = f"has a key that is {kind}, but should be text"
                hides = kind == "a merge key"
                self._wrong(key, path, reason, "Write out what it merges." if hides else "Put the key in quotes.")
            elif key.text in pairs:
                self._wrong(key, path, f"has the key '{cut(key.text)}' twice", "Delete one of them.")
            else:
                pairs[key.text] = key.text, key, value
        return list(pairs.values())

    def _hides(self, node: Node, path: str) -> bool:
        """Return whether a node has an anchor or a tag, or is an alias; then there is a problem."""
        # Where one of these begins a node it is no part of a plain text, and other texts begin with a quote.
        thing = _HIDING.get(self._text[node.start : node.start + 1]) if node.end > node.start else None
        if thing is None:
            return False
        place = self._document.lines.range(node.start, node.start + 1)
        subject = f"'{path}'" if path else "The file"
        self._problem(self._file.wrong, f"{subject} has {thing}, which this file may not use.", "Write it out.", place)
        return True

    def _kind(self, node: Node) -> str:
        if isinstance(node, MappingNode):
            return "a mapping"
        if not isinstance(node, Scalar):
            return "a list" if isinstance(node, Sequence) else "an alias"
        if not node.plain:
            return "text"
        # What any version of YAML takes for something else has to be quoted: `on`, `yes`, `1.0`.
        kinds = [kind_of(None, node.text, plain=True, old=old) for old in (False, True)]
        return next((_NAMES.get(kind, kind) for kind in kinds if kind != "str"), "text")

    # Problems and places

    def _problem(self, code: str, message: str, hint: str, place: Range, severity: Severity = "error") -> None:
        if self._advisory:
            code, severity = WRONG_EVIDENCE, "warning"
        problem = Problem(code=code, severity=severity, message=message, hint=hint, path=self._file.name, range=place)
        self.failed |= severity == "error"
        if self._is_told(severity):
            self.problems.append(problem)
            self._errors += severity == "error"

    def _is_told(self, severity: Severity) -> bool:
        """Return whether one more problem is told: warnings never take the place of an error."""
        return (self._errors if severity == "error" else len(self.problems)) < _MAX_PROBLEMS

    def _near(self, place: Range, word: str, names: Iterable[str]) -> str:
        """Return the question whether one of the names is meant, with a blank behind it; empty if none is near."""
        if not self._is_told("error"):
            return ""
        near = self.replacements[place] = tuple(near_names(word, names))
        return f"{did_you_mean(near)} " if near else ""

    def _wrong(self, node: Node, path: str, reason: str, hint: str) -> None:
        subject = f"'{path}'" if path else "The file"
        self._problem(self._file.wrong, f"{subject} {reason}.", hint, self._range(node))

    def _range(self, node: Node) -> Range:
        return self._document.lines.range(node.start, node.end)


def _is_number(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and re.fullmatch("[0-9]+", node.text) is not None


def fits_shape(shape: Word, text: str) -> bool:
    """Return whether a text is a word of that shape, however long."""
    return re.fullmatch(shape.pattern, text) is not None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def cut(text: str) -> str:
    """Return the beginning of a text, as a message shows it."""
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 3]}..."
