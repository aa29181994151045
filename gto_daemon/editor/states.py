"""What the registry says of an artifact, in a few words: `v3.1.0 · prod v3.0.0 · dev v3.1.0`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from gto_daemon.editor.metrics import Metrics, headline, no_metrics
from gto_daemon.registry.artifact import Artifact, VersionStage
from gto_daemon.registry.queries.stages import stage_columns
from gto_daemon.registry.signatures import Signature, SignatureStatus
from gto_daemon.registry.snapshot import Snapshot

#: Returns the known signatures of some tags of an artifact, by tag.
Signatures = Callable[[str, Iterable[str]], dict[str, Signature]]

_WARNINGS: Final[dict[SignatureStatus, str]] = {
    "bad": "⚠ bad signature",
    "revoked": "⚠ revoked key",
    "expired": "⚠ expired key",
    "unknown-key": "⚠ unknown key",
}


def no_signatures(_artifact: str, _tags: Iterable[str]) -> dict[str, Signature]:
    """Return none: nothing is known, or nobody may ask."""
    return {}


@dataclass(frozen=True, eq=False)
class ArtifactState:
    """An artifact as tags leave it.

    Attributes:
        name: of the artifact.
        artifact: None where neither a tag nor HEAD knows it.
        latest: its greatest version, None for none.
        held: stages and what is in them, in the order of the configuration, then by name.

    """

    name: str
    artifact: Artifact | None
    latest: str | None
    held: tuple[tuple[str, tuple[VersionStage, ...]], ...]

    @cached_property
    def has_tags(self) -> bool:
        """Whether any tag is about it."""
        return self.artifact is not None and self.artifact.is_registered

    @cached_property
    def sentence(self) -> str:
        """All of it."""
        return self.sentence_with({})

    def sentence_with(self, signed: dict[str, Signature], measured: str = "") -> str:
        """Return all of it, with what is known of its metrics, and of who signed the tags of its stages."""
        if self.artifact is None or not self.has_tags:
            return "not registered"
        parts = [self.latest or "no version"]
        if measured:
            parts.append(measured)
        for stage, held in self.held:
            parts.append(f"{stage} {', '.join(_named(each) + _signature(each, signed) for each in held)}")
        if not self.artifact.is_active:
            parts.insert(0, "deprecated")
        return " · ".join(parts)


class ArtifactStates:
    """The states of the artifacts of a snapshot, each worked out once.

    With every keystroke the same is asked of a thousand artifacts, which would take 50 ms.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._known: dict[str, ArtifactState] = {}

    def of(self, name: str) -> ArtifactState:
        """Return the state of an artifact."""
        state = self._known.get(name)
        if state is None:
            state = state_of(self.snapshot, name)
            # Names come from documents, so there may be any number of them.
            if state.artifact is not None:
                self._known[name] = state
        return state


class StateTexts:
    """What the lenses of artifacts say: states, headline metrics, who signed the tags of stages; each made once.

    Args:
        states: of the artifacts.
        signatures: what is known of signatures, as of now.
        metrics: what is known of metrics, as of now.

    """

    def __init__(
        self, states: ArtifactStates, signatures: Signatures = no_signatures, metrics: Metrics = no_metrics
    ) -> None:
        self.states = states
        self._signatures = signatures
        self._metrics = metrics
        self._known: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Return what is said of an artifact."""
        text = self._known.get(name)
        if text is None:
            state = self.states.of(name)
            tags = [each.authoring_event.ref for _, held in state.held for each in held]
            signed = self._signatures(name, tags) if tags else {}
            metrics = self._metrics(name) if state.latest is not None else None
            measured = headline(metrics) if metrics is not None else ""
            text = state.sentence_with(signed, measured) if signed or measured else state.sentence
            if state.artifact is not None:
                self._known[name] = text
        return text


def state_of(snapshot: Snapshot, name: str) -> ArtifactState:
    """Return the state of an artifact."""
    artifact = snapshot.index.artifacts.get(name)
    if artifact is None:
        return ArtifactState(name, None, None, ())
    stages = artifact.get_stages()
    allowed = snapshot.config.stages or ()
    order = sorted(stages, key=lambda stage: (allowed.index(stage) if stage in allowed else len(allowed), stage))
    latest = artifact.latest
    held = tuple((stage, tuple(stages[stage])) for stage in order if stages[stage])
    return ArtifactState(name, artifact, latest.name if latest else None, held)


def offered_stages(snapshot: Snapshot) -> list[str]:
    """Return the stages that may be assigned: the configured ones, else those in use."""
    return stage_columns(snapshot)


def _named(held: VersionStage) -> str:
    name = held.version.name
    return name if name.startswith("v") else name[:7]


def _signature(held: VersionStage, signed: dict[str, Signature]) -> str:
    """Return what is said of the signature of a stage's tag: nothing without one, and nothing without a verdict."""
    signature = signed.get(held.authoring_event.ref)
    if signature is None:
        return ""
    if signature.status == "good":
        # Editors make icons of `$(name)`, which a key's user id may contain.
        return f" (signed by {(signature.principals or (signature.key or 'a known key',))[0].replace('$(', '(')})"
    warning = _WARNINGS.get(signature.status)
    return "" if warning is None else f" ({warning})"
