"""Keeps the editor's display up to date: when the registry or a document changes, only the differences are sent.

One task per session handles the changes, so that a burst of keystrokes or tags is handled once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from gto_daemon.daemon.following.supervised import supervise
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.lsp.features.requests import Features
from gto_daemon.rpc.lsp.server.client_capabilities import EditorCapabilities
from gto_daemon.rpc.lsp.server.documents import TextSnapshot
from gto_daemon.rpc.lsp.server.opened import OpenDocuments

if TYPE_CHECKING:
    from gto_daemon.daemon.live.journal import Change
    from gto_daemon.daemon.live.worktree import Worktree

T = TypeVar("T")

logger = logging.getLogger(__name__)

#: The task that looks whether what an editor shows still holds.
TASK_NAME: Final = "keeping an editor true"

#: No diagnostics, encoded.
_NONE: Final = b"[]"

Shown = Literal["codeLens", "inlayHint", "diagnostics"]
REFRESH: Final[dict[Shown, str]] = {
    "codeLens": "workspace/codeLens/refresh",
    "inlayHint": "workspace/inlayHint/refresh",
    "diagnostics": "workspace/diagnostic/refresh",
}


class Refresher:
    """Keeps the editor of one session up to date.

    Args:
        features: what would be shown now.
        documents: what is open.
        client: what the client can.
        refresh: has the client ask again, by the name of the request.
        publish: sends diagnostics, for clients that do not ask: URI, version and the encoded list.
        on_change: called for every change of a registry that is followed.

    """

    def __init__(
        self,
        features: Features,
        documents: OpenDocuments,
        client: Callable[[], EditorCapabilities],
        *,
        refresh: Callable[[str], None],
        publish: Callable[[str, int | None, bytes], None],
        on_change: Callable[[], None],
    ) -> None:
        self._features = features
        self._documents = documents
        self._client = client
        self._refresh = refresh
        self._publish = publish
        self._on_change = on_change
        self._shown: dict[tuple[Shown, str], list[Any] | bytes] = {}
        self._followed: dict[str, Callable[[], None]] = {}
        self._dirty: set[str] = set()
        self._unpublished: set[str] = set()
        self._changed: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False

    # --- what happens ----------------------------------------------------------------------------------------

    def answered(self, what: Shown, text: TextSnapshot | None, answer: list[Any] | bytes) -> None:
        """Record what the client was sent about a document that is still open."""
        if text is not None and self._documents.text(text.uri) is not None:
            self._shown[what, text.uri] = answer

    def document_changed(self, uri: str, read_generation: int) -> None:
        """Note that it was opened, edited or saved, as that read of the socket says. Others may depend on it."""
        self._changed[uri] = read_generation
        self._begin()

    def document_closed(self, uri: str) -> None:
        """Note that it was closed."""
        for what in REFRESH:
            self._shown.pop((what, uri), None)
        if not self._client().pulls:
            self._publish(uri, None, _NONE)
        repo = self._documents.repo_of(uri)
        if repo is not None:
            self._edited(repo)

    def settings_changed(self) -> None:
        """Handle a change of the client's settings."""
        self._look(self._documents.uris())

    def verified(self, repo: str) -> None:
        """Note that there are new verdicts on signatures of a repository."""
        self._look(self._in(repo))

    def follow(self, worktree: "Worktree") -> None:
        """Follow the changes of a repository from now on."""
        if worktree.repo not in self._followed:
            self._followed[worktree.repo] = worktree.listen(self._registry_changed)

    def unfollow(self, keep: set[str]) -> None:
        """Stop following repositories that have no folder in `keep` and no open document."""
        used = {self._documents.repo_of(uri) for uri in self._documents.uris()}
        for repo in [repo for repo in self._followed if repo not in used | keep]:
            self._followed.pop(repo)()

    def close(self) -> None:
        """Stop: the client is gone."""
        self._is_closed = True
        for undo in self._followed.values():
            undo()
        self._followed.clear()
        if self._task is not None:
            self._task.cancel()

    # --- looking ---------------------------------------------------------------------------------------------

    def _registry_changed(self, change: "Change") -> None:
        self._on_change()
        self._look(self._in(change.repo))

    def _in(self, repo: str) -> list[str]:
        return [uri for uri in self._documents.uris() if self._documents.repo_of(uri) == repo]

    def _edited(self, repo: str) -> None:
        # An editor asks for lenses and hints after an edit by itself, and for diagnostics if it asks for them at all.
        if not self._client().pulls:
            self._unpublished.update(self._in(repo))
            self._begin()

    def _look(self, uris: list[str]) -> None:
        self._dirty.update(uris)
        self._begin()

    def _begin(self) -> None:
        # What other threads found out comes later than the end of a session, which would follow registries again.
        if self._is_behind and not self._is_closed and (self._task is None or self._task.done()):
            self._task = supervise(self._work, TASK_NAME)

    @property
    def _is_behind(self) -> bool:
        return bool(self._changed or self._dirty or self._unpublished)

    async def _work(self) -> None:
        while self._is_behind:
            while self._changed:
                found = await self._documents.worktree_of(*self._changed.popitem())
                if found is not None:
                    self.follow(found[0])
                    self._edited(found[0].repo)
            dirty, unpublished = sorted(self._dirty), sorted(self._dirty | self._unpublished)
            self._dirty.clear()
            self._unpublished.clear()
            stale: set[Shown] = set()
            for uri in dirty:
                stale |= await _unless_gone(self._differences(uri)) or set()
            for uri in unpublished if not self._client().pulls else ():
                await _unless_gone(self._publish_new(uri))
            for what in sorted(stale):
                if what in self._client().refreshes:
                    self._refresh(REFRESH[what])

    async def _differences(self, uri: str) -> "set[Shown]":
        """Return the parts of a document that are shown differently from their present state."""
        stale: set[Shown] = set()
        now: dict[Shown, Callable[[TextSnapshot | None], Awaitable[list[Any] | bytes]]] = {
            "codeLens": self._features.states,
            "inlayHint": self._features.hints,
            "diagnostics": self._features.problems,
        }
        for what, ask in now.items():
            shown = self._shown.get((what, uri))
            if (
                shown is None
                or what not in self._client().refreshes
                or (what == "diagnostics" and not self._client().pulls)
            ):
                continue
            if await ask(self._documents.snapshot(uri)) != shown:
                self._shown.pop((what, uri), None)
                stale.add(what)
        return stale

    async def _publish_new(self, uri: str) -> None:
        text = self._documents.snapshot(uri)
        if text is None:
            return
        found = await self._features.problems(text)
        if self._documents.text(uri) is not None and found != self._shown.get(("diagnostics", uri), _NONE):
            self._shown["diagnostics", uri] = found
            self._publish(uri, text.version, found)


async def _unless_gone(look: Awaitable[T]) -> T | None:
    """Return the result; None if the repository is gone or was replaced meanwhile, which the status reports.

    None also where it fails, which is logged: the other documents are looked at all the same.
    """
    try:
        return await look
    except RegistryError:
        return None
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return None
    except Exception:
        logger.exception("what an editor shows could not be looked at")
        return None
