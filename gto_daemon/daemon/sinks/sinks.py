"""The sinks of the user's fleet: followed and delivered to for as long as `fleet.yaml` names any. On the event loop."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar
from urllib.parse import urlsplit

from gto_daemon import platform
from gto_daemon.daemon.following.supervised import supervise
from gto_daemon.daemon.live.git_thread import in_own_thread
from gto_daemon.daemon.private_dirs import make_private
from gto_daemon.daemon.sinks.delivering import Deliverer, Pauses
from gto_daemon.daemon.sinks.outbox import Outbox
from gto_daemon.daemon.sinks.outbox_tables import Waiting
from gto_daemon.daemon.sinks.publishing import FollowedRepository, Publisher
from gto_daemon.daemon.sinks.secrets import Secrets, user_path
from gto_daemon.daemon.sinks.sending import Sender
from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.heartbeat import until_next_beat
from gto_daemon.protocol.sinks import (
    DeliveriesResult,
    DeliveryState,
    ReplayResult,
    SinkRow,
    SinksResult,
    SinkTestResult,
)
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.cloud_events import test_event
from gto_daemon.registry.fleet.reading import read_fleet
from gto_daemon.registry.fleet.values import MAX_FLEET_FILE, FleetConfig, Sink

logger = logging.getLogger(__name__)

T = TypeVar("T")
#: Seconds between two looks at fleet.yaml, and at whether another process still delivers.
_BEAT: Final = 2.0
_NO_NATS: Final = "This version sends nothing to NATS; what would be sent is kept for 30 days."
#: Seconds after which the outbox is told again which sinks there are.
_NOTE_INTERVAL: Final = 3_600.0
_FILE: Final = "outbox.sqlite"


class FollowedFleet(Protocol):
    """What is needed of a live fleet."""

    async def look(self) -> Sequence[FollowedRepository]:
        """Return the repositories that can be read, as they are now."""

    def listen(self, changed: Callable[[str, frozenset[str]], None]) -> Callable[[], None]:
        """Call with the name of a repository and its artifacts whenever these change. Return how to undo it."""


@dataclass(slots=True)
class _Delivery:
    """A sink that is delivered to."""

    sink: Sink
    deliverer: Deliverer
    task: "asyncio.Task[None]"


class Sinks:
    """Delivers the events of the user's fleet.

    Args:
        file: fleet.yaml, in the user's configuration; None if there is no place for one.
        directory: the directory of the outbox, directly below the user's state; None if there is no place for one.
        follow: returns the live fleet of that file.
        pauses: how long to wait after failures.

    """

    def __init__(
        self,
        file: Path | None,
        directory: Path | None,
        follow: Callable[[], FollowedFleet],
        pauses: Pauses | None = None,
    ) -> None:
        self._file = file
        self._directory = directory
        self._follow = follow
        self._pauses = pauses or Pauses()
        self._config = FleetConfig()
        self._fingerprint: Fingerprint | None = None
        self._outbox: Outbox | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._publisher: Publisher | None = None
        self._deliveries: dict[str, _Delivery] = {}
        #: The sinks that the outbox was told of, and when.
        self._noted: tuple[frozenset[str], float] = (frozenset(), 0.0)
        self._message = ""
        self._task: asyncio.Task[None] | None = None

    @property
    def is_needed(self) -> bool:
        """Whether the process has to stay although it has no clients."""
        return self._task is not None and bool(self._config.sinks)

    def start(self) -> None:
        """Begin to look for sinks, and to deliver."""
        if self._file is not None and self._directory is not None:
            self._task = supervise(self._run, "delivering events")

    async def stop(self) -> None:
        """Stop delivering. What is on its way gets a moment to arrive."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    # --- delivering ----------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            await self._reread()
            if self._config.sinks:
                await self._deliver()
            await until_next_beat(_BEAT)

    async def _reread(self) -> None:
        """Read fleet.yaml where it has changed."""
        if self._fingerprint is not None and not self._fingerprint.racy and self._fingerprint.holds():
            return
        self._fingerprint, config = await in_own_thread(self._read)
        if config is not None:
            self._config = config

    def _read(self) -> tuple[Fingerprint, FleetConfig | None]:
        """Return what fleet.yaml says; None where it cannot be read, and what it said before holds on."""
        file = Path(str(self._file))
        fingerprint = Fingerprint.of([str(file)])
        try:
            text = read_regular_file(file, MAX_FLEET_FILE)
        except OSError as error:
            logger.warning("'%s' cannot be read: %s", file, error)
            return fingerprint, None
        read = read_fleet(text or b"", str(file))
        # A typing error that spoils the whole file ends no delivery.
        is_broken = bool(read.problems) and not read.config.sinks
        return fingerprint, None if is_broken else read.config

    async def _deliver(self) -> None:
        """Deliver until there are no sinks."""
        async with self._alone() as directory, self._opened(directory) as outbox:
            fleet = self._follow()
            publisher = Publisher(lambda: self._config.name, outbox, self._in_outbox, fleet.look, self._wake)
            undo = fleet.listen(publisher.changed)
            publishing: asyncio.Task[None] | None = None
            try:
                while self._config.sinks:
                    await self._apply(outbox)
                    if publishing is None:
                        # Not before the sinks are known, which begin with what happens from then on.
                        publishing = supervise(publisher.run, "writing events into the outbox")
                        self._publisher = publisher
                    await until_next_beat(_BEAT)
                    await self._reread()
            finally:
                self._publisher = None
                undo()
                ended = [each.task for each in self._deliveries.values()]
                for task in [*ended, *([publishing] if publishing is not None else [])]:
                    task.cancel()
                    await asyncio.wait([task])
                self._deliveries.clear()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[Path]:
        """Hold the lock by which one process of the user delivers at a time; wait for it."""
        directory = Path(str(self._directory))
        make_private(directory)
        descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | platform.NOFOLLOW, 0o600)
        try:
            while not platform.try_lock(descriptor):
                self._message = "Another gtod of yours delivers."
                await until_next_beat(_BEAT)
                await self._reread()
            self._message = ""
            yield directory
        finally:
            os.close(descriptor)

    @asynccontextmanager
    async def _opened(self, directory: Path) -> AsyncIterator[Outbox]:
        outbox = Outbox(directory / _FILE)
        self._thread = ThreadPoolExecutor(1, "outbox")
        try:
            await self._in_outbox(outbox.open)
            self._outbox = outbox
            yield outbox
        except RegistryError as error:
            self._message = f"{error.message}. {error.hint}"
            raise
        finally:
            self._outbox = None
            self._noted = frozenset(), 0.0
            await self._in_outbox(outbox.close)
            self._thread.shutdown(wait=False)
            self._thread = None

    async def _in_outbox(self, job: Callable[[], T]) -> T:
        if self._thread is None:
            raise RuntimeError("the outbox is not open")
        return await asyncio.get_running_loop().run_in_executor(self._thread, job)

    async def _apply(self, outbox: Outbox) -> None:
        """Have the deliveries be those of fleet.yaml."""
        wanted = {sink.name: sink for sink in self._config.sinks}
        same = {name for name, each in self._deliveries.items() if wanted.get(name) == each.sink}
        for name in self._deliveries.keys() - same:
            task = self._deliveries.pop(name).task
            task.cancel()
            await asyncio.wait([task])
        new = wanted.keys() - same
        names, looked = self._noted
        if names != wanted.keys() or time.monotonic() - looked >= _NOTE_INTERVAL:
            await self._in_outbox(partial(outbox.configure, list(wanted)))
            self._noted = frozenset(wanted), time.monotonic()
        for name in sorted(name for name in new if wanted[name].kind == "http"):
            deliverer = self._deliverer(wanted[name], outbox)
            task = supervise(deliverer.run, f"delivering to the sink '{name}'")
            self._deliveries[name] = _Delivery(wanted[name], deliverer, task)

    def _deliverer(self, sink: Sink, outbox: Outbox) -> Deliverer:
        return Deliverer(sink, outbox, self._in_outbox, self._connector(sink), self._pauses)

    def _connector(self, sink: Sink) -> Callable[[], Sender]:
        from gto_daemon.daemon.sinks.http_sender import HttpSender  # noqa: PLC0415  (most daemons have no sinks)

        folder = Path(str(self._file)).parent
        secrets = Secrets(sink, folder)
        ca_file = None if sink.ca_file is None else str(user_path(sink.ca_file, folder))
        return lambda: HttpSender(
            sink.urls[0],
            secrets.read,
            refused=secrets.forget,
            allow_private=sink.allow_private,
            ca_file=ca_file,
        )

    def _wake(self) -> None:
        for each in self._deliveries.values():
            each.deliverer.wake()

    # --- asking --------------------------------------------------------------------------------------------------

    async def rows(self) -> SinksResult:
        """Return the sinks, and how far each is."""
        await self._reread()
        rows = []
        for sink in self._config.sinks:
            delivery = self._deliveries.get(sink.name)
            if delivery is not None and self._outbox is not None:
                state = await self._in_outbox(partial(self._outbox.state, sink.name))
                rows.append(delivery.deliverer.row(state, shown_address(sink)))
            else:
                rows.append(waiting_row(sink))
        return {
            "fleet": self._config.name,
            "delivering": self._outbox is not None,
            "message": self._message,
            "sinks": rows,
        }

    async def test(self, name: str) -> SinkTestResult:
        """Send a sink an event of type `dev.gtod.test.v1`.

        Raises:
            RegistryError: `SinkNotFound`.

        """
        sink = await self._sink(name)
        if sink.kind != "http":
            return {"accepted": False, "message": _NO_NATS, "id": ""}
        identity, body = test_event(self._config.name, name, str(time.time_ns()))
        sender = self._connector(sink)()
        try:
            outcome = await in_own_thread(partial(sender.send, Waiting(0, identity, body, 0.0, "")))
        finally:
            sender.close()
        delivery = self._deliveries.get(name)
        if outcome.accepted and delivery is not None:
            delivery.deliverer.retry_now()
        return {"accepted": outcome.accepted, "message": outcome.said, "id": identity}

    async def deliveries(self, name: str | None, state: DeliveryState | None, most: int) -> DeliveriesResult:
        """Return deliveries, the newest first.

        Raises:
            RegistryError: `SinkNotFound`, `OutboxUnusable`.

        """
        if name is not None:
            await self._sink(name)
        outbox = self._working()
        return {"deliveries": await self._in_outbox(partial(outbox.deliveries, name, state, most))}

    async def replay(self, name: str, since: int | None) -> ReplayResult:
        """Have events sent again: those that were given up, or all since a time.

        Raises:
            RegistryError: `SinkNotFound`, `OutboxUnusable`.

        """
        await self._sink(name)
        outbox = self._working()
        if since is None:
            count: int = await self._in_outbox(partial(outbox.revive, name))
        elif self._publisher is None:
            raise _not_delivering(self._message)
        else:
            count = await self._publisher.replay(name, since)
        delivery = self._deliveries.get(name)
        if delivery is not None:
            delivery.deliverer.retry_now()
        return {"events": count}

    async def _sink(self, name: str) -> Sink:
        await self._reread()
        sink = next((sink for sink in self._config.sinks if sink.name == name), None)
        if sink is None:
            raise RegistryError(
                "SinkNotFound",
                f"There is no sink '{name}' in '{self._file}'",
                hint="`gtod sinks list` shows the sinks that there are.",
                sink=name,
            )
        return sink

    def _working(self) -> Outbox:
        if self._outbox is None:
            raise _not_delivering(self._message)
        return self._outbox


def _not_delivering(message: str) -> RegistryError:
    return RegistryError(
        "OutboxUnusable",
        f"This process delivers no events. {message}".rstrip(". "),
        hint="Whether it should, and why it does not: `gtod sinks list`.",
    )


def shown_address(sink: Sink) -> str:
    """Return where a sink is, without what may be a secret: user, path and query."""
    parts = [urlsplit(url) for url in sink.urls]
    return ", ".join(f"{each.scheme}://{each.netloc.rpartition('@')[2]}" for each in parts)


def waiting_row(sink: Sink) -> SinkRow:
    """Return the row of a sink that is not delivered to yet."""
    return {
        "name": sink.name,
        "type": sink.kind,
        "address": shown_address(sink),
        "health": "waiting",
        "message": "" if sink.kind == "http" else _NO_NATS,
        "pending": 0,
        "delivered": 0,
        "dead": 0,
        "oldest_pending": None,
        "last_delivered": None,
    }
