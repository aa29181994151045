"""A request over the unix socket, against the least that a server on asyncio can do with the same bytes."""

import json
import os
import socket
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.bench import Bench
from benchmarks.daemon import Daemon, connected, cpu_of, daemon, line, request
from benchmarks.figures import Row, Table, agree, agree_on_common, row

#: Requests on their way at once.
WINDOW = 64
#: Ids of one length, so that all answers to a question have one length too.
_FIRST_ID = 1_000_000
_ABOUT = """\
The peer is a server on a bare `asyncio.Protocol` in a process of its own. It cuts off frame by frame and answers each
with the bytes that gtod answered, which it was given beforehand: it parses nothing, knows nothing and encodes nothing.
Both get the same requests from the same client, in blocks that take turns. No two requests of a block are the same
bytes: `gto/checkRef` asks for each of {asked} tags, `gto/show NAME` for each artifact, over and over. Each was asked
once before, so that its answer is [kept](decisions/answers-are-kept-with-their-snapshot.md) until something changes;
the first time takes longer. One at a time: the median of a block, with client and server on a core each, or on one
core, where no time is spent on waking the other. Pipelined: {window} requests on their way at once.
"""
#: Of a question: what its rows are called, its method, how frames are cut, and the goals of one at a time, of the same
#: on one core, and pipelined.
_QUESTIONS: list[tuple[str, str, str, tuple[float | None, float | None, float | None]]] = [
    ("`gto/checkRef`", "gto/checkRef", "lines", (1.4, 1.7, 0.25)),
    ("`gto/checkRef`, LSP's framing", "gto/checkRef", "headers", (None, None, None)),
    ("`gto/show NAME`", "gto/show", "lines", (None, None, None)),
]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked: its params in turn, and how frames are cut."""

    method: str
    params: Sequence[dict[str, str]]
    style: str

    def frame(self, body: bytes) -> bytes:
        return body + b"\n" if self.style == "lines" else b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


@dataclass(frozen=True, slots=True)
class _Party:
    """A server: where it listens, what it has to answer, and what was measured of it."""

    socket: Path
    pid: int
    told: list[bytes]
    apart: list[float] = field(default_factory=list)
    shared: list[float] = field(default_factory=list)
    piped: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)


def measure(bench: Bench) -> Table:
    """Ask gtod and the peer.

    Raises:
        WrongAnswerError: an answer is not the one that it should be.

    """
    repo = str(bench.registries.of(bench.scale.asked))
    rows: list[Row] = []
    with ExitStack() as stack:
        served = [stack.enter_context(daemon(side)) for side in bench.sides]
        for each in served:
            each.load_language_server()
        events = served[0].call("gto/history", repo=repo)["events"]
        tags = [event["ref"] for event in events if event["event"] != "commit"]
        agree("the tags in the history", len(tags), bench.scale.asked)
        params = {
            "gto/checkRef": [{"repo": repo, "ref": tag} for tag in tags],
            "gto/show": [{"repo": repo, "name": name} for name in dict.fromkeys(event["artifact"] for event in events)],
        }
        for what, method, style, goals in _QUESTIONS:
            rows += _compared(bench, served, what, _Question(method, params[method], style), goals)
    return Table("Round trips", _ABOUT.format(window=WINDOW, asked=f"{bench.scale.asked:,}"), rows)


def _compared(
    bench: Bench, served: list[Daemon], what: str, question: _Question, goals: Sequence[float | None]
) -> Iterator[Row]:
    count = bench.scale.requests
    places = [place % len(question.params) for place in range(count)]
    asked = [
        question.frame(request(_FIRST_ID + number, question.method, question.params[place]))
        for number, place in enumerate(places)
    ]
    answers = [_answers(each, question) for each in served]
    for each in zip(*answers, strict=True):
        agree_on_common(question.method, [json.loads(answer)["result"] for answer in each])
    with _canned(bench, answers[0], question.style) as (peer, peer_pid):
        # gtod answers each id, the peer always the first one, which has as many digits.
        parties = [
            _Party(
                each.socket,
                each.pid,
                [question.frame(_with_id(own[place], number)) for number, place in enumerate(places)],
            )
            for each, own in zip(served, answers, strict=True)
        ]
        parties.append(_Party(peer, peer_pid, [question.frame(answers[0][place]) for place in places]))
        for _ in range(bench.scale.blocks):
            for party in parties:
                for together, times in ((True, party.shared), (False, party.apart)):
                    with _placed(party.pid, together=together), connected(party.socket) as connection:
                        times.append(_one_at_a_time(connection, asked, party.told))
                with _placed(party.pid, together=False), connected(party.socket) as connection:
                    before = cpu_of(party.pid)
                    party.piped.append(_pipelined(connection, asked, party.told))
                    party.busy.append((cpu_of(party.pid) - before) / count * 1e6)
    *builds, theirs = parties
    yield row(
        f"{what}, one at a time",
        "µs",
        [each.apart for each in builds],
        theirs.apart,
        kind="slower",
        goal=goals[0],
        note=f"{len(asked[0]):,} bytes asked, {len(builds[0].told[0]):,} answered by gtod and by the peer",
    )
    yield row(
        f"{what}, one at a time, on one core",
        "µs",
        [each.shared for each in builds],
        theirs.shared,
        kind="slower",
        goal=goals[1],
    )
    cpu = [f"{min(each.busy):.1f} µs" for each in parties]
    yield row(
        f"{what}, pipelined",
        "/s",
        [each.piped for each in builds],
        theirs.piped,
        kind="rate",
        goal=goals[2],
        note=f"CPU of the server for a request: gtod {cpu[0]}, the peer {cpu[-1]}",
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
    command = [*bench.peer("canned"), str(path), str(file), style]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=bench.environment, encoding="utf-8"
    ) as process:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError(f"the peer did not start: {' '.join(command)}")
        yield path, process.pid
        process.communicate()


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
