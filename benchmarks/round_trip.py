"""A request over the unix socket, against the least that a server on asyncio can do with the same bytes."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.bench import Bench
from benchmarks.daemon import Daemon, connected, cpu_of, daemon, line, request
from benchmarks.figures import Kind, Row, Series, Table, Unit, agree

#: Requests on their way at once.
WINDOW = 64
#: Ids of one length, so that all answers to a question have one length too.
_FIRST_ID = 1_000_000
_ABOUT = """\
The peer is a server on a bare `asyncio.Protocol` in a process of its own. It cuts off frame by frame and answers each
with the bytes that gtod answered, which it was given beforehand: it parses nothing, knows nothing and encodes nothing.
Both get the same requests from the same client, in blocks that take turns. One at a time: the median of a block, with
client and server on a core each, or on one core, where no time is spent on waking the other. Pipelined: {window}
requests on their way at once. "Each tag in turn" asks for {asked} tags one after the other. gtod parses and
checks each request, and compares path and repository with what it knows of them, once for each read of the socket.
"""


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, again and again: its params in turn, and how frames are cut."""

    what: str
    method: str
    params: Sequence[dict[str, str]]
    style: str = "lines"

    def frame(self, body: bytes) -> bytes:
        return body + b"\n" if self.style == "lines" else b"Content-Length: %d\r\n\r\n%b" % (len(body), body)

    def requests(self, count: int) -> list[bytes]:
        every = self.params
        return [
            self.frame(request(_FIRST_ID + place, self.method, every[place % len(every)])) for place in range(count)
        ]


def measure(bench: Bench) -> Table:
    """Ask gtod and the peer.

    Raises:
        WrongAnswerError: an answer is not the one that it should be.

    """
    repo = str(bench.registries.of(bench.scale.asked))
    with daemon(bench) as running:
        running.load_language_server()
        rows = [row for question in _questions(bench, running, repo) for row in _compared(bench, running, question)]
    return Table("Round trips", _ABOUT.format(window=WINDOW, asked=f"{bench.scale.asked:,}"), rows)


def _questions(bench: Bench, running: Daemon, repo: str) -> list[_Question]:
    events = running.call("gto/history", repo=repo)["events"]
    tags = [event["ref"] for event in events if event["event"] != "commit"]
    agree("the tags in the history", len(tags), bench.scale.asked)
    one = {"repo": repo, "ref": tags[0]}
    return [
        _Question("`gto/checkRef`", "gto/checkRef", [one]),
        _Question("`gto/show NAME`", "gto/show", [{"repo": repo, "name": events[0]["artifact"]}]),
        _Question("`gto/checkRef`, LSP's framing", "gto/checkRef", [one], "headers"),
        _Question("`gto/checkRef`, each tag in turn", "gto/checkRef", [{"repo": repo, "ref": tag} for tag in tags]),
    ]


def _compared(bench: Bench, running: Daemon, question: _Question) -> Iterator[Row]:
    answers = _answers(running, question)
    count = bench.scale.requests
    asked = question.requests(count)
    # gtod answers each id, the peer always the first one, which has as many digits.
    told = (
        [question.frame(_with_id(answers[place % len(answers)], place)) for place in range(count)],
        [question.frame(answers[place % len(answers)]) for place in range(count)],
    )
    shared, apart, piped, busy = _pair(), _pair(), _pair(), _pair()
    with _canned(bench, answers, question.style) as (peer, peer_pid):
        for _ in range(bench.scale.blocks):
            for side, (path, pid) in enumerate(((running.socket, running.pid), (peer, peer_pid))):
                for together, times in ((True, shared), (False, apart)):
                    with _placed(pid, together=together), connected(path) as connection:
                        times[side].append(_one_at_a_time(connection, asked, told[side]))
                with _placed(pid, together=False), connected(path) as connection:
                    before = cpu_of(pid)
                    piped[side].append(_pipelined(connection, asked, told[side]))
                    busy[side].append((cpu_of(pid) - before) / count * 1e6)
    sizes = [f"{len(told[side][0]):,}" for side in (0, 1)]
    note = f"{len(asked[0]):,} bytes asked of both, {sizes[0]} answered by gtod, {sizes[1]} by the peer"
    cpu = f"CPU of the server for a request: gtod {min(busy[0]):.1f} µs, the peer {min(busy[1]):.1f} µs"
    kinds: list[tuple[str, tuple[list[float], list[float]], Unit, Kind, float, str]] = [
        ("one at a time", apart, "µs", "slower", 2.0, note),
        ("one at a time, on one core", shared, "µs", "slower", 2.0, note),
        ("pipelined", piped, "/s", "rate", 0.4, cpu),
    ]
    for how, (ours, theirs), unit, kind, goal, said in kinds:
        yield Row(
            what=f"{question.what}, {how}",
            ours=Series(unit, tuple(ours)),
            peer=Series(unit, tuple(theirs)),
            kind=kind,
            goal=goal if len(question.params) == 1 else None,
            note=said,
        )


