"""The threads of acts: none waits for another, and one that has nothing to do is used again."""

import threading
from queue import SimpleQueue

from gto_daemon.rpc.running.event_loop import ActThreads
from tests.waiting import eventually


def test_a_job_does_not_wait_for_another() -> None:
    threads, begun, end = ActThreads(), threading.Semaphore(0), threading.Event()

    def job() -> None:
        begun.release()
        end.wait(30)

    for _ in range(20):
        threads.start(job)
    assert all(begun.acquire(timeout=30) for _ in range(20))
    end.set()


def test_a_thread_that_has_nothing_to_do_is_used_again_and_then_ends() -> None:
    threads, ran = ActThreads(idle=0.2), SimpleQueue[threading.Thread]()

    def once() -> threading.Thread:
        threads.start(lambda: ran.put(threading.current_thread()))
        return ran.get(timeout=30)

    # The one before may not wait for the next job yet.
    eventually(lambda: once() is once())
    last = once()
    eventually(lambda: not last.is_alive())
