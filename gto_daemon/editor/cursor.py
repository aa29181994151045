"""Where the cursor is in a file that may be half written: under which keys, and in which word.

Read off the lines themselves, because what is being typed is seldom YAML at that moment.
"""

import re
from dataclasses import dataclass

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.registry.problems import Position, Range

#: Lines above the cursor that are looked at for keys that it is under.
MAX_LINES = 5000
_KEY = re.compile(
    r"[ \t]*(?:-[ \t]+)?(?P<quote>[\"']?)"
    r"(?P<key>[^\s\"'#:{}\[\],][^\"'#:{}\[\]]*?)(?P=quote)[ \t]*:(?:[ \t]|$)"
)
_VALUE_END = re.compile(r"[^\s,\[\]{}#'\"]*")
_KEY_END = re.compile(r"[^\s,\[\]{}#'\":]*")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of the cursor.

    Attributes:
        keys: the keys that it is under, from the outermost; the last one is the one whose value is typed, if any.
        in_value: a value is being typed, or an item of its list; else a key is.
        word: what is typed of it so far.
        range: the whole word, which is replaced.
        rest: what follows on the line.

    """

    keys: tuple[str, ...]
    in_value: bool
    word: str
    range: Range
    rest: str


def cursor_at(document: ParsedDocument, position: Position) -> Cursor | None:
    """Return where a position is; None within a comment."""
    offset = document.offset(position)
    start, end = document.lines.line_of(offset)
    line = document.text[start:end].rstrip("\r\n")
    before = line[: offset - start]
    if re.search(r"(?:^|\s)#", _unquoted(before)):
        return None
    flow = _flow(before)
    own = _KEY.match(line)
    own = own if own is not None and own.end() <= len(before) else None
    if flow is not None:
        keys, in_value, word = flow
        above = _above(document, position.line, _indent(line))
        outer = (*above, own["key"]) if own else above
        found = (*outer, *keys)
    elif own is not None:
        in_value = True
        word = before[own.end() :].lstrip()
        found = (*_above(document, position.line, _indent(line)), own["key"])
    else:
        stripped = before.lstrip()
        is_item = stripped.startswith("-")
        word = stripped[1:].lstrip() if is_item else stripped
        in_value = is_item
        found = _above(document, position.line, _indent(before) + (1 if is_item else 0))
    word = word.lstrip("\"'")
    tail = (_VALUE_END if in_value else _KEY_END).match(line[len(before) :])
    after = len(tail.group()) if tail is not None else 0
    place = document.range(offset - len(word), offset + after)
    return Cursor(found, in_value, word, place, line[len(before) + after :])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _unquoted(text: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'", lambda match: "x" * len(match.group()), text)


def _above(document: ParsedDocument, number: int, indent: int) -> tuple[str, ...]:
    """The keys of the lines above that this indentation is below; an item of a list may be as far left as its key."""
    keys: list[str] = []
    limit = indent
    lowest = max(0, number - MAX_LINES)
    while number > lowest and limit > 0:
        number -= 1
        start = document.offset(Position(number, 0))
        line = document.text[start : document.lines.line_of(start)[1]].rstrip("\r\n")
        if not line.strip() or line.lstrip().startswith(("#", "- ")):
            continue
        depth = _indent(line)
        match = _KEY.match(line)
        if match is not None and depth < limit:
            keys.insert(0, match["key"])
            limit = depth
        elif depth == 0:
            break
    return tuple(keys)


def _flow(before: str) -> tuple[tuple[str, ...], bool, str] | None:
    """Within brackets that were opened on this line: keys inside them, whether a value is typed, and the word."""
    keys: list[tuple[str, str | None]] = []
    word_start = 0
    key: str | None = None
    text = _unquoted(before)
    for at, character in enumerate(text):
        if character in "{[":
            keys.append((character, key))
            key = None
            word_start = at + 1
        elif character in "}]" and keys:
            keys.pop()
            key = None
            word_start = at + 1
        elif character == "," and keys:
            key = None
            word_start = at + 1
        elif character == ":" and keys and keys[-1][0] == "{" and text[at + 1 : at + 2] in (" ", ""):
            key = before[word_start:at].strip().strip("\"'")
            word_start = at + 1
    if not keys:
        return None
    found = [opened for _, opened in keys[1:] if opened is not None]
    if key is not None:
        found.append(key)
    in_value = key is not None or keys[-1][0] == "["
    return tuple(found), in_value, before[word_start:].lstrip()
