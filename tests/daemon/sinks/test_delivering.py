"""Delivering: every event at least once, in order per artifact, whatever a receiver does."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.daemon.sinks.delivering import Deliverer, Pauses
from gto_daemon.daemon.sinks.http_sender import HttpSender
from gto_daemon.daemon.sinks.outbox import Outbox
from gto_daemon.daemon.sinks.outbox_tables import Enqueued
from gto_daemon.registry.fleet.cloud_events import FleetEvent, cloud_event
from gto_daemon.registry.fleet.reading import read_fleet
from gto_daemon.registry.fleet.signing import read_secret
from gto_daemon.registry.fleet.values import Sink
from tests.receiver import SECRET, Receiver, receiving, refuse
from tests.waiting import soon

QUICK = Pauses(0.02, 0.1, 0.01, 0.05)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def made(number: int, artifact: str) -> Enqueued:
    ref = f"{artifact}@v{number}.0.0"
    event = FleetEvent("mlops", "version.registered", artifact, ref, None, f"{number:040}", f"v{number}.0.0", None)
    return Enqueued(
        event.id("models"), event.kind, "mlops", artifact, None, ref, event.new, cloud_event("models", event)
    )


@asynccontextmanager
async def delivering(tmp_path: Path, receiver: Receiver, events: list[Enqueued], **of_sink: Any) -> AsyncIterator[Any]:
    text = f"sinks: [{{name: a, type: http, url: '{receiver.url}', secret_file: s, allow_private: true}}]"
    (sink,) = read_fleet(text.encode()).config.sinks
    sink = replace(sink, **of_sink)
    outbox = Outbox(tmp_path / "state" / "outbox" / "outbox.sqlite")
    thread = ThreadPoolExecutor(1)

    async def in_outbox(job: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(thread, job)

    await in_outbox(outbox.open)
    await in_outbox(lambda: outbox.configure(["a"]))
    await in_outbox(lambda: outbox.record(events))
    deliverer = Deliverer(sink, outbox, in_outbox, lambda: connected(sink), QUICK)
    task = asyncio.create_task(deliverer.run())
    try:
        yield deliverer, lambda: in_outbox(lambda: outbox.state("a"))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await in_outbox(outbox.close)
        thread.shutdown()


def connected(sink: Sink) -> HttpSender:
    return HttpSender(sink.urls[0], lambda: [read_secret(SECRET.encode(), "a")], allow_private=True)


async def until_pending(count: int, state: Any) -> Any:
    """What is known of the sink, once no more than so many events wait for it."""
    async with asyncio.timeout(30):
        while (found := await state()).pending > count:  # noqa: ASYNC110  (the outbox tells nobody)
            await asyncio.sleep(0.01)
    return found


def in_order(receiver: Receiver) -> bool:
    numbers: dict[str, int] = {}
    for event in receiver.first_seen():
        artifact, number = event["data"]["artifact"], int(event["data"]["version"][1:].split(".")[0])
        if number <= numbers.get(artifact, 0):
            return False
        numbers[artifact] = number
    return True


async def test_what_fails_is_tried_again_and_the_order_of_each_artifact_stays(
    tmp_path: Path, receiver: Receiver
) -> None:
    def flaky(handler: Any, event: dict[str, Any]) -> bool:
        tried = sum(other["id"] == event["id"] for other in receiver.tries)
        return tried > int(event["id"][-1], 16) % 3 or refuse(handler, 500)

    receiver.answer = flaky
    events = [made(number, f"artifact-{number % 7}") for number in range(1, 50)]
    async with delivering(tmp_path, receiver, events) as (_, state):
        found = await until_pending(0, state)
    assert (found.delivered, found.dead) == (49, 0)
    assert len(receiver.first_seen()) == 49
    assert in_order(receiver)


async def test_one_event_that_is_never_accepted_holds_up_its_artifact_alone(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answer = lambda handler, event: event["data"]["version"] != "v3.0.0" or refuse(handler, 400)
    events = [made(number, f"artifact-{number % 2}") for number in range(1, 20)]
    async with delivering(tmp_path, receiver, events) as (_, state):
        assert (await until_pending(9, state)).delivered == 10
    held_up = [event for event in receiver.first_seen() if event["data"]["artifact"] == "artifact-1"]
    assert [event["data"]["version"] for event in held_up] == ["v1.0.0"]


async def test_an_event_that_was_tried_long_enough_is_given_up(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answer = lambda handler, event: event["data"]["version"] != "v1.0.0" or refuse(handler, 400)
    events = [made(number, "churn") for number in (1, 2)]
    async with delivering(tmp_path, receiver, events, dead_after=0.05) as (_, state):
        found = await until_pending(0, state)
    assert (found.delivered, found.dead) == (1, 1)


async def test_a_sink_that_asks_for_a_pause_gets_it(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answer = lambda handler, _: refuse(handler, 429, {"Retry-After": "3600"})
    events = [made(number, "churn") for number in range(1, 9)]
    async with delivering(tmp_path, receiver, events) as (deliverer, state):
        found = await state()
        row = await soon(lambda: (row := deliverer.row(found, ""))["health"] == "failing" and row)
        assert row["message"].startswith("HTTP 429 Too Many Requests; it is tried again in 3600 s")
        receiver.answer = lambda _handler, _event: True
        deliverer.retry_now()
        await until_pending(0, state)
    assert len(receiver.first_seen()) == 8
