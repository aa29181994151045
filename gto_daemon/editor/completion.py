"""Completion: keys, types, stages, labels, names and paths."""

import posixpath
import re
from collections.abc import Iterable, Iterator

from gto_daemon.editor.cursor import Cursor, cursor_at
from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.facts import WorkspaceFacts
from gto_daemon.editor.fields import FIELDS, SETTINGS
from gto_daemon.editor.rules_file import rules_completions
from gto_daemon.editor.states import offered_stages, state_of
from gto_daemon.editor.values import Completion, CompletionKind, Folder, TextEdit
from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.problems import Position, Range
from gto_daemon.registry.snapshot import Snapshot

#: Entries of one answer.
MAX_COMPLETIONS = 200
_WORD = re.compile(r"[\w./:=@#+-]*$", re.ASCII)
_TYPES = ("model", "dataset")
_LISTS = frozenset({"labels"})
_BLOCKS = frozenset({"custom", "meta"})


def completions(
    document: ParsedDocument, snapshot: Snapshot, facts: WorkspaceFacts, position: Position, folder: Folder
) -> list[Completion]:
    """Return what may be meant at a position, the likeliest first."""
    if document.kind == "references":
        found: Iterable[Completion] = _reference(document, snapshot, position)
    else:
        cursor = cursor_at(document, position)
        if cursor is None:
            return []
        if document.kind == "config":
            found = _setting(cursor, facts)
        elif document.kind == "rules":
            found = rules_completions(document, cursor, snapshot, facts, folder)
        else:
            found = _annotation(document, cursor, snapshot, facts, folder)
    return [each for each, _ in zip(found, range(MAX_COMPLETIONS), strict=False)]


def _annotation(
    document: ParsedDocument, cursor: Cursor, snapshot: Snapshot, facts: WorkspaceFacts, folder: Folder
) -> Iterable[Completion]:
    keys = cursor.keys
    if document.kind == "dvc":
        if not keys and not cursor.in_value:
            return _listed(cursor, ["artifacts"], "field", after=":") if "artifacts:" not in document.text else ()
        if keys[:1] != ("artifacts",):
            return ()
        keys = keys[1:]
    if not keys and not cursor.in_value:
        return _names(document, cursor, snapshot)
    if len(keys) == 1 and not cursor.in_value:
        return _fields(document, cursor, keys[0])
    if len(keys) == 2 and cursor.in_value:
        return _values(document, cursor, keys[1], snapshot, facts, folder)
    return ()


def _names(document: ParsedDocument, cursor: Cursor, snapshot: Snapshot) -> Iterator[Completion]:
    """Artifacts that have tags and no description yet."""
    described = {entry.name for entry in document.entries}
    prefix = f"{document.directory}:" if document.directory else ""
    after = "" if cursor.rest.lstrip().startswith(":") else ":"
    for artifact, overview in snapshot.index.overviews():
        if artifact in described or not overview.registered or not artifact.startswith(prefix):
            continue
        key = artifact.removeprefix(prefix)
        if ":" not in key:
            state = state_of(snapshot, artifact).sentence
            yield Completion(label=key, kind="artifact", edit=TextEdit(cursor.range, f"{key}{after}"), detail=state)


def _fields(document: ParsedDocument, cursor: Cursor, key: str) -> Iterator[Completion]:
    entry = next((each for each in document.entries if each.key == key), None)
    there = {field.key for field in entry.fields} if entry is not None else set()
    taken = cursor.rest.lstrip().startswith(":")
    for place, (name, said) in enumerate(FIELDS[document.kind].items()):
        if name in there and name != cursor.word:
            continue
        text = name if taken else f"{name}: [$1]" if name in _LISTS else f"{name}:" if name in _BLOCKS else f"{name}: "
        yield Completion(
            label=name,
            kind="field",
            edit=TextEdit(cursor.range, text),
            documentation=said,
            snippet="$1" in text,
            sort=f"{place:02}",
        )


