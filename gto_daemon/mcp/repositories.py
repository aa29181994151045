"""The repository that is meant: what the command line names, the client's root, or the working directory."""

import os
from typing import Final
from urllib.parse import unquote, urlsplit

import anyio
import mcp_types as types
from mcp.server.session import ServerSession
from mcp.shared.exceptions import MCPError

from gto_daemon.mcp.registry import Registry
from gto_daemon.mcp.replies import Refusal

#: Seconds for a client to say which folders it has open.
_ROOTS_TIMEOUT: Final = 10.0


class Repositories:
    """The repositories that were asked about, each with its connection.

    Args:
        named: the repository that the command line names, or None to go by the client's roots.
        otherwise: the repository where there are no roots.

    """

    def __init__(self, named: str | None, otherwise: str) -> None:
        self._named = named
        self._otherwise = otherwise
        self._root: str | None = None
        self._knows_roots = False
        self._registries: dict[str, Registry] = {}

    async def current(self, session: ServerSession) -> Registry:
        """Return the repository that a request is about.

        Raises:
            Refusal: its path cannot be sent to the daemon.

        """
        path = self._named or await self._first_root(session) or self._otherwise
        if path not in self._registries:
            try:
                self._registries[path] = Registry(path)
            except ValueError as error:
                raise Refusal("UnsupportedPath", f"{error}.") from error
        return self._registries[path]

    def forget_roots(self) -> None:
        """Ask for the roots again when they are needed next."""
        self._knows_roots = False

    async def close(self) -> None:
        """End all connections."""
        for registry in self._registries.values():
            await registry.close()

    async def _first_root(self, session: ServerSession) -> str | None:
        """Return the first folder that the client has open. The revision of 2026 has no such question any more."""
        capabilities = session.client_capabilities
        if not session.can_send_request or capabilities is None or capabilities.roots is None:
            return None
        if not self._knows_roots:
            self._knows_roots = True
            self._root = None
            try:
                answer = await session.send_request(
                    types.ListRootsRequest(), types.ListRootsResult, request_read_timeout_seconds=_ROOTS_TIMEOUT
                )
            except (MCPError, ValueError, anyio.ClosedResourceError):
                return None
            paths = (_path(str(root.uri)) for root in answer.roots)
            self._root = next((path for path in paths if path is not None), None)
        return self._root


def _path(uri: str) -> str | None:
    parts = urlsplit(uri)
    path = unquote(parts.path)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not os.path.isabs(path):
        return None
    return path
