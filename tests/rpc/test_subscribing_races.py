"""A subscription tells every change after the clock of its answer, and none that the answer holds already."""

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from gto_daemon.daemon.live.journal import Change
from gto_daemon.rpc.subscriptions import Filter, Subscriptions


class ClientWriter:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.is_slow = False

    def send(self, *pieces: bytes) -> None:
        self.sent.append(json.loads(b"".join(pieces))["params"])

    def resume(self) -> None:
        """Nothing waits for it."""

    def note_held(self) -> None:
        """Nothing is counted."""

    def cut(self, reason: str) -> None:
        raise AssertionError(reason)


class Changing:
    """A worktree that changes while its snapshot is on the way to whoever asked for it."""

    def __init__(self, *, before_the_answer: list[int], clock: int, on_the_way: list[int]) -> None:
        self._before, self._clock, self._after = before_the_answer, clock, on_the_way
        self.listener: Callable[[Change], None] = lambda _: None

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        self.listener = listener
        return lambda: None

    async def fresh(self) -> object:
        for number in self._before + self._after:
            self.listener(change(number))
        await asyncio.sleep(0)
        return SimpleNamespace(clock=f"i:w:{self._clock}")


def change(number: int) -> Change:
    return Change("/repo", f"i:w:{number}", frozenset((f"a{number}",)), (), ())


async def told(worktree: Changing) -> list[tuple[str, list[str]]]:
    writer = ClientWriter()
    await Subscriptions(writer).add(cast("Any", worktree), Filter())
    await asyncio.sleep(0)
    worktree.listener(change(9))
    return [(params["clock"], params["artifacts"]) for params in writer.sent]


async def test_a_change_that_the_answer_holds_is_not_told_with_one_that_it_does_not_hold() -> None:
    worktree = Changing(before_the_answer=[1, 2], clock=2, on_the_way=[3, 4])
    assert await told(worktree) == [("i:w:4", ["a3", "a4"]), ("i:w:9", ["a9"])]


async def test_changes_that_the_answer_holds_are_not_told() -> None:
    assert await told(Changing(before_the_answer=[1, 2], clock=2, on_the_way=[])) == [("i:w:9", ["a9"])]


async def test_the_first_clock_of_all_is_a_clock_like_any_other() -> None:
    assert (await told(Changing(before_the_answer=[], clock=0, on_the_way=[1])))[0] == ("i:w:1", ["a1"])
