"""The asyncio client: any number of calls at a time, and changes as an asynchronous iterator.

async with await AsyncClient.connect() as client:
    one, two = await asyncio.gather(client.call("gto/show", {"repo": a}), client.call("gto/show", {"repo": b}))
    async for change in client.changes(a, stages=["prod"]):
        print(change["clock"], change["events"]["added"])
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from itertools import count
from time import time
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from gto_daemon.client import control, messages, releases
from gto_daemon.client.blocking import LOST_TIMEOUT, Client
from gto_daemon.client.connect import connect_or_start
from gto_daemon.client.errors import CallError, DaemonUnavailable
from gto_daemon.client.lost_responses import explain_lost_act
from gto_daemon.client.paths import absolute
from gto_daemon.client.tables import HISTORY_COLUMNS, RowsTable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from types import TracebackType

    from gto_daemon.protocol import JsonObject
    from gto_daemon.protocol.registry import ChangesResult, HistoryRow

#: Bytes of one answer, in one line. Larger ones end the connection: something is wrong then.
_MAX_LINE = 1 << 30

#: Notifications; None at the end.
_Heard: TypeAlias = "asyncio.Queue[tuple[str, JsonObject] | None]"


class AsyncClient:
    """One connection to the daemon, for one event loop. Usable as an asynchronous context manager."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = count(messages.HANDSHAKE)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._listeners: set[_Heard] = set()
        self._ended: DaemonUnavailable | None = None
        self._closing = False
        self._start = False
        self._environment: Mapping[str, str] = {}
        self._reading = asyncio.create_task(self._read())
        #: What the daemon said of itself: `{server, version, protocol, capabilities, pid}`.
        self.server: JsonObject = {}

    @classmethod
    async def connect(cls, *, start: bool = True, environment: Mapping[str, str] | None = None) -> Self:
        """Connect to the daemon of this user, and start it if need be; see `Client.connect`.

        Raises:
            DaemonUnavailable: with the reason.

        """
        environment = os.environ if environment is None else environment
        client, said = await cls._met(environment, start=start)
        if start and releases.is_outdated(said):
            await client.close()
            await asyncio.to_thread(control.start)  # has the older one replaced
            client, said = await cls._met(environment, start=start)
        if isinstance(said, CallError):
            await client.close()
            raise DaemonUnavailable(f"{said.message} {said.hint}".rstrip()) from said
        client.server = said
        client._start, client._environment = start, environment
        return client

    @classmethod
    async def _met(cls, environment: Mapping[str, str], *, start: bool) -> tuple[Self, JsonObject | CallError]:
        connection, advertised = await asyncio.to_thread(connect_or_start, start=start)
        reader, writer = await asyncio.open_connection(sock=connection, limit=_MAX_LINE)
        client = cls(reader, writer)
        try:
            greeting = messages.handshake(environment, advertised, optional=("didRetire",))
            return client, await client.call("gto/handshake", greeting)
        except CallError as error:
            return client, error
        except BaseException:
            await client.close()
            raise

    @property
    def has_ended(self) -> bool:
        """Whether the daemon has hung up, or this client was closed."""
        return self._ended is not None

    async def call(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """Ask, and wait for the answer: the result member. Cancelling the task cancels the request.

        Raises:
            CallError: the daemon refuses.
            DaemonUnavailable: it ended before it answered.
            TypeError, ValueError: `params` is not JSON.

        """
        if self._ended is not None:
            raise self._ended
        number = next(self._numbers)
        message = messages.request(number, method, params)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        since = time()
        try:
            self._writer.write(message)
            await self._drain()
            return messages.result(await answer)
        except asyncio.CancelledError:
            if number in self._waiting:
                self._writer.write(messages.cancellation(number))
            raise
        except DaemonUnavailable as error:
            if method not in messages.ACTS or self._closing:
                raise
            raise await asyncio.to_thread(self._lost, error, method, params or {}, since) from error
        finally:
            self._waiting.pop(number, None)

    def _lost(
        self, error: DaemonUnavailable, method: str, params: Mapping[str, Any], since: float
    ) -> DaemonUnavailable:
        def ask(question: JsonObject) -> Any:
            with Client.connect(start=self._start, environment=self._environment, timeout=LOST_TIMEOUT) as other:
                return other.call("gto/history", question)

        reason = error.reason.removesuffix("; see: `gtod logs`")
        return explain_lost_act(reason, method, params, since, self._environment, ask)

    async def notifications(self) -> AsyncIterator[tuple[str, JsonObject]]:
        """Method and params of each notification from now on; ends when the daemon hangs up.

        `gto/didRetire` is one: this daemon has left its place to another, and goes on until this client leaves.
        """
        heard = self._listen()
        try:
            while (notification := await heard.get()) is not None:
                yield notification
        finally:
            self._listeners.discard(heard)

    async def changes(
        self,
        repo: str | os.PathLike[str],
        *,
        artifacts: Sequence[str] | None = None,
        stages: Sequence[str] | None = None,
        events: Sequence[str] | None = None,
        since: str | None = None,
    ) -> AsyncIterator[ChangesResult]:
        """Yield the changes of a repository as they come, each with its events, restricted as in `subscribe`.

        The first one is relative to the clock `since`, which any result has; by default to the beginning of the
        iteration. Ends when the daemon hangs up.

        Raises:
            CallError: the daemon refuses.
            DaemonUnavailable: it has ended.

        """

        def is_wanted(row: HistoryRow) -> bool:
            return (
                (artifacts is None or row["artifact"] in artifacts)
                and (stages is None or row["stage"] in stages)
                and (events is None or row["event"] in events)
            )

        def chosen(rows: Sequence[HistoryRow]) -> RowsTable[HistoryRow]:
            return RowsTable(filter(is_wanted, rows), HISTORY_COLUMNS)

        path = absolute(repo)
        async with await self.subscribe(path, artifacts=artifacts, stages=stages, events=events) as subscription:
            clock = subscription.clock if since is None else since
            while True:
                change: ChangesResult = await self.call("gto/changes", {"repo": path, "since": clock})
                clock = change["clock"]
                added, removed = chosen(change["events"]["added"]), chosen(change["events"]["removed"])
                names = {name for name in change["artifacts"] if artifacts is None or name in artifacts}
                if stages is not None or events is not None:
                    names = {row["artifact"] for row in (*added, *removed)}
                if names:
                    change["artifacts"], change["events"] = sorted(names), {"added": added, "removed": removed}
                    yield change
                if await anext(subscription, None) is None:
                    return

    async def subscribe(
        self,
        repo: str | os.PathLike[str],
        *,
        artifacts: Sequence[str] | None = None,
        stages: Sequence[str] | None = None,
        events: Sequence[str] | None = None,
    ) -> Subscription:
        """Return the changes of a repository from now on, restricted to these artifacts, stages and kinds of events.

        Raises:
            CallError: the daemon refuses.
            DaemonUnavailable: it has ended.

        """
        params: JsonObject = {"repo": absolute(repo)}
        given = {"artifacts": artifacts, "stages": stages, "events": events}
        params.update((key, list(value)) for key, value in given.items() if value is not None)
        # Listened before the subscription is made: its first change may come right behind the answer.
        heard = self._listen()
        try:
            answer = await self.call("gto/subscribe", params)
        except BaseException:
            self._listeners.discard(heard)
            raise
        return Subscription(self, heard, answer["subscription"], answer["clock"])

    async def unsubscribe(self, subscription: Subscription) -> None:
        """End a subscription; `Subscription.close` does it."""
        self._listeners.discard(subscription.heard)
        if self._ended is None:
            with contextlib.suppress(DaemonUnavailable):
                await self.call("gto/unsubscribe", {"subscription": subscription.number})

    async def close(self) -> None:
        """End the connection. The daemon drops what it was doing for it."""
        self._closing = True
        self._writer.close()
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def _listen(self) -> _Heard:
        heard: _Heard = asyncio.Queue()
        if self._ended is not None:
            heard.put_nowait(None)
        self._listeners.add(heard)
        return heard

    async def _drain(self) -> None:
        # A connection that is lost is found by the reader, which fails every call alike.
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def _read(self) -> None:
        try:
            while line := await self._reader.readline():
                self._take(json.loads(line))
        except Exception as error:  # noqa: BLE001  (nobody awaits this task: whatever it is, every call is told)
            self._end(f"the connection to the daemon broke: {error!r}; see: `gtod logs`")
        finally:
            self._end("the daemon has ended, or this client was closed; see: `gtod logs`")

    def _take(self, message: JsonObject) -> None:
        if "method" in message:
            for heard in self._listeners:
                heard.put_nowait((message["method"], message.get("params") or {}))
            return
        if message.get("id") is None:
            self._take_unread(message)
            return
        answer = self._waiting.pop(message["id"], None)
        if answer is not None and not answer.done():
            answer.set_result(message)

    def _take_unread(self, message: JsonObject) -> None:
        """Fail the request that the daemon could not read, or all of them where it may be any."""
        waiting = [answer for answer in self._waiting.values() if not answer.done()]
        if len(waiting) == 1:
            waiting[0].set_result(message)
        else:
            self._end(f"the daemon could not read a request: {message['error']['message']}")

    def _end(self, reason: str) -> None:
        if self._ended is not None:
            return
        self._ended = DaemonUnavailable(reason)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(DaemonUnavailable(reason))
        self._waiting.clear()
        for heard in self._listeners:
            heard.put_nowait(None)


class Subscription:
    """The changes of a repository as they come: `{subscription, repo, clock, artifacts, origin}`.

    An asynchronous iterator and context manager. It is in force from the beginning, ends with `close`, and the
    iteration ends when the daemon hangs up, too. `clock` is the state that the first change starts from:
    ask `gto/changes` for the events since then.
    """

    def __init__(self, client: AsyncClient, heard: _Heard, number: int, clock: str) -> None:
        self.clock = clock
        self.number = number
        self.heard = heard
        self._client = client

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> JsonObject:
        while (notification := await self.heard.get()) is not None:
            method, change = notification
            if method == "gto/didChange" and change.get("subscription") == self.number:
                return change
        self.heard.put_nowait(None)  # another caller gets the same
        raise StopAsyncIteration

    async def close(self) -> None:
        """Hear no more."""
        await self._client.unsubscribe(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
