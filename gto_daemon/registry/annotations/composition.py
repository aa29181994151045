"""Convert YAML text to a tree of nodes, whatever the bytes are.

libyaml's events are read one by one and put together here. PyYAML's own C composer recurses without looking how deep
it is and ends the process at some 100,000 brackets; this one is a loop with limits, and no slower.
"""

import codecs
import re
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from gto_daemon.registry.annotations.nodes import Collection, Loop, Mapping, Node, Scalar, Sequence, YamlDocument
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.annotations.tabs import TabCheck
from gto_daemon.registry.problems import Problem

#: Bytes of a file. 3,000 artifacts are 300 kB.
MAX_FILE_SIZE = 8 << 20
#: Collections in collections; what encodes JSON gives up at some 200.
MAX_DEPTH = 100
#: Nodes of a file: a second's work.
MAX_NODES = 500_000
#: Characters that aliases may repeat, all together: each is written out in an answer.
MAX_REPEATED = 2 << 20

_PURE: Any = yaml.SafeLoader
_FAST: Any = getattr(yaml, "CSafeLoader", _PURE)
# The pure Python scanner is ten times slower, so it is a second try for small files only.
_MAX_SECOND_TRY = 256 << 10
# What libyaml refuses and GTO's reader does not: JSON's two escapes for what is beyond U+FFFF, and `%ANYTHING`.
_FASTIDIOUS = ("found invalid Unicode character escape code", "found unknown directive name")
# YAML 1.2.2 §5.1, as GTO's reader checks it. libyaml would say so too, but not where.
_UNPRINTABLE = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# To libyaml (YAML 1.1) these end a line, to GTO's reader they do not.
_NO_BREAKS = "\u2028\u2029"
_MEND = "Mend the syntax here or above; until then nothing in this file counts."


