"""Diagnostics: what is wrong with a document, or hardly meant, each with a code that `diagnostics.md` explains."""

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.entries import ArtifactEntry
from gto_daemon.editor.facts import WorkspaceFacts
from gto_daemon.editor.fields import FIELDS
from gto_daemon.editor.other_tools_file import is_other_tools_file
from gto_daemon.editor.references import Reference, references
from gto_daemon.editor.values import Diagnostic, FeatureSettings, Severity
from gto_daemon.registry.annotations.nodes import Mapping, Scalar, Sequence
from gto_daemon.registry.problems import Position, Problem, Range
from gto_daemon.registry.snapshot import Snapshot

#: Of one document; beyond it nobody reads them.
MAX_DIAGNOSTICS = 500
#: Not shown unless a setting asks for it: an artifact that has only just been written down is no mistake.
_SILENT = frozenset({"not-registered"})
_FIELD_NAMES = frozenset({*FIELDS["artifacts"], "<<"})
_TOP = Range(Position(0, 0), Position(0, 0))
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info", "hint")


def diagnostics(
    document: ParsedDocument, snapshot: Snapshot, facts: WorkspaceFacts, settings: FeatureSettings
) -> list[Diagnostic]:
    """Return everything that is to be shown, from top to bottom; nothing for a file that is not GTO's."""
    if not settings.diagnostics or is_other_tools_file(document, snapshot, facts):
        return []
    shown: list[Diagnostic] = []
    for found in _all(document, snapshot, facts, settings):
        severity = settings.severities.get(found.code, "off" if found.code in _SILENT else found.severity)
        if severity in _SEVERITIES:
            shown.append(found if severity == found.severity else replace(found, severity=severity))
            if len(shown) >= MAX_DIAGNOSTICS:
                break
    return sorted(shown, key=lambda each: (each.range.start.line, each.range.start.character, each.code))


def _all(
    document: ParsedDocument, snapshot: Snapshot, facts: WorkspaceFacts, settings: FeatureSettings
) -> Iterator[Diagnostic]:
    for problem in document.problems:
        if problem.path in (None, document.path):
            yield _of(problem, problem.range or _TOP)
        else:
            # In a file that this one takes variables from.
            yield _of(replace(problem, message=f"In {problem.located()}"), _TOP)
    if document.kind == "rules":
        return
    if document.kind == "config":
        yield from _unlisted_stages(document, snapshot)
    elif document.kind == "references":
        yield from _references(document, snapshot)
    elif document.is_whole:
        # Paths come and go, so what is said of them is not kept.
        basis = (snapshot, settings, facts.findings, facts.elsewhere, facts.committed)
        own = document.kept.diagnostics.of(
            document.entries, basis, lambda entry: tuple(_entry(document, entry, snapshot, facts, settings)), _moved
        )
        if not facts.missing:
            yield from chain.from_iterable(own)
        else:
            for entry, found in zip(document.entries, own, strict=True):
                yield from found
                if entry.home in facts.missing:
                    yield from _path(document, entry)
        yield from _overlaps(document, facts)


def _of(problem: Problem, place: Range, subject: str | None = None) -> Diagnostic:
    return Diagnostic(
        code=problem.code,
        severity=problem.severity,
        message=f"{problem.message} {problem.hint}",
        range=place,
        artifact=problem.artifact,
        subject=subject or problem.artifact,
    )


def _moved(found: tuple[Diagnostic, ...], line: int, now: int) -> tuple[Diagnostic, ...]:
    return tuple(replace(each, range=each.range.below(now - line)) for each in found)


def _entry(
    document: ParsedDocument, entry: ArtifactEntry, snapshot: Snapshot, facts: WorkspaceFacts, settings: FeatureSettings
) -> Iterator[Diagnostic]:
    # Most of a thousand entries have nothing: places are worked out last.
    name = entry.name
    if name in facts.findings:
        key = document.range(entry.start, entry.end)
        yield from (_of(finding, key, finding.tag) for finding in facts.findings[name])
    if document.kind == "artifacts" and not _FIELD_NAMES.issuperset(entry.keys):
        yield from _unknown_fields(document, entry)
    if snapshot.config.types is not None:
        yield from _type(document, entry, snapshot.config.types)
    if name in facts.elsewhere:
        other = facts.elsewhere[name].path
        message = f"'{name}' is described in {other} too; {snapshot.config.index} counts. Delete one of them."
        yield _at_key(document, entry, "duplicate-artifact", "warning", message)
    if "not-registered" in settings.severities:
        artifact = snapshot.index.artifacts.get(name)
        if artifact is None or not artifact.is_registered:
            message = f"No tag is about '{name}' yet. Register a version of it."
            yield _at_key(document, entry, "not-registered", "hint", message)
    annotation = entry.annotation
    if annotation is not None and snapshot.head is not None:
        committed = facts.committed.get(name) if facts.committed is not None else None
        if committed is None or not annotation.says_the_same(committed):
            what = "is not committed" if committed is None else "differs from the one that is committed"
            message = (
                f"The description of '{name}' {what}; a version that is registered now does not have it. Commit the "
                "file first."
            )
            yield _at_key(document, entry, "uncommitted-annotation", "hint", message)


def _at_key(document: ParsedDocument, entry: ArtifactEntry, code: str, severity: Severity, message: str) -> Diagnostic:
    place = document.range(entry.start, entry.end)
    return Diagnostic(
        code=code, severity=severity, message=message, range=place, artifact=entry.name, subject=entry.name
    )


