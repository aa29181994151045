"""The registry's values as JSON, and back."""

from collections.abc import Mapping
from sys import intern
from typing import Any

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.annotations import Annotation, AnnotationFile
from gto_daemon.registry.layered import OverlayMapping
from gto_daemon.registry.objects import Commit, Tag, TagRef
from gto_daemon.registry.problems import Position, Problem, Range


def pack_problem(problem: Problem) -> JsonObject:
    """Pack a problem, without members that are None."""
    packed = {name: value for name in Problem.__slots__ if (value := getattr(problem, name)) is not None}
    if problem.range is not None:
        packed["range"] = _pack_range(problem.range)
    return packed


def unpack_problem(packed: Mapping[str, Any]) -> Problem:
    """Unpack a problem."""
    place = packed.get("range")
    return Problem(**{**packed, "range": _unpack_range(place) if place is not None else None})


def pack_ref(ref: TagRef) -> list[Any]:
    """Pack a ref without its artifact, which is known from its place."""
    tag = None if ref.tag is None else [*ref.tag[1:]]
    return [ref.name, ref.oid, tag, [pack_problem(each) for each in ref.problems]]


def unpack_ref(artifact: str, packed: list[Any]) -> TagRef:
    """Unpack a ref of that artifact."""
    name, oid, said, problems = packed
    tag = None
    if said is not None:
        target, kind, tagger, email, seconds, offset, message = said
        tag = Tag(oid, intern(target), intern(kind), intern(tagger), intern(email), seconds, offset, message)
    return TagRef(name, artifact, oid, tag, tuple(unpack_problem(each) for each in problems))


def pack_commit(commit: Commit) -> list[Any]:
    """Pack a commit."""
    return [*commit]


def unpack_commit(packed: list[Any]) -> Commit:
    """Unpack a commit; equal names share one object."""
    oid, author, author_email, committer, committer_email, seconds, offset, message = packed
    people = (intern(author), intern(author_email), intern(committer), intern(committer_email))
    return Commit(intern(oid), *people, seconds, offset, message)


def pack_annotation(annotation: Annotation) -> list[Any]:
    """Pack an annotation."""
    return [
        annotation.name,
        annotation.type,
        annotation.path,
        annotation.virtual,
        annotation.labels,
        annotation.description,
        annotation.custom,
        _pack_range(annotation.range),
        {key: _pack_range(place) for key, place in annotation.fields.items()},
    ]


def unpack_annotation(packed: list[Any]) -> Annotation:
    """Unpack an annotation."""
    name, kind, path, virtual, labels, description, custom, place, fields = packed
    ranges = {key: _unpack_range(value) for key, value in fields.items()}
    return Annotation(name, kind, path, virtual, tuple(labels), description, custom, _unpack_range(place), ranges)


def pack_file(file: AnnotationFile) -> JsonObject:
    """Pack an annotation file."""
    return {
        "annotations": [pack_annotation(each) for each in file.annotations.values()],
        "problems": [pack_problem(each) for each in file.problems],
    }


def unpack_file(packed: Mapping[str, Any]) -> AnnotationFile:
    """Unpack an annotation file; an entry is unpacked on first use."""
    entries = {entry[0]: entry for entry in packed["annotations"]}
    annotations = OverlayMapping[Annotation](dict.fromkeys(entries), lambda name: unpack_annotation(entries[name]))
    return AnnotationFile(annotations, tuple(unpack_problem(each) for each in packed["problems"]))


def _pack_range(place: Range) -> list[int]:
    return [*place.start, *place.end]


def _unpack_range(packed: list[int]) -> Range:
    line, character, last, end = packed
    return Range(Position(line, character), Position(last, end))