@contextmanager
def _placed(server: int, *, together: bool) -> Iterator[None]:
    """Have this process and the server `together` on one core, or on a core each, where there are two.

    Left to itself the kernel does now this, now that, and waking another core takes longer than an answer.
    """
    cores = sorted(os.sched_getaffinity(0))
    threads = [int(thread.name) for thread in Path(f"/proc/{server}/task").iterdir()]
    try:
        _place((0,), cores[:1])
        _place(threads, cores[:1] if together else cores[-1:])
        yield
    finally:
        _place((0, *threads), cores)


def _place(threads: Iterable[int], cores: Sequence[int]) -> None:
    for thread in threads:
        # The server ends threads that have nothing to do.
        with suppress(ProcessLookupError):
            os.sched_setaffinity(thread, cores)


def _answers(running: Daemon, question: _Question) -> list[bytes]:
    """What gtod answers to each of the params: what the peer will say, and what both are held to."""
    answers = []
    with running.connect() as connection:
        for params in question.params:
            connection.sendall(request(_FIRST_ID, question.method, params) + b"\n")
            answer = line(connection)[:-1]
            if question.method == "gto/checkRef":
                agree("checkRef's tag", json.loads(answer)["result"]["event"]["tag"], params["ref"])
            else:
                versions = json.loads(answer)["result"]["versions"]
                agree("show's artifact", {version["artifact"] for version in versions}, {params["name"]})
            answers.append(answer)
    return answers


@contextmanager
def _canned(bench: Bench, answers: list[bytes], style: str) -> Iterator[tuple[Path, int]]:
    path, file = bench.scratch / "canned.sock", bench.scratch / "canned.json"
    path.unlink(missing_ok=True)
    file.write_text(json.dumps([answer.decode() for answer in answers]))
    command = [sys.executable, "-m", "benchmarks.canned", str(path), str(file), style]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=bench.environment, encoding="utf-8"
    ) as process:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError(f"the peer did not start: {' '.join(command)}")
        yield path, process.pid
        process.communicate()


def _pair() -> tuple[list[float], list[float]]:
    return [], []


def _one_at_a_time(connection: socket.socket, asked: list[bytes], told: list[bytes]) -> float:
    """Microseconds that a request takes, the median."""
    times = []
    heard = []
    for ask, tell in zip(asked, told, strict=True):
        size = len(tell)
        start = perf_counter()
        connection.sendall(ask)
        answer = connection.recv(1 << 20)
        while len(answer) < size:
            answer += connection.recv(1 << 20)
        times.append(perf_counter() - start)
        heard.append(answer)
    _check(heard, told)
    return median(times) * 1e6


def _pipelined(connection: socket.socket, asked: list[bytes], told: list[bytes]) -> float:
    """Requests a second, `WINDOW` of them on their way at once."""
    ends = []
    end = 0
    for tell in told:
        end += len(tell)
        ends.append(end)
    received: list[bytes] = []
    size = answered = sent = 0
    start = perf_counter()
    while answered < len(asked):
        more = min(answered + WINDOW, len(asked))
        if more > sent:
            connection.sendall(b"".join(asked[sent:more]))
            sent = more
        chunk = connection.recv(1 << 20)
        received.append(chunk)
        size += len(chunk)
        while answered < len(asked) and ends[answered] <= size:
            answered += 1
    rate = len(asked) / (perf_counter() - start)
    stream = b"".join(received)
    _check([stream[end - len(tell) : end] for end, tell in zip(ends, told, strict=True)], told)
    return rate


def _check(heard: list[bytes], told: list[bytes]) -> None:
    for place, (answer, expected) in enumerate(zip(heard, told, strict=True)):
        agree(f"answer {place}", answer, expected)


def _with_id(answer: bytes, place: int) -> bytes:
    return answer.replace(b'"id":%d' % _FIRST_ID, b'"id":%d' % (_FIRST_ID + place), 1)