def _unknown_fields(document: ParsedDocument, entry: ArtifactEntry) -> Iterator[Diagnostic]:
    known = FIELDS[document.kind]
    for field in entry.fields:
        if field.key not in _FIELD_NAMES:
            yield Diagnostic(
                code="unknown-field",
                severity="hint",
                message=f"GTO knows no field '{field.key}', so it has no effect. The fields are {', '.join(known)}; "
                "anything else goes under 'custom'.",
                range=document.range(field.key_start, field.key_end),
                artifact=entry.name,
                unnecessary=True,
                subject=field.key,
            )


def _type(document: ParsedDocument, entry: ArtifactEntry, allowed: tuple[str, ...]) -> Iterator[Diagnostic]:
    field = entry.field("type")
    if field is None or not field.text or field.text in allowed:
        return
    yield Diagnostic(
        code="type-not-allowed",
        severity="warning",
        message=f"'{field.text}' is not among the types of .gto ({', '.join(allowed)}). Choose one of them, or add it "
        "there.",
        range=document.range(field.value_start, document.trimmed(field.value_end)),
        artifact=entry.name,
        subject=field.text,
    )


def _path(document: ParsedDocument, entry: ArtifactEntry) -> Iterator[Diagnostic]:
    path, field = entry.home, entry.field("path")
    if field is None:
        return
    yield Diagnostic(
        code="missing-path",
        severity="warning",
        message=f"There is no '{path}', and DVC does not track it. Mend the path, or create the file.",
        range=document.range(field.value_start, document.trimmed(field.value_end)),
        artifact=entry.name,
        subject=path,
    )


def _overlaps(document: ParsedDocument, facts: WorkspaceFacts) -> Iterator[Diagnostic]:
    """Two artifacts of one path, or one inside the other's: `gto annotate` refuses it (GTO 0.2.8, index.py)."""
    names = [entry.described.name for entry in document.entries]
    homes = [entry.described.home for entry in document.entries]
    kept = document.kept
    if kept.overlaps is None or kept.overlaps[:2] != (names, homes) or kept.overlaps[2] is not facts.elsewhere:
        kept.overlaps = (names, homes, facts.elsewhere, tuple(_overlapping(names, homes, facts)))
    for number, other, above in kept.overlaps[3]:
        yield from _overlap(document, document.entries[number], other, above)


def _overlapping(
    names: list[str], paths: list[str | None], facts: WorkspaceFacts
) -> Iterator[tuple[int, str, str | None]]:
    """Yield the number of an entry, whose path its own overlaps, and that one where it is above its own."""
    homes: dict[str, str] = {}
    for name, there in facts.elsewhere.items():
        path = there.annotation.path
        if path and "://" not in path:
            homes.setdefault(posixpath.normpath(posixpath.join(posixpath.dirname(there.path), path)), name)
    for name, own in zip(names, paths, strict=True):
        if own is not None:
            homes.setdefault(own, name)
    for number, (name, own) in enumerate(zip(names, paths, strict=True)):
        above = own
        while above:
            other = homes.get(above)
            if other is not None and other != name:
                yield number, other, above if above != own else None
                break
            above = above.rpartition("/")[0]


def _overlap(document: ParsedDocument, entry: ArtifactEntry, other: str, above: str | None) -> Iterator[Diagnostic]:
    field = entry.field("path")
    if field is None:
        return
    what = "the same path" if above is None else f"a path ('{above}') that this one is inside of"
    yield Diagnostic(
        code="path-overlap",
        severity="warning",
        message=f"'{other}' has {what}. Give each artifact a path of its own.",
        range=document.range(field.value_start, document.trimmed(field.value_end)),
        artifact=entry.name,
    )


def _unlisted_stages(document: ParsedDocument, snapshot: Snapshot) -> Iterator[Diagnostic]:
    root = document.root
    if document.config is None or document.config.stages is None or not isinstance(root, Mapping):
        return
    node = next((v for k, v in root.pairs() if isinstance(k, Scalar) and k.text.lower() == "stages"), None)
    if not isinstance(node, Sequence):
        return
    allowed = document.config.stages
    held: dict[str, list[str]] = {}
    for artifact, overview in snapshot.index.overviews():
        for each in overview.stages:
            if each.stage not in allowed:
                held.setdefault(each.stage, []).append(artifact)
    for stage, names in held.items():
        listed = ", ".join(names[:5]) + ("" if len(names) <= 5 else f" and {len(names) - 5} more")
        yield Diagnostic(
            code="stage-not-allowed",
            severity="warning",
            message=f"The stage '{stage}' is in use ({listed}) and not listed here, so show hides it. Add it, or "
            "unassign it.",
            range=document.range(node.start, document.trimmed(node.end)),
            subject=stage,
        )


def _references(document: ParsedDocument, snapshot: Snapshot) -> Iterator[Diagnostic]:
    for reference in references(document, snapshot.index.artifacts):
        wrong = _wrong(reference, snapshot)
        if wrong is not None:
            code, message = wrong
            yield Diagnostic(
                code=code,
                severity="warning",
                message=message,
                range=reference.range,
                artifact=reference.artifact,
                subject=reference.text,
            )


def _wrong(reference: Reference, snapshot: Snapshot) -> tuple[str, str] | None:
    name = reference.artifact
    artifact = snapshot.index.artifacts[name]
    if reference.version is not None:
        version = next((each for each in artifact.versions if each.name == reference.version), None)
        if version is None or version.discovered:
            return (
                "unknown-version",
                f"'{name}' has no version '{reference.version}'. Register it, or name another one.",
            )
        if not version.is_active:
            return "unknown-version", f"'{name}' {reference.version} was deregistered. Name another version."
    allowed = snapshot.config.stages
    if reference.stage is not None and allowed is not None and reference.stage not in allowed:
        return (
            "stage-not-allowed",
            f"'{reference.stage}' is not among the stages of .gto ({', '.join(allowed)}). Choose one of them, or add "
            "it there.",
        )
    return None
