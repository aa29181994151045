"""Hover: what the registry knows of the artifact, reference, field or setting under the cursor, as markdown."""

import json
from typing import NamedTuple
from urllib.parse import quote

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.entries import ArtifactEntry
from gto_daemon.editor.fields import FIELDS, SETTINGS
from gto_daemon.editor.markdown import code, escaped
from gto_daemon.editor.metrics import Metrics, no_metrics, table
from gto_daemon.editor.references import Reference, reference_at
from gto_daemon.editor.rules_file import rules_hover
from gto_daemon.editor.states import ArtifactState, Signatures, no_signatures, state_of
from gto_daemon.editor.values import Hover
from gto_daemon.registry.annotations.nodes import Mapping, Scalar
from gto_daemon.registry.artifact import Version
from gto_daemon.registry.events import Event
from gto_daemon.registry.problems import Position
from gto_daemon.registry.signatures import Signature
from gto_daemon.registry.snapshot import Snapshot

#: Rows of a table; the tree has them all.
_MAX_ROWS = 12


class _Known(NamedTuple):
    """What is known beside the tags."""

    signatures: Signatures
    metrics: Metrics
    revealed_in: str | None


def hover(
    document: ParsedDocument,
    snapshot: Snapshot,
    position: Position,
    signatures: Signatures = no_signatures,
    metrics: Metrics = no_metrics,
    revealed_in: str | None = None,
) -> Hover | None:
    """Return what is shown at a position, None for nothing.

    Args:
        document: where it is.
        snapshot: the registry.
        position: of the cursor.
        signatures: verdicts on tags.
        metrics: of the latest version.
        revealed_in: the repository of links that reveal an artifact; None for an editor that has no such command.

    """
    known = _Known(signatures, metrics, revealed_in)
    offset = document.offset(position)
    if document.kind == "references":
        found = reference_at(document, snapshot.index.artifacts, offset)
        return Hover(found.range, _referred(snapshot, found, known)) if found else None
    if document.kind == "config":
        return _setting(document, offset)
    if document.kind == "rules":
        return rules_hover(document, offset)
    entry = document.entry_at(offset)
    if entry is None:
        return None
    if entry.start <= offset <= entry.end:
        return Hover(document.range(entry.start, entry.end), _artifact(state_of(snapshot, entry.name), known))
    return _field(document, entry, offset)


def _field(document: ParsedDocument, entry: ArtifactEntry, offset: int) -> Hover | None:
    for field in entry.fields:
        if field.key_start <= offset <= field.key_end:
            said = FIELDS[document.kind].get(field.key)
            return Hover(document.range(field.key_start, field.key_end), f"**{field.key}**: {said}") if said else None
    return None


def _setting(document: ParsedDocument, offset: int) -> Hover | None:
    root = document.root
    for key, _ in root.pairs() if isinstance(root, Mapping) else ():
        if isinstance(key, Scalar) and key.start <= offset <= key.end:
            said = SETTINGS.get(key.text.lower())
            return Hover(document.range(key.start, key.end), f"**{key.text.lower()}**: {said}") if said else None
    return None


def _artifact(state: ArtifactState, known: _Known) -> str:
    parts = [f"### {code(state.name)}"]
    artifact = state.artifact
    if artifact is None or not state.has_tags:
        parts.append("Not registered: no tag is about it yet.")
        return "\n\n".join(parts)
    if not artifact.is_active:
        parts.append("**Deprecated.**")
    if artifact.latest is not None:
        parts.append(f"Latest version: {code(artifact.latest.name)}{_when(artifact.latest.authoring_event)}")
    tags = [each.authoring_event.ref for _, held in state.held for each in held]
    signed = known.signatures(state.name, tags[:_MAX_ROWS]) if tags else {}
    rows = [
        f"| {escaped(stage)} | {code(each.version.name)} | {_cells(each.authoring_event, signed)} |"
        for stage, held in state.held
        for each in held
    ]
    if rows:
        parts.append("\n".join(["| stage | version | since | by | tag |", "|---|---|---|---|---|", *rows[:_MAX_ROWS]]))
    metrics = known.metrics(state.name) if artifact.latest is not None else None
    if metrics is not None and metrics.rows:
        parts.append(table(metrics))
    versions = artifact.get_versions()
    if versions:
        listed = ", ".join(code(version.name) for version in versions[:_MAX_ROWS])
        more = f" and {len(versions) - _MAX_ROWS} more" if len(versions) > _MAX_ROWS else ""
        parts.append(f"Versions: {listed}{more}")
    if known.revealed_in is not None:
        about = quote(json.dumps([{"repo": known.revealed_in, "name": state.name}]), safe="")
        parts.append(f"[Show in sidebar](command:gto.revealArtifact?{about})")
    return "\n\n".join(parts)


def _referred(snapshot: Snapshot, reference: Reference, known: _Known) -> str:
    state = state_of(snapshot, reference.artifact)
    artifact = state.artifact
    named = f"### {code(reference.text)}"
    if artifact is None:
        return named
    if reference.stage is not None:
        held = dict(state.held).get(reference.stage, ())
        said = [f"{code(each.version.name)}{_when(each.authoring_event)}" for each in held]
        now = ", ".join(said) if said else "nothing"
        held_now = f"{escaped(reference.stage)} of {code(artifact.name)} is {now}"
        return f"{named}\n\n{held_now}\n\n{_artifact(state, known)}"
    wanted = state.latest if reference.latest else reference.version
    version = next((each for each in artifact.versions if each.name == wanted), None)
    if version is None:
        return f"{named}\n\n{code(artifact.name)} has no version {code(str(wanted))}.\n\n{_artifact(state, known)}"
    return f"{named}\n\n{_version(version)}\n\n{_artifact(state, known)}"


def _version(version: Version) -> str:
    stages = ", ".join(escaped(each.stage) for each in version.active_stages())
    said = f"{code(version.name)} on commit {code(version.hexsha[:7])}{_when(version.authoring_event)}"
    gone = "" if version.is_active else " It was deregistered."
    return f"{said}{f', in {stages}' if stages else ''}.{gone}"


def _when(event: Event | None) -> str:
    if event is None:
        return ""
    return f", {event.time.isoformat()[:10]} by {escaped(event.author)}"


def _cells(event: Event, signed: dict[str, Signature]) -> str:
    said = _signature(signed.get(event.ref))
    return f"{event.time.isoformat()[:10]} | {escaped(event.author)} | {code(event.ref)}{said}"


def _signature(signature: Signature | None) -> str:
    """Return what is said of a signature behind its tag: nothing of none, and loudly of one that is wrong."""
    if signature is None or signature.status in ("none", "unverified"):
        return ""
    if signature.status == "good":
        return f", signed by {', '.join(map(code, signature.principals or (signature.key or 'a known key',)))}"
    if signature.status == "unknown-key":
        return ", signed by an unknown key"
    reason = f" ({escaped(signature.reason)})" if signature.reason and signature.reason != signature.status else ""
    return f", **signature {signature.status.upper()}**{reason}"
