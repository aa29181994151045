"""What is known beside the tags: signatures and metrics, from memory; what is missing is found out behind it."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakKeyDictionary

from gto_daemon.daemon.queries.signatures import KnownSignatures
from gto_daemon.editor.states import ArtifactStates, Signatures, StateTexts, no_signatures
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.lsp.features.metrics import KnownMetrics, MetricsBook

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.rpc.context import Context

#: Seconds until lenses look again whether what they say of signatures holds: keys expire, and are revoked.
_SIGNED_FOR: Final = 60.0


class Known(NamedTuple):
    """What is known of the artifacts of a snapshot.

    Attributes:
        signatures: of tags.
        metrics: of artifacts.
        look_soon: has found out in the background what was asked for in vain.

    """

    signatures: Signatures
    metrics: KnownMetrics
    look_soon: Callable[[], None]


class _Said(NamedTuple):
    """What the lenses of one checkout say, until when, and what has found out what they lack."""

    texts: StateTexts
    until: float
    look_soon: Callable[[], None]


class KnownFacts:
    """What is known for one session.

    Args:
        context: the context of the session.
        on_found_out: called with a repository whose lenses lacked a verdict or metrics that are there now.

    """

    def __init__(self, context: "Context", on_found_out: Callable[[str], None]) -> None:
        self._context = context
        self._on_found_out = on_found_out
        self._book = MetricsBook()
        self._said: WeakKeyDictionary[Worktree, _Said] = WeakKeyDictionary()

    def of(self, worktree: "Worktree", snapshot: Snapshot, done: Callable[[], None] = lambda: None) -> Known:
        """Return what is known; `done` is called, from another thread, when what was missing is there."""
        metrics = self._book.of(worktree, snapshot, done)
        if not self._context.trusted:
            # Signatures are verified by programs.
            return Known(no_signatures, metrics, metrics.read_soon)
        signatures = KnownSignatures(worktree, snapshot, self._context.environment, lambda _: done())

        def look_soon() -> None:
            signatures.verify_soon()
            metrics.read_soon()

        return Known(signatures.of, metrics, look_soon)

    def texts(
        self, worktree: "Worktree", states: ArtifactStates, loop: asyncio.AbstractEventLoop
    ) -> tuple[StateTexts, Callable[[], None]]:
        """Return what lenses say, so that nobody waits, and what has found out what they lack."""
        said = self._said.get(worktree)
        if said is None or said.texts.states is not states or said.until < time.monotonic():

            def done() -> None:
                # The loop may be closed by now.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(self._found_out, worktree)

            known = self.of(worktree, states.snapshot, done)
            texts = StateTexts(states, known.signatures, known.metrics.of)
            said = self._said[worktree] = _Said(texts, time.monotonic() + _SIGNED_FOR, known.look_soon)
        return said.texts, said.look_soon

    def states(self, worktree: "Worktree", snapshot: Snapshot) -> ArtifactStates:
        """Return the states that lenses were made from, or new ones if the registry has changed since."""
        said = self._said.get(worktree)
        states = said.texts.states if said is not None and said.texts.states.snapshot is snapshot else None
        return states or ArtifactStates(snapshot)

    def _found_out(self, worktree: "Worktree") -> None:
        self._said.pop(worktree, None)
        self._on_found_out(worktree.repo)
