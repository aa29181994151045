"""`.gtod.yaml` in an editor: what its keys mean, what may stand where, and its outline."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from gto_daemon.editor.cursor import Cursor
from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.facts import WorkspaceFacts
from gto_daemon.editor.markdown import code
from gto_daemon.editor.states import offered_stages
from gto_daemon.editor.values import Completion, CompletionKind, Folder, Hover, Symbol, TextEdit
from gto_daemon.registry.annotations import nodes as yaml
from gto_daemon.registry.annotations.emission import emitted
from gto_daemon.registry.rules.format import (
    BRANCH,
    DURATION,
    FILES,
    FORMAT,
    MEMBER,
    MOMENT,
    PATH,
    PERSON,
    ROLE,
)
from gto_daemon.registry.rules.reading import read_moment
from gto_daemon.registry.rules.values import RULES_VERSION
from gto_daemon.registry.shapes.shape import ARTIFACTS, STAGE, Entry, FormatVersion, Items, Keys, Named, Shape, Word
from gto_daemon.registry.snapshot import Snapshot

#: People that are shown of a role.
_MAX_PEOPLE: Final = 20
_UNITS: Final = {"m": "minute", "h": "hour", "d": "day"}
_PLAIN: Final = re.compile(r"(?!(?:y|yes|n|no|on|off|true|false|null)\Z)[a-z][\w./@-]*", re.ASCII | re.IGNORECASE)
_ROLES: Final = re.compile(r"^roles[ \t]*:[ \t]*(?:#.*)?\n(?P<block>(?:[ \t]+.*\n|[ \t]*(?:#.*)?\n)*)", re.MULTILINE)
_ROLE: Final = re.compile(
    rf"^(?P<indent>[ \t]+)(?P<quote>[\"']?)(?P<role>{ROLE.pattern})(?P=quote)[ \t]*:", re.MULTILINE
)


class _Place(NamedTuple):
    """A key or a value: its node, the shape that belongs there, and, of a key, what it means and its value."""

    node: yaml.Scalar
    shape: Shape
    entry: Entry | None = None
    value: yaml.Node | None = None


# Hover


def rules_hover(document: ParsedDocument, offset: int) -> Hover | None:
    """Return what is shown about the key or value there."""
    place = _place_at(document.root, FORMAT.keys, offset) if document.root is not None else None
    if place is None:
        return None
    people = _people(document)
    parts = []
    if place.entry is not None:
        parts.append(f"**{place.node.text}**: {place.entry.text}")
    if place.value is None:
        parts.append(_of_word(place.node.text, place.shape, people))
    elif isinstance(place.shape, Items) and place.entry is None:
        parts.append(_of_role(place.node.text, people))
    else:
        parts.append(_of_value(place.value, place.shape, people))
    text = "\n\n".join(filter(None, parts))
    return Hover(document.range(place.node.start, place.node.end), text) if text else None


def _place_at(node: yaml.Node, shape: Shape, offset: int) -> _Place | None:
    if isinstance(node, yaml.Scalar):
        return _Place(node, shape) if node.start <= offset <= node.end else None
    if isinstance(node, yaml.Sequence) and isinstance(shape, Items):
        found = (_place_at(child, shape.item, offset) for child in node.children)
        return next((each for each in found if each is not None), None)
    if not isinstance(node, yaml.Mapping) or not isinstance(shape, Keys | Named):
        return None
    for key, value in node.pairs():
        if not isinstance(key, yaml.Scalar):
            continue
        entry = shape.entries.get(key.text) if isinstance(shape, Keys) else None
        inner = entry.shape if entry is not None else shape.each if isinstance(shape, Named) else None
        if inner is None:
            continue
        if key.start <= offset <= key.end:
            return _Place(key, inner, entry, value)
        found_below = _place_at(value, inner, offset)
        if found_below is not None:
            return found_below
    return None


def _of_value(value: yaml.Node, shape: Shape, people: Mapping[str, list[str]]) -> str:
    if isinstance(value, yaml.Scalar) and isinstance(shape, Word):
        return _of_word(value.text, shape, people)
    if isinstance(value, yaml.Sequence) and isinstance(shape, Items) and shape.item is MEMBER:
        words = [child.text for child in value.children if isinstance(child, yaml.Scalar)]
        return _listed(person for word in words for person in people.get(word, [word]))
    return ""


def _of_word(text: str, shape: Shape, people: Mapping[str, list[str]]) -> str:
    if shape is DURATION and re.fullmatch(DURATION.pattern, text):
        number = int(text[:-1])
        return f"Here: {number} {_UNITS[text[-1]]}{'' if number == 1 else 's'}."
    if shape is MOMENT:
        seconds = read_moment(text)
        if seconds is not None:
            return f"Here: {datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC."
    if shape is MEMBER and text in people:
        return _of_role(text, people)
    return (shape.choices or {}).get(text, "") if isinstance(shape, Word) else ""


def _of_role(role: str, people: Mapping[str, list[str]]) -> str:
    return f"The role {code(role)}. {_listed(people.get(role, []))}"


def _listed(people: Iterable[str]) -> str:
    names = list(dict.fromkeys(people))
    more = f" and {len(names) - _MAX_PEOPLE} more" if len(names) > _MAX_PEOPLE else ""
    return f"Here: {', '.join(map(code, names[:_MAX_PEOPLE]))}{more}." if names else "Here: nobody."


def _people(document: ParsedDocument) -> dict[str, list[str]]:
    """Return the people of each role, as far as they can be read."""
    for key, value in document.pairs():
        if isinstance(key, yaml.Scalar) and key.text == "roles" and isinstance(value, yaml.Mapping):
            return {
                role.text: [each.text for each in members.children if isinstance(each, yaml.Scalar)]
                for role, members in value.pairs()
                if isinstance(role, yaml.Scalar) and isinstance(members, yaml.Sequence)
            }
    return {}


# Completion


def rules_completions(
    document: ParsedDocument, cursor: Cursor, snapshot: Snapshot, facts: WorkspaceFacts, folder: Folder
) -> Iterator[Completion]:
    """Yield what may be meant: a key that is not there yet, or a value."""
    shape: Shape | None = FORMAT.keys
    for key in cursor.keys:
        if isinstance(shape, Keys):
            entry = shape.entries.get(key)
            shape = entry.shape if entry is not None else None
        else:
            shape = shape.each if isinstance(shape, Named) else None
    if cursor.in_value:
        return _values(document, cursor, shape, snapshot, facts, folder)
    if isinstance(shape, Keys):
        return _keys(document, cursor, shape)
    return _names(document, cursor, shape.name, snapshot, facts) if isinstance(shape, Named) else iter(())


def _keys(document: ParsedDocument, cursor: Cursor, shape: Keys) -> Iterator[Completion]:
    there = _there(document, cursor.keys)
    for place, (name, entry) in enumerate(shape.entries.items()):
        if name not in there or name == cursor.word:
            text = name if _has_colon(cursor) else f"{name}: [$1]" if isinstance(entry.shape, Items) else f"{name}: "
            yield Completion(
                label=name,
                kind="setting",
                edit=TextEdit(cursor.range, text),
                documentation=entry.text,
                snippet="$1" in text,
                sort=f"{place:03}",
            )


def _there(document: ParsedDocument, path: tuple[str, ...]) -> set[str]:
    """Return the keys that the mapping at a path has."""
    node: yaml.Node | None = document.root
    for key in path:
        pairs = node.pairs() if isinstance(node, yaml.Mapping) else []
        node = next((value for each, value in pairs if isinstance(each, yaml.Scalar) and each.text == key), None)
    pairs = node.pairs() if isinstance(node, yaml.Mapping) else []
    return {each.text for each, _ in pairs if isinstance(each, yaml.Scalar)}


def _names(
    document: ParsedDocument, cursor: Cursor, name: Word, snapshot: Snapshot, facts: WorkspaceFacts
) -> Iterator[Completion]:
    there = _there(document, cursor.keys) - {cursor.word}
    after = "" if _has_colon(cursor) else ": "
    words = [each for each in _words(document, name, snapshot, facts) if each not in there]
    return _offered(document, cursor, words, _KINDS.get(name.what, "value"), after=after)


def _values(
    document: ParsedDocument,
    cursor: Cursor,
    shape: Shape | None,
    snapshot: Snapshot,
    facts: WorkspaceFacts,
    folder: Folder,
) -> Iterator[Completion]:
    if isinstance(shape, FormatVersion):
        return _offered(document, cursor, [str(RULES_VERSION)], "value", choices={str(RULES_VERSION): ""})
    item = shape.item if isinstance(shape, Items) else shape
    if not isinstance(item, Word):
        return iter(())
    start = document.offset(cursor.range.start)
    before = document.text[document.lines.line_of(start)[0] : start].rstrip(" \t\"'")
    bare = isinstance(shape, Items) and before.endswith(":")
    words = _files(cursor, folder) if item is FILES else _words(document, item, snapshot, facts)
    return _offered(document, cursor, words, _KINDS.get(item.what, "value"), choices=item.choices, bare=bare)


#: What the words of a shape are in a list of completions.
_KINDS: Final[Mapping[str, CompletionKind]] = {
    STAGE.what: "stage",
    ARTIFACTS.what: "artifact",
    PATH.what: "file",
    FILES.what: "file",
}


def _words(document: ParsedDocument, word: Word, snapshot: Snapshot, facts: WorkspaceFacts) -> Iterable[str]:
    """Return the words of a kind that are known."""
    if word.choices:
        return word.choices
    known: dict[str, Iterable[str]] = {
        STAGE.what: dict.fromkeys([*offered_stages(snapshot), *facts.stages]),
        BRANCH.what: facts.branches,
        ARTIFACTS.what: (name for _, name in snapshot.index.order),
        MEMBER.what: (*_role_names(document), *facts.people),
        PERSON.what: facts.people,
        DURATION.what: ("1h", "24h", "7d"),
        PATH.what: (".gtod/allowed_signers",),
    }
    return known.get(word.what, ())


def _files(cursor: Cursor, folder: Folder) -> Iterator[str]:
    """Return the files and folders in the folder of what is written so far."""
    above, _, _ = cursor.word.rpartition("/")
    if not {"", ".", ".."} & set(above.split("/")) or not above:
        for name in folder(above):
            yield f"{above}/{name}" if above else name


def _role_names(document: ParsedDocument) -> list[str]:
    """Return the roles of a file that may be half written."""
    known = _people(document)
    block = _ROLES.search(document.text + "\n") if not known else None
    if block is None:
        return list(known)
    found = list(_ROLE.finditer(block["block"]))
    least = min((len(each["indent"]) for each in found), default=0)
    return [each["role"] for each in found if len(each["indent"]) == least]


def _offered(
    document: ParsedDocument,
    cursor: Cursor,
    words: Iterable[str],
    kind: CompletionKind,
    *,
    after: str = "",
    choices: Mapping[str, str] | None = None,
    bare: bool = False,
) -> Iterator[Completion]:
    start = document.offset(cursor.range.start)
    quoted = document.text[start - 1 : start] in ("'", '"')
    for place, word in enumerate(words):
        text = word if quoted or _PLAIN.fullmatch(word) or word in (choices or {}) else emitted(word)
        yield Completion(
            label=word,
            kind=kind,
            edit=TextEdit(cursor.range, f"[{text}]" if bare and not quoted else f"{text}{'' if quoted else after}"),
            documentation=(choices or {}).get(word, ""),
            sort=f"{place:03}",
        )


def _has_colon(cursor: Cursor) -> bool:
    return cursor.rest.lstrip("\"' \t").startswith(":")


# Outline


def rules_symbols(document: ParsedDocument) -> list[Symbol]:
    """Return the keys of the file, those of the user's own as well."""
    return list(_symbols(document, document.root, FORMAT.keys)) if document.root is not None else []


def _symbols(document: ParsedDocument, node: yaml.Node, shape: Shape) -> Iterator[Symbol]:
    for key, value in node.pairs() if isinstance(node, yaml.Mapping) else ():
        entry = shape.entries.get(key.text) if isinstance(shape, Keys) and isinstance(key, yaml.Scalar) else None
        inner = entry.shape if entry is not None else shape.each if isinstance(shape, Named) else None
        if isinstance(key, yaml.Scalar) and inner is not None:
            words = value.children if isinstance(value, yaml.Sequence) else [value]
            yield Symbol(
                key.text,
                ", ".join(each.text for each in words if isinstance(each, yaml.Scalar))[:80],
                "setting" if entry is not None else "field",
                document.range(key.start, max(key.end, document.trimmed(value.end))),
                document.range(key.start, key.end),
                tuple(_symbols(document, value, inner)),
            )
