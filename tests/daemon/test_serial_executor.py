"""The thread of a repository is there while it has something to do."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future

import pytest

from gto_daemon.daemon.live.serial_executor import SerialExecutor
from tests.waiting import eventually


@pytest.fixture
def blocked() -> tuple[SerialExecutor, Callable[[], None]]:
    executor, gate = SerialExecutor("git"), threading.Event()
    executor.submit(gate.wait, 30)
    return executor, gate.set


def test_jobs_are_done_one_after_the_other_in_their_order() -> None:
    executor = SerialExecutor("git")
    done: list[int] = []
    running = threading.Lock()

    def job(number: int) -> int:
        assert running.acquire(blocking=False)
        done.append(number)
        running.release()
        return number

    futures: list[Future[int]] = []

    def submit() -> None:
        futures.extend(executor.submit(job, number) for number in range(200))

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(future.result(30) for future in futures) == sorted(list(range(200)) * 4)
    assert len(done) == 800


def test_its_thread_is_given_back_when_it_has_nothing_to_do_and_the_next_job_gets_another() -> None:
    executor = SerialExecutor("only-here")
    for _ in range(3):
        assert executor.submit(lambda: threading.current_thread().name).result(30).startswith("only-here")
        eventually(lambda: executor.is_idle)
        executor.rest()
        eventually(lambda: not [each for each in threading.enumerate() if each.name.startswith("only-here")])


def test_it_does_not_rest_while_something_is_to_be_done(blocked: tuple[SerialExecutor, Callable[[], None]]) -> None:
    executor, go = blocked
    before = threading.active_count()
    executor.rest()
    later = executor.submit(lambda: 3)
    assert not executor.is_idle
    assert threading.active_count() == before
    go()
    assert later.result(30) == 3


def test_a_job_that_fails_fails_alone() -> None:
    executor = SerialExecutor("git")
    failing = executor.submit(lambda: 1 // 0)
    assert executor.submit(lambda: 2).result(30) == 2
    with pytest.raises(ZeroDivisionError):
        failing.result(30)


def test_what_was_taken_before_a_shutdown_is_done(blocked: tuple[SerialExecutor, Callable[[], None]]) -> None:
    executor, go = blocked
    later = executor.submit(lambda: 3)
    executor.shutdown(wait=False)
    with pytest.raises(RuntimeError, match="shutdown"):
        executor.submit(lambda: 4)
    go()
    assert later.result(30) == 3


def test_or_it_is_cancelled(blocked: tuple[SerialExecutor, Callable[[], None]]) -> None:
    executor, go = blocked
    later = executor.submit(lambda: 3)
    executor.shutdown(wait=False, cancel_futures=True)
    go()
    with pytest.raises(CancelledError):
        later.result(30)
    executor.shutdown()
    eventually(lambda: executor.is_idle)