class NotYamlError(Exception):
    """The bytes are not one YAML document within the limits; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def compose(data: bytes) -> YamlDocument:
    """Compose the document in `data` (UTF-8, or UTF-16 with a byte order mark).

    Raises:
        NotYamlError: it is not one YAML document, or beyond the limits.

    """
    text = _decode(data)
    covered, stand_ins = _cover_breaks(text)
    lines = Lines(text)
    try:
        return _Composer(text, lines, stand_ins).compose(_FAST(covered))
    except yaml.YAMLError as error:
        if len(text) > _MAX_SECOND_TRY or getattr(error, "problem", "") not in _FASTIDIOUS:
            raise _syntax_error(error, text, lines) from error
    try:
        return _Composer(text, lines, stand_ins).compose(_PURE(covered))
    except yaml.YAMLError as error:
        raise _syntax_error(error, text, lines) from error


def _decode(data: bytes) -> str:
    if len(data) > MAX_FILE_SIZE:
        raise _too_large(f"The file has {len(data)} bytes, and at most {MAX_FILE_SIZE} are read.", Lines(""), 0, 0)
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace").removeprefix("\ufeff")
        reason = f"The file is not {encoding.upper()}: {error.reason} at byte {error.start}."
        raise _invalid(reason, "Save it as UTF-8.", Lines(before), len(before), len(before)) from error
    found = _UNPRINTABLE.search(text)
    if found:
        reason = f"The file has a control character (U+{ord(found.group()):04X}), which YAML does not allow."
        hint = 'Delete it, or write it as an escape in double quotes, such as "\\x1b".'
        raise _invalid(reason, hint, Lines(text), found.start(), found.end())
    return text


def _cover_breaks(text: str) -> tuple[str, dict[int, str]]:
    """Replace `_NO_BREAKS` in the text by private-use characters; return it with the table that restores them."""
    breaks = [character for character in _NO_BREAKS if character in text]
    if not breaks:
        return text, {}
    unused = (chr(code) for code in range(0xE000, 0xF900) if chr(code) not in text)
    stand_ins = dict(zip(breaks, unused, strict=False))
    covered = text.translate({ord(character): stand_in for character, stand_in in stand_ins.items()})
    return covered, {ord(stand_in): character for character, stand_in in stand_ins.items()}


class _Composer:
    """Events of one document to nodes."""

    def __init__(self, text: str, lines: Lines, stand_ins: dict[int, str]) -> None:
        self._lines = lines
        self._stand_ins = stand_ins
        self._anchors: dict[str, Node] = {}
        self._open: list[Collection] = []
        self._root: Node | None = None
        self._nodes = 0
        self._repeated = 0
        self._tabs = TabCheck(text, lines) if "\t" in text else None

    def compose(self, parser: Any) -> YamlDocument:
        """Compose the document that the parser reads.

        Raises:
            NotYamlError: beyond the limits, or a second document.
            yaml.YAMLError: syntax.

        """
        old = False
        documents = 0
        for event in iter(parser.get_event, None):
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._begin(event, Mapping if kind is MappingStartEvent else Sequence)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._end(event)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                documents += 1
                old = event.version == (1, 1)
                if documents > 1:
                    reason = "The file has more than one YAML document."
                    start, end = event.start_mark.index, event.end_mark.index
                    raise _invalid(reason, "Keep everything in one; delete this line.", self._lines, start, end)
        tab = self._tabs.first() if self._tabs else None
        return YamlDocument(self._root, old, self._lines, tab)

    def _scalar(self, event: Any) -> None:
        text = event.value
        if not text.isascii():
            text = self._mend(text)
        tag = event.tag
        bare = tag is None or tag == "!"
        start, end = event.start_mark.index, event.end_mark.index
        node = Scalar(None if bare else tag, start, end, text, plain=bare and event.implicit[0])
        self._add(node)
        if self._tabs:
            self._tabs.scalar(start, end, plain=not event.style)
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _mend(self, text: str) -> str:
        if self._stand_ins:
            text = text.translate(self._stand_ins)
        if _SURROGATE.search(text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text

    def _begin(self, event: Any, kind: type[Collection]) -> None:
        tag = None if event.tag == "!" else event.tag
        node = kind(tag, event.start_mark.index, flow=bool(event.flow_style))
        self._add(node)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        node.weight = self._repeated
        self._open.append(node)
        self._check_depth(len(self._open), node)

    def _end(self, event: Any) -> None:
        node = self._open.pop()
        # A block collection ends with its last line; the parser's own mark is where the next key begins.
        own = node.flow or not node.children
        node.end = event.end_mark.index if own else node.children[-1].end
        node.weight = self._repeated - node.weight + node.end - node.start + 1
        node.height += 1
        if self._open:
            self._open[-1].height = max(self._open[-1].height, node.height)
        if self._tabs and node.flow and not (self._open and self._open[-1].flow):
            self._tabs.flow(node.start, node.end)

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        target = self._anchors.get(event.anchor)
        node: Node
        if isinstance(target, Scalar):
            self._repeated += 1 + len(target.text)
            node = Scalar(target.tag, start, end, target.text, plain=target.plain)
        elif not isinstance(target, Collection):
            reason = f"The alias '*{event.anchor[:40]}' has no anchor before it."
            hint = f"Mark what it stands for with '&{event.anchor[:40]}', or quote the text."
            raise _invalid(reason, hint, self._lines, start, end)
        elif target in self._open:
            node = Loop(target, start, end)
        else:
            self._repeated += target.weight
            node = target.repeated(start, end)
            self._check_depth(len(self._open) + target.height, node)
            if self._open:
                self._open[-1].height = max(self._open[-1].height, target.height)
        if self._repeated > MAX_REPEATED:
            reason = f"With its aliases written out, the file repeats more than {MAX_REPEATED} characters."
            raise _too_large(reason, self._lines, start, end)
        self._add(node)

    def _add(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _too_large(f"The file has more than {MAX_NODES} YAML nodes.", self._lines, node.start, node.end)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node

    def _check_depth(self, depth: int, node: Node) -> None:
        if depth > MAX_DEPTH:
            reason = f"The file has more than {MAX_DEPTH} collections inside each other."
            raise _too_large(reason, self._lines, node.start, node.end)


def _syntax_error(error: yaml.YAMLError, text: str, lines: Lines) -> NotYamlError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context = getattr(error, "context", None)
    reason = f"{getattr(error, 'problem', None) or error}{f' {context}' if context else ''}"
    index = min(mark.index, len(text)) if mark else 0
    hint = "YAML is indented with spaces, never with tabs." if text[index : index + 1] == "\t" else _MEND
    return _invalid(f"The file is not YAML: {reason}.", hint, lines, index, index)


def _invalid(reason: str, hint: str, lines: Lines, start: int, end: int) -> NotYamlError:
    place = lines.range(start, end)
    return NotYamlError(Problem(code="invalid-yaml", severity="error", message=reason, hint=hint, range=place))


def _too_large(reason: str, lines: Lines, start: int, end: int) -> NotYamlError:
    hint = "Nothing in this file counts. Keep data in a file of its own, and its path here."
    place = lines.range(start, end)
    return NotYamlError(Problem(code="too-large", severity="error", message=reason, hint=hint, range=place))
