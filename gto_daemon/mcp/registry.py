"""The repository that is asked about, over a connection to the daemon that is made when it is first needed."""

import asyncio
import contextlib
import os
from collections.abc import Mapping

from gto_daemon.client import AsyncClient, DaemonUnavailable
from gto_daemon.client.paths import absolute
from gto_daemon.protocol import JsonObject


class Registry:
    """One repository, and the connection over which the daemon is asked about it.

    Args:
        path: the repository, or anything inside it.

    """

    def __init__(self, path: str) -> None:
        self.path = absolute(path)
        self._client: AsyncClient | None = None
        self._folder: str | None = None
        self._connecting = asyncio.Lock()

    async def ask(self, method: str, params: Mapping[str, object]) -> JsonObject:
        """Return the answer to a question; a daemon that ended meanwhile is replaced, and asked once more.

        Raises:
            CallError: the daemon refuses.
            DaemonUnavailable: there is none, and none can be started.

        """
        try:
            return await self.act(method, params)
        except DaemonUnavailable:
            if self._client is None or not self._client.has_ended:
                raise
        return await self.act(method, params)

    async def act(self, method: str, params: Mapping[str, object]) -> JsonObject:
        """Return the result of an act, which is sent once only.

        Raises:
            CallError: the daemon refuses.
            DaemonUnavailable: there is none, or it ended before it answered; `LostAct` says what became of the act.

        """
        client = await self.connection()
        answer: JsonObject = await client.call(method, {"repo": self.path, **params})
        return answer

    async def connection(self) -> AsyncClient:
        """Return the connection, a new one where there is none or the daemon has hung up.

        Raises:
            DaemonUnavailable: there is no daemon, and none can be started.

        """
        async with self._connecting:
            if self._client is None or self._client.has_ended:
                await self.close()
                self._client = await AsyncClient.connect()
            return self._client

    async def folder(self) -> str:
        """Return the name of the repository's folder.

        Raises:
            CallError, DaemonUnavailable: as `ask`.

        """
        if self._folder is None:
            status = (await self.ask("gto/status", {})).get("repository") or {}
            self._folder = os.path.basename(status.get("repo") or self.path)
        return self._folder

    async def close(self) -> None:
        """End the connection. The daemon drops what it was doing for it."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError):
                await client.close()