def _values(
    document: ParsedDocument, cursor: Cursor, field: str, snapshot: Snapshot, facts: WorkspaceFacts, folder: Folder
) -> Iterable[Completion]:
    if field == "type":
        allowed = snapshot.config.types
        return _listed(cursor, allowed if allowed is not None else [*facts.types, *_TYPES], "type")
    if field == "labels":
        return _listed(cursor, facts.labels, "label")
    if field == "virtual" and document.kind == "artifacts":
        return _listed(cursor, ["true", "false"], "value")
    if field == "path":
        return _paths(document, cursor, folder)
    return ()


def _paths(document: ParsedDocument, cursor: Cursor, folder: Folder) -> Iterator[Completion]:
    above, _, _ = cursor.word.rpartition("/")
    where = posixpath.normpath(posixpath.join(document.directory, above)) if above else document.directory
    if posixpath.isabs(cursor.word) or where.startswith("../") or where == "..":
        return
    for name in folder("" if where == "." else where):
        full = f"{above}/{name}" if above else name
        kind: CompletionKind = "folder" if name.endswith("/") else "file"
        yield Completion(label=full, kind=kind, edit=TextEdit(cursor.range, full), sort=f"{kind != 'folder'}{full}")


def _setting(cursor: Cursor, facts: WorkspaceFacts) -> Iterable[Completion]:
    if not cursor.keys and not cursor.in_value:
        after = "" if cursor.rest.lstrip().startswith(":") else ": "
        return (
            Completion(
                label=name,
                kind="setting",
                edit=TextEdit(cursor.range, f"{name}: [$1]" if after and name in ("stages", "types") else name + after),
                documentation=said,
                snippet=bool(after) and name in ("stages", "types"),
                sort=f"{place:02}",
            )
            for place, (name, said) in enumerate(SETTINGS.items())
        )
    name = cursor.keys[-1].lower() if len(cursor.keys) == 1 and cursor.in_value else ""
    if name == "stages":
        return _listed(cursor, facts.stages, "stage")
    if name == "types":
        return _listed(cursor, [*facts.types, *_TYPES], "type")
    if name in ("emojis", "debug", "autoload_enrichments"):
        return _listed(cursor, ["true", "false"], "value")
    return ()


def _listed(cursor: Cursor, words: Iterable[str], kind: CompletionKind, *, after: str = "") -> Iterator[Completion]:
    for place, word in enumerate(dict.fromkeys(words)):
        yield Completion(
            label=word,
            kind=kind,
            edit=TextEdit(cursor.range, word + after),
            sort=f"{place:03}",
        )


def _reference(document: ParsedDocument, snapshot: Snapshot, position: Position) -> Iterator[Completion]:
    """Behind `churn@` its versions, behind `churn#` the stages."""
    offset = document.offset(position)
    start, _ = document.lines.line_of(offset)
    typed_so_far = _WORD.search(document.text[start:offset])
    word = typed_so_far.group() if typed_so_far is not None else ""
    kinds: tuple[tuple[str, CompletionKind], ...] = (("@", "value"), ("#", "stage"))
    for sign, kind in kinds:
        name, found, typed = word.rpartition(sign)
        artifact = snapshot.index.artifacts.get(name.replace("=", ":")) if found else None
        if artifact is None:
            continue
        place = Range(document.lines.position(offset - len(typed)), position)
        names = _versions(artifact) if sign == "@" else offered_stages(snapshot)
        for order, each in enumerate(names):
            yield Completion(
                label=each,
                kind=kind,
                edit=TextEdit(place, each),
                detail=_held(snapshot, artifact, each) if sign == "#" else "",
                sort=f"{order:03}",
            )


def _versions(artifact: Artifact) -> list[str]:
    return ["latest", *(version.name for version in artifact.get_versions())]


def _held(snapshot: Snapshot, artifact: Artifact, stage: str) -> str:
    held = dict(state_of(snapshot, artifact.name).held).get(stage, ())
    return ", ".join(each.version.name for each in held)
