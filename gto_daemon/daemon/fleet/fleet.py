"""A fleet that is alive: its repositories, its clock, and who listens. On the event loop."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gto_daemon.daemon.fleet.journal import FleetJournal, FleetStep
from gto_daemon.daemon.fleet.member import Looks, Member
from gto_daemon.daemon.fleet.places import FleetPlace, FleetPlaces, find_places
from gto_daemon.daemon.fleet.remote_source import RemoteSource, path_of_env_file
from gto_daemon.daemon.fleet.remotes import Remotes
from gto_daemon.daemon.fleet.sources import FleetSource, LocalSource
from gto_daemon.daemon.fleet.state import FleetState, unreadable_repository
from gto_daemon.daemon.following.supervised import supervise
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.git_thread import in_own_thread
from gto_daemon.daemon.live.journal import Change
from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.heartbeat import until_next_beat
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.values import FleetConfig
from gto_daemon.registry.problems import Problem

log = logging.getLogger(__name__)

#: Seconds for which a question waits for repositories of which none comes to an end.
ANSWER_TIMEOUT: Final = 10.0
#: Seconds between two looks at the file, and at repositories that cannot be read.
_BEAT: Final = 2.0
#: Repositories that cannot be read and are tried again in one beat.
_MAX_RETRIES: Final = 32
#: Looks after which threads are given back: a thousand repositories that are opened need not have a thousand.
_LOOKS_BEFORE_REST: Final = 64

Listener = Callable[[FleetStep], None]


class Fleet:
    """Keeps what the repositories of one file have, each as it changes.

    Args:
        hub: what opens repositories.
        file: the path of the file.
        own: whether it is the file in the user's configuration.
        remotes: looks at the remotes.

    Attributes:
        looks: how often each thing was done.
        used: when somebody last asked, `time.monotonic()`.

    """

    def __init__(self, hub: Hub, file: Path, *, own: bool, remotes: Remotes) -> None:
        self.looks = Looks()
        self.used = time.monotonic()
        self._hub = hub
        self._file = file
        self._own = own
        self._remotes = remotes
        self._places: FleetPlaces | None = None
        self._reading = asyncio.Lock()
        self._members: dict[str, Member] = {}
        self._journal = FleetJournal()
        self._listeners: dict[object, Listener] = {}
        self._state: FleetState | None = None
        #: The folders of the repositories, as they were before all paths were last found to lead where they lead.
        self._folders: Fingerprint | None = None
        self._rested = 0
        self._retried = 0
        self._task = supervise(self._watch, f"follow the fleet of {file}")

    # --- answering -----------------------------------------------------------------------------------------------

    async def fresh(self, read_generation: int | None = None) -> FleetState:
        """Return the fleet as it was at some moment after this call began.

        A repository that does not answer in time is as it was last known, and says so.

        Raises:
            RegistryError: `FleetUnreadable`.

        """
        self.used = time.monotonic()
        await self._reread()
        folders, self._folders = self._folders, None
        is_there = folders is not None and not folders.racy and folders.holds()
        if not is_there:
            # Taken before the paths are looked at one by one.
            folders = Fingerprint.of({each.folder for each in self._members.values() if each.folder is not None})
        members = list(self._members.values())
        # Asked once for all of them, in this turn of the loop.
        is_quiet = read_generation is not None and self._hub.is_quiet()
        stale = [each for each in members if not each.is_current(read_generation, is_there=is_there, is_quiet=is_quiet)]
        looks = {member.look(): member for member in stale}
        for look in looks:
            look.add_done_callback(lambda _: self._rest())
        waited_for = {look for look, member in looks.items() if not member.is_late}
        while waited_for:
            # A thousand that are opened take their time, and are waited for as long as some of them come to an end.
            done, waited_for = await asyncio.wait(waited_for, timeout=ANSWER_TIMEOUT)
            if not done:
                for look in waited_for:
                    looks[look].is_late = True
                self._touch()
                break
        if members == list(self._members.values()):
            self._folders = folders
        return self._current()

    def changes(self, since: str) -> dict[str | None, Change] | None:
        """Return the net change of each repository since a clock; None if that is unknown or too old."""
        return self._journal.since(since)

    @property
    def config(self) -> FleetConfig:
        """What the file says, as it was last read."""
        return FleetConfig() if self._places is None else self._places.config

    def _current(self) -> FleetState:
        if self._state is None:
            states = tuple(member.state() for member in self._members.values())
            problems = () if self._places is None else self._places.problems
            self._state = FleetState(self._journal.clock, states, (*problems, *self._unreadable()))
        return self._state

    def _unreadable(self) -> list[Problem]:
        return [
            unreadable_repository(member.place, member.refusal, str(self._file))
            for member in self._members.values()
            if member.refusal is not None
        ]

    # --- telling -------------------------------------------------------------------------------------------------

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each step of the clock. Return how to undo it."""
        key = object()
        self._listeners[key] = listener

        def undo() -> None:
            self._listeners.pop(key, None)
            self.used = time.monotonic()

        return undo

    @property
    def has_listeners(self) -> bool:
        """Whether there are listeners."""
        return bool(self._listeners)

    @property
    def has_remotes(self) -> bool:
        """Whether there are remotes, which are looked at though nobody asks."""
        return any(isinstance(member.source, RemoteSource) for member in self._members.values())

    async def begin(self) -> None:
        """Begin to follow the remotes. Nothing else is looked at.

        Raises:
            RegistryError: `FleetUnreadable`.

        """
        await self._reread()

    def _looked_at(self, source: RemoteSource) -> None:
        """Tell that a look at a remote found something, or failed in another way than before."""
        for member in self._members.values():
            if member.source is source:
                self._step(member.place.name, Change("", "", frozenset(), (), ()))
                if self._listeners:
                    member.look()

    def _changed(self, member: Member, change: Change) -> None:
        if self._members.get(member.place.name) is member:
            self._step(member.place.name, change)

    def _step(self, repository: str | None, change: Change) -> None:
        step = self._journal.step(repository, change)
        self._touch()
        for key in tuple(self._listeners):
            # An earlier listener of this round may have removed this one.
            listener = self._listeners.get(key)
            if listener is None:
                continue
            try:
                listener(step)
            except Exception:
                # The others are told all the same.
                log.exception("a listener failed")

    def _touch(self) -> None:
        self._state = None

    # --- the file ------------------------------------------------------------------------------------------------

    async def _reread(self) -> None:
        """Read the file again where it has changed, or what its globs find."""
        async with self._reading:
            if self._places is not None and self._places.holds():
                return
            places = await in_own_thread(lambda: find_places(self._file, own=self._own))
            before, self._places = self._places, places
            if before is None or (before.places, before.problems) != (places.places, places.problems):
                self._apply(places, is_news=before is not None and before.problems != places.problems)

    def _apply(self, places: FleetPlaces, *, is_news: bool) -> None:
        known, self._members = self._members, {}
        for place in places.places:
            source = self._source(place)
            member = known.get(place.name)
            if member is not None and member.source.key == source.key:
                member.place = place
                self._members[place.name] = known.pop(place.name)
                source.close()
            else:
                self._members[place.name] = Member(place, source, self._hub, self.looks, self._changed, self._touch)
                if isinstance(source, RemoteSource):
                    self._remotes.follow(source, self._looked_at)
        self._touch()
        for member in known.values():
            self._step(member.place.name, Change("", "", member.artifacts, (), ()))
            member.close()
        if is_news:
            self._step(None, Change("", "", frozenset(), (), ()))

    def _source(self, place: FleetPlace) -> FleetSource:
        if place.path is not None:
            return LocalSource(place.path)
        return RemoteSource.of(place.entry, path_of_env_file(self._file, self.config.env_file), self._hub.ledgers)

    # --- looking -------------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Look regularly at what no repository tells: its file, and what cannot be read."""
        while True:
            await until_next_beat(_BEAT)
            self._rest(now=True)
            if not self._listeners and not self.has_remotes:
                continue
            try:
                await self._reread()
            except RegistryError as error:
                log.warning("%s", error.message)
            if not self._listeners:
                continue
            members = list(self._members.values())
            failed = [member for member in members if member.has_failed and not member.is_late]
            start = self._retried % max(1, len(failed))
            self._retried = start + _MAX_RETRIES
            new = [member for member in members if member.is_new]
            for member in (*new, *(failed[start:] + failed[:start])[:_MAX_RETRIES]):
                member.look()

    def _rest(self, *, now: bool = False) -> None:
        if now or self.looks.done - self._rested >= _LOOKS_BEFORE_REST:
            self._rested = self.looks.done
            for member in self._members.values():
                member.rest()

    def close(self) -> None:
        """Let go of all repositories."""
        self._task.cancel()
        for member in self._members.values():
            member.close()
        self._members = {}
