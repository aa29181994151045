"""How soon subscribers hear of a tag, and what it costs to wait for one."""

import json
import os
import selectors
import socket
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep

from benchmarks.bench import Bench
from benchmarks.daemon import Daemon, daemon, line, request
from benchmarks.figures import Row, Series, Table, agree

#: Seconds after which a notification is taken to be lost.
_PATIENCE = 30.0
#: Seconds between two tags, so that each is a change by itself.
_PAUSE = 0.15
_ABOUT = """\
{subscribers} clients are subscribed to a registry of {watched} tags. `git tag -a` makes one more; the time is from the
end of that process to the moment when the last of them has its `gto/didChange`. There is no peer: GTO cannot tell.
Idle is the CPU of the daemon over {idle:g} s in which nothing happens, with all of them subscribed.
"""


@dataclass(slots=True)
class _Heard:
    """Bytes of one subscriber that are no whole line yet."""

    rest: bytes = b""


def measure(bench: Bench) -> Table:
    """Make tags, wait for what is heard of them.

    Raises:
        WrongAnswerError: a subscriber heard of something else, or of nothing.

    """
    scale = bench.scale
    repo = bench.registries.copy(scale.watched)
    with daemon(bench) as running, ExitStack() as stack:
        running.load_language_server()
        subscribers = [stack.enter_context(_subscribed(running, repo)) for _ in range(scale.subscribers)]
        sleep(2 if not bench.smoke else 0.2)  # past the watch's arming, which compares more often
        busy, start = running.cpu(), monotonic()
        sleep(scale.idle)
        idle = (running.cpu() - busy) / (monotonic() - start) * 100
        waits = []
        for number in range(scale.changes):
            waits.append(_wait(bench, repo, f"art-00000#dev#{90_000 + number}", subscribers))
            sleep(_PAUSE)
    about = _ABOUT.format(subscribers=scale.subscribers, watched=f"{scale.watched:,}", idle=scale.idle)
    rows = [
        Row(
            what=f"`git tag` to `gto/didChange`, {scale.subscribers} subscribers, {scale.watched:,} tags",
            ours=Series("ms", tuple(wait * 1e3 for wait in waits)),
            peer=None,
            kind="figure",
            goal=15,
        ),
        Row(what="idle", ours=Series("% of a core", (idle,)), peer=None, kind="figure", goal=1),
    ]
    return Table("Changes", about, rows)


def _subscribed(running: Daemon, repo: Path) -> socket.socket:
    connection = running.connect()
    connection.sendall(request(1, "gto/subscribe", {"repo": str(repo)}) + b"\n")
    answer = json.loads(line(connection))
    if "result" not in answer:
        raise RuntimeError(f"gto/subscribe: {answer}")
    return connection


def _wait(bench: Bench, repo: Path, tag: str, subscribers: list[socket.socket]) -> float:
    """Seconds from the end of `git tag` until the last subscriber heard of it."""
    command = ["git", "tag", "-a", "-m", "for the benchmark", tag, "HEAD"]
    with selectors.DefaultSelector() as selector:
        heard = {connection: _Heard() for connection in subscribers}
        for connection in subscribers:
            selector.register(connection, selectors.EVENT_READ)
        process = subprocess.Popen(command, cwd=repo, env=bench.environment)
        watch = os.pidfd_open(process.pid)
        selector.register(watch, selectors.EVENT_READ)
        waiting = set(subscribers)
        ended = last = 0.0
        while waiting or not ended:
            ready = selector.select(_PATIENCE)
            if not ready:
                agree(f"subscribers that never heard of {tag}", len(waiting), 0)
            for key, _ in ready:
                if key.fd == watch:
                    ended = perf_counter()
                    selector.unregister(watch)
                elif _hears(key.fileobj, heard, tag):  # type: ignore[arg-type]
                    waiting.discard(key.fileobj)
                    last = perf_counter()
        os.close(watch)
        agree("the exit code of git tag", process.wait(), 0)
    return last - ended


def _hears(connection: socket.socket, heard: dict[socket.socket, _Heard], tag: str) -> bool:
    state = heard[connection]
    *lines, state.rest = (state.rest + connection.recv(1 << 20)).split(b"\n")
    for text in lines:
        message = json.loads(text)
        agree("the notification", message["method"], "gto/didChange")
        agree("the artifacts in it", message["params"]["artifacts"], [tag.partition("#")[0]])
    return bool(lines)
