"""How soon subscribers hear of a tag, and what it costs to wait for one."""

import json
import selectors
import socket
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, perf_counter, sleep

from benchmarks.bench import Bench
from benchmarks.daemon import Daemon, daemon, line, request
from benchmarks.figures import Table, agree, row

#: Seconds after which a notification is taken to be lost.
_PATIENCE = 30.0
#: Seconds between two tags, so that each is a change by itself.
_PAUSE = 0.1
_ABOUT = """\
{subscribers} clients are subscribed to a registry of {watched} tags. A tag whose object is there is made as Git makes
it: a lock file is written and renamed. The time is from that, when the last byte of the ref is written, to the moment
when the last of the clients has its `gto/didChange`. There is no peer: GTO cannot tell. **p99** is of {changes}
changes. Idle is the daemon over {idle:g} s in which nothing happens, with all of them subscribed: its CPU, and how
often a second one of its threads was switched to. All that should be left is a heartbeat, which compares what events
may have missed.
"""


@dataclass(slots=True)
class _Watched:
    """A repository, a daemon, and those that are subscribed there, with the bytes of each that are no line yet."""

    repo: Path
    running: Daemon
    subscribers: list[socket.socket]
    oids: dict[str, str]
    waits: list[float] = field(default_factory=list)


def measure(bench: Bench) -> Table:
    """Make tags, wait for what is heard of them.

    Raises:
        WrongAnswerError: a subscriber heard of something else, or of nothing.

    """
    scale = bench.scale
    tags = [f"art-00000#dev#{90_000 + number}" for number in range(scale.changes)]
    with ExitStack() as stack:
        watched = []
        for number, side in enumerate(bench.sides):
            repo = bench.registries.copy(scale.watched, f"watched-{number}")
            running = stack.enter_context(daemon(side))
            running.load_language_server()
            subscribers = [stack.enter_context(_subscribed(running, repo)) for _ in range(scale.subscribers)]
            watched.append(_Watched(repo, running, subscribers, {tag: _object(repo, tag) for tag in tags}))
        # Past the moment when what was read is stored for the next process, which is no idling.
        sleep(12 if not bench.smoke else 0.2)
        start = monotonic()
        before = [(each.running.cpu(), each.running.switches()) for each in watched]
        sleep(scale.idle)
        after = [(each.running.cpu(), each.running.switches()) for each in watched]
        passed = monotonic() - start
        for tag in tags:
            for each in watched:
                each.waits.append(_wait(each, tag) * 1e3)
                sleep(_PAUSE)
    about = _ABOUT.format(
        subscribers=scale.subscribers, watched=f"{scale.watched:,}", idle=scale.idle, changes=scale.changes
    )
    busy = [[(now[0] - then[0]) / passed * 100] for now, then in zip(after, before, strict=True)]
    woken = [[(now[1] - then[1]) / passed] for now, then in zip(after, before, strict=True)]
    what = f"the ref written to `gto/didChange`, {scale.subscribers} subscribers, {scale.watched:,} tags"
    last = [[sorted(each.waits)[int(len(tags) * 0.99)]] for each in watched]
    rows = [
        row(f"{what}, median", "ms", [each.waits for each in watched], goal=2),
        row(f"{what}, p99", "ms", last, goal=10),
        row("idle, CPU", "% of a core", busy, goal=0.05),
        row("idle, threads", "wake-ups/s", woken, goal=5),
    ]
    return Table("Changes", about, rows)


def _subscribed(running: Daemon, repo: Path) -> socket.socket:
    connection = running.connect()
    connection.sendall(request(1, "gto/subscribe", {"repo": str(repo)}) + b"\n")
    answer = json.loads(line(connection))
    if "result" not in answer:
        raise RuntimeError(f"gto/subscribe: {answer}")
    return connection


def _object(repo: Path, tag: str) -> str:
    """Write the object of a tag of HEAD."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repo, check=True, capture_output=True, text=True).stdout
    text = f"object {head}type commit\ntag {tag}\ntagger Ben Bench <ben@example.com> 1700000000 +0000\n\nAssigning\n"
    command = ["git", "mktag"]
    made = subprocess.run(command, cwd=repo, input=text, check=True, capture_output=True, text=True)
    return made.stdout.strip()


def _wait(watched: _Watched, tag: str) -> float:
    """Make the ref, and return seconds until the last subscriber heard of it."""
    ref = watched.repo / ".git" / "refs" / "tags" / tag
    lock = ref.with_name(f"{ref.name}.lock")
    with selectors.DefaultSelector() as selector:
        for connection in watched.subscribers:
            selector.register(connection, selectors.EVENT_READ, bytearray())
        with lock.open("x") as file:
            file.write(f"{watched.oids[tag]}\n")
        start = last = perf_counter()
        lock.rename(ref)
        while selector.get_map():
            ready = selector.select(_PATIENCE)
            if not ready:
                agree(f"subscribers that never heard of {tag}", len(selector.get_map()), 0)
            for key, _ in ready:
                received: bytearray = key.data
                received += key.fileobj.recv(1 << 20)  # type: ignore[union-attr]
                if received.endswith(b"\n"):
                    last = perf_counter()
                    selector.unregister(key.fileobj)
                    message = json.loads(received)
                    agree("the notification", message["method"], "gto/didChange")
                    agree("the artifacts in it", message["params"]["artifacts"], [tag.partition("#")[0]])
    return last - start
