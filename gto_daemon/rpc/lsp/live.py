"""Keeps what the editor shows true: when the registry or a document changes, it is told of what differs, and only then.

One task a session works through what changed, so that a burst of keystrokes or tags is one look at the result.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, Literal

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.lsp.client import Client
from gto_daemon.rpc.lsp.features import Features
from gto_daemon.rpc.lsp.opened import OpenDocuments
from gto_daemon.rpc.wire import encode

if TYPE_CHECKING:
    from gto_daemon.daemon.journal import Change

logger = logging.getLogger(__name__)

Shown = Literal["codeLens", "inlayHint", "diagnostics"]
REFRESH: Final[dict[Shown, str]] = {
    "codeLens": "workspace/codeLens/refresh",
    "inlayHint": "workspace/inlayHint/refresh",
    "diagnostics": "workspace/diagnostic/refresh",
}


class Live:
    """That of one session.

    Args:
        features: what would be shown now.
        documents: what is open.
        client: what the client can.
        refresh: has the client ask again, by the name of the request.
        publish: sends diagnostics, for clients that do not ask: URI, version and list.
        on_change: told of every change of a registry that is followed.

    """

    def __init__(
        self,
        features: Features,
        documents: OpenDocuments,
        client: Callable[[], Client],
        *,
        refresh: Callable[[str], None],
        publish: Callable[[str, int | None, list[Any]], None],
        on_change: Callable[[], None],
    ) -> None:
        self._features = features
        self._documents = documents
        self._client = client
        self._refresh = refresh
        self._publish = publish
        self._on_change = on_change
        self._shown: dict[tuple[Shown, str], bytes] = {}
        self._followed: dict[str, Callable[[], None]] = {}
        self._dirty: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    # --- what happens ----------------------------------------------------------------------------------------

    def answered(self, what: Shown, uri: str, answer: list[Any]) -> None:
        """The client was told this."""
        self._shown[what, uri] = encode(answer)

    def identifier(self, uri: str) -> str:
        """Of the diagnostics that the client was told last: the same for the same."""
        return blake2b(self._shown.get(("diagnostics", uri), b""), digest_size=8).hexdigest()

    def document_changed(self, uri: str) -> None:
        """It was opened, edited or saved. What others say may rest on it."""
        found = self._documents.worktree_of(uri)
        if found is None:
            return
        self.follow(found[0].repo)
        self._look(self._in(found[0].repo))

    def document_closed(self, uri: str) -> None:
        """It is not open any more."""
        for what in REFRESH:
            self._shown.pop((what, uri), None)
        if not self._client().pulls:
            self._publish(uri, None, [])
        found = self._documents.worktree_of(uri)
        if found is not None:
            self._look(self._in(found[0].repo))

    def settings_changed(self) -> None:
        """The client wants other things than before."""
        self._look(self._documents.uris())

    def follow(self, repo: str) -> None:
        """Hear of the changes of a repository from now on."""
        if repo in self._followed:
            return
        found = self._documents.session_worktree(repo)
        if found is not None:
            self._followed[repo] = found.listen(self._registry_changed)

    def unfollow(self, keep: set[str]) -> None:
        """Hear no more of repositories that are in none of the folders in `keep` and have no document open."""
        used = {found[0].repo for uri in self._documents.uris() if (found := self._documents.worktree_of(uri))}
        for repo in [repo for repo in self._followed if repo not in used | keep]:
            self._followed.pop(repo)()

    def close(self) -> None:
        """The client is gone."""
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
        return [
            uri
            for uri in self._documents.uris()
            if (found := self._documents.worktree_of(uri)) and found[0].repo == repo
        ]

    def _look(self, uris: list[str]) -> None:
        self._dirty.update(uris)
        if self._dirty and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._work(), name="gtod-live")

    async def _work(self) -> None:
        while self._dirty:
            uris = sorted(self._dirty)
            self._dirty.clear()
            stale: set[Shown] = set()
            for uri in uris:
                with suppress(RegistryError):  # the repository is gone: the status of the server says so
                    stale |= await self._differences(uri)
            for what in sorted(stale):
                if what in self._client().refreshes:
                    self._refresh(REFRESH[what])

    async def _differences(self, uri: str) -> "set[Shown]":
        """What of a document is shown otherwise than it would be now."""
        now: dict[Shown, Callable[[str], Awaitable[list[Any]]]] = {
            "codeLens": self._features.lenses,
            "inlayHint": self._features.hints,
        }
        stale: set[Shown] = set()
        for what, ask in now.items():
            shown = self._shown.get((what, uri))
            # An edit moves them in the editor itself, which then asks again; it is told of what the registry changed.
            if shown is not None and what in self._client().refreshes and encode(await ask(uri)) != shown:
                del self._shown[what, uri]
                stale.add(what)
        version = self._documents.version(uri)
        if self._client().pulls:
            shown = self._shown.get(("diagnostics", uri))
            if shown is not None and encode(await self._features.problems(uri)) != shown:
                del self._shown["diagnostics", uri]
                stale.add("diagnostics")
            return stale
        found = await self._features.problems(uri)
        body = encode(found)
        if uri in self._documents.uris() and body != self._shown.get(("diagnostics", uri), b"[]"):
            self._shown["diagnostics", uri] = body
            self._publish(uri, version, found)
        return stale
