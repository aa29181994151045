"""A daemon that is asked and told a million things: does it stay as small as it was?

    python -m benchmarks.soak --state FILE [--operations N] [--python INTERPRETER]
    python -m benchmarks.soak --repositories N

Of a hundred operations ninety-nine are questions of all kinds, no two in a row alike, and one is an act. Acts come in
cycles that undo themselves, by deleting the tags that they made, so that the registry is as large at the end as at the
beginning. Subscriptions, connections and sessions of editors come and go meanwhile. FILE keeps what was done and
measured: after an interruption the same command goes on, with the daemon that still runs or with a new one.

With `--repositories` so many repositories are asked once each instead.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter
from typing import Any

from benchmarks.bench import SMOKE, Bench, environment_in
from benchmarks.daemon import Daemon, daemon, request, started
from benchmarks.registries import Registries

_TAGS = 1_000
#: Operations of a block: its questions are sent at once.
_BLOCK = 100
#: Operations between two measurements.
_SAMPLE = 10_000
#: Measurements at the beginning of the last half, and at its end, that are compared.
_WINDOW = 15
#: Bytes that the last half of a run may add.
_RISE = 1 << 20
_STAGES = ("dev", "staging", "prod")

Question = tuple[str, dict[str, Any]]


@dataclass
class _State:
    """What is kept from run to run."""

    scratch: str
    done: int = 0
    samples: list[dict[str, float]] = field(default_factory=list)

    def save(self, file: Path) -> None:
        new = file.with_suffix(".new")
        new.write_text(json.dumps(asdict(self)))
        new.replace(file)


class _Line:
    """A connection with one JSON text per line, on which notifications may arrive at any time."""

    def __init__(self, running: Daemon) -> None:
        self.socket = running.connect()
        self._file = self.socket.makefile("rb")
        self._ids = 0
        self.notifications = 0
        self.errors: dict[str, int] = {}
        self.refused: Any = None

    def ask(self, questions: list[Question]) -> list[Any]:
        """The results of requests that are sent at once, in order; None for an error, which is counted by its name."""
        first = self._ids
        self._ids += len(questions)
        messages = [request(first + place, *each) + b"\n" for place, each in enumerate(questions)]
        self.socket.sendall(b"".join(messages))
        answers: dict[int, Any] = {}
        while len(answers) < len(questions):
            line = self._file.readline()
            if not line:
                raise ConnectionError("the daemon hung up")
            message = json.loads(line)
            if "id" not in message:
                self.notifications += 1
                continue
            answers[message["id"] - first] = message.get("result")
            if "error" in message:
                self.refused = message["error"]
                name = (message["error"].get("data") or {}).get("kind", str(message["error"]["code"]))
                self.errors[name] = self.errors.get(name, 0) + 1
        return [answers[place] for place in range(len(questions))]

    def must(self, method: str, **params: Any) -> Any:
        """The result of a request that may not fail."""
        (result,) = self.ask([(method, params)])
        if result is None:
            raise RuntimeError(f"{method} {params}: {self.refused}")
        return result

    def close(self) -> None:
        self._file.close()
        self.socket.close()


class _Walk:
    """What is asked and done in one repository."""

    def __init__(self, repo: Path, environment: dict[str, str], running: Daemon) -> None:
        self._repo = str(repo)
        self._environment = environment
        self._running = running
        self.asking, self._acting, self._following = _Line(running), _Line(running), _Line(running)
        events = self.asking.must("gto/history", repo=self._repo)["events"]
        self._refs = [event["ref"] for event in events if event["event"] != "commit"]
        self._names = sorted({event["artifact"] for event in events})
        self._commits = sorted({event["commit"] for event in events})
        self._clock = self.asking.must("gto/show", repo=self._repo)["clock"]
        self._acts = self._cycle(random.Random(0))
        self._subscription = self._subscribe()

    def _subscribe(self) -> int:
        number: int = self._following.must("gto/subscribe", repo=self._repo)["subscription"]
        return number

    def question(self, luck: random.Random) -> Question:
        name, ref, commit = luck.choice(self._names), luck.choice(self._refs), luck.choice(self._commits)
        stage, number = luck.choice(_STAGES), luck.randrange(1, 1_000_000)
        kinds: list[tuple[int, str, dict[str, Any]]] = [
            (450, "gto/checkRef", {"ref": ref}),
            (30, "gto/checkRef", {"ref": f"{name}@v{number}.0.0"}),
            (150, "gto/show", {"name": name}),
            (30, "gto/show", {"name": f"{name}#{stage}"}),
            (15, "gto/show", {"name": f"nobody-{number}"}),
            (5, "gto/show", {"limit": number % 40 + 1}),
            (1, "gto/show", {"name": name, "as_of": 1_600_000_000 + number}),
            (60, "gto/history", {"name": name, "limit": number % 30 + 1}),
            (5, "gto/history", {"stage": stage, "limit": number % 30 + 1}),
            (60, "gto/describe", {"name": name}),
            (30, "gto/why", {"name": name, "stage": stage}),
            (20, "gto/at", {"rev": commit}),
            (30, "gto/stages", {"used": bool(number % 2)}),
            (5, "gto/artifact", {"name": name, "limit": number % 20 + 1}),
            (3, "gto/compare", {"name": name, "left": "v0.1.0", "right": "latest"}),
            (10, "gto/metrics", {"name": name}),
            (10, "gto/params", {"name": name}),
            (10, "gto/plots", {"name": name}),
            (5, "gto/rules", {}),
            (15, "gto/changes", {"since": self._clock}),
            (1, "gto/audit", {"name": name}),
            (1, "gto/tree", {}),
            (1, "gto/syncStatus", {}),
            (1, "gto/printState", {}),
            (1, "gto/doctor", {}),
            (3, "gto/register", {"name": name, "version": f"v{number}.0.0", "dry_run": True}),
            (2, "gto/register", {"name": "not a name", "dry_run": True}),
        ]
        elsewhere: list[tuple[int, str, dict[str, Any]]] = [
            (30, "gto/parseTag", {"name": f"art-{number}@v{number}.1.0"}),
            (10, "gto/status", {}),
            (5, "gto/repositories", {}),
            (5, f"gto/noSuch{number}", {}),
        ]
        every = [*((weight, method, {"repo": self._repo, **params}) for weight, method, params in kinds), *elsewhere]
        ((_, method, params),) = luck.choices(every, [weight for weight, _, _ in every])
        return method, params

    def _cycle(self, luck: random.Random) -> Iterator[Question]:
        """Acts, one after the other, the last of which take back what the first made."""
        while True:
            known = {"name": luck.choice(self._names), "version": f"v9.{luck.randrange(1_000)}.0"}
            staged = {**known, "stage": luck.choice(_STAGES)}
            fresh = {"name": f"soak-{luck.randrange(10**9)}"}
            yield "gto/register", known
            yield "gto/assign", staged
            yield "gto/unassign", {**staged, "delete": True}
            yield "gto/deregister", {**known, "delete": True}
            yield "gto/register", fresh
            yield "gto/deprecate", fresh
            yield "gto/deprecate", {**fresh, "delete": True, "force": True}

    def block(self, number: int) -> None:
        """One act, and questions for the rest of a block; now and then something comes and goes."""
        luck = random.Random(number)
        method, params = next(self._acts)
        self._clock = self._acting.must(method, repo=self._repo, env=self._environment, **params)["clock"]
        if number % 5 == 0:
            self._following.must("gto/unsubscribe", subscription=self._subscription)
            self._subscription = self._subscribe()
        if number % 7 == 0:
            self.asking.close()
            self.asking = _Line(self._running)
        if number % 50 == 0:
            self._edit(luck)
        self.asking.ask([self.question(luck) for _ in range(_BLOCK - 1)])

    def _edit(self, luck: random.Random) -> None:
        """The session of an editor, which ends without saying so as often as not."""
        document = {"uri": (Path(self._repo) / "artifacts.yaml").as_uri()}
        text = "".join(f"{name}:\n  type: model\n  path: models/{name}\n" for name in luck.sample(self._names, 10))
        place = {"line": 1, "character": 8}
        folders = [{"uri": Path(self._repo).as_uri(), "name": "soak"}]
        initialize: dict[str, Any] = {
            "processId": None,
            "rootUri": folders[0]["uri"],
            "capabilities": {},
            "workspaceFolders": folders,
        }
        changed = {
            "textDocument": {**document, "version": 2},
            "contentChanges": [{"range": {"start": place, "end": place}, "text": "x"}],
        }
        with closing(self._running.connect()) as connection, connection.makefile("rwb") as file:
            sent = [
                (1, "initialize", initialize),
                (None, "initialized", {}),
                (
                    None,
                    "textDocument/didOpen",
                    {"textDocument": {**document, "languageId": "yaml", "version": 1, "text": text}},
                ),
                (2, "textDocument/codeLens", {"textDocument": document}),
                (None, "textDocument/didChange", changed),
                (3, "textDocument/hover", {"textDocument": document, "position": {"line": 0, "character": 2}}),
                (4, "textDocument/completion", {"textDocument": document, "position": place}),
                (5, "textDocument/documentSymbol", {"textDocument": document}),
                (6, "shutdown", None) if luck.random() < 0.5 else (6, "gto/status", {}),
            ]
            for number, method, params in sent:
                _write(file, {"jsonrpc": "2.0", "method": method, "params": params}, number)
            file.flush()
            while _read(file).get("id") != 6:
                pass

    def settle(self) -> None:
        """Hear what was told."""
        self._following.must("gto/status")

    def close(self) -> None:
        for line in (self.asking, self._acting, self._following):
            line.close()


def soak(file: Path, operations: int, python: Path) -> None:
    """Go on from where the file says, and measure."""
    state = (
        _State(**json.loads(file.read_text())) if file.exists() else _State(tempfile.mkdtemp(prefix="soak", dir="/tmp"))
    )
    bench = _bench(Path(state.scratch), python)
    repo = bench.scratch / "registry"
    if not file.exists():
        bench.registries.of(_TAGS).rename(repo)
        # A commit that nothing is registered on yet.
        _git(bench, repo, "commit", "--quiet", "--allow-empty", "--message", "New")
        state.save(file)
    # An act that was interrupted left tags that nobody takes back.
    packed = {
        line.split()[1] for line in (repo / ".git" / "packed-refs").read_text().splitlines() if " refs/tags/" in line
    }
    left = [
        ref
        for ref in _git(bench, repo, "for-each-ref", "--format=%(refname)", "refs/tags").split()
        if ref not in packed
    ]
    for ref in left:
        _git(bench, repo, "update-ref", "-d", ref)
    running = started(bench)
    running.load_language_server()
    walk = _Walk(repo, {name: bench.environment[name] for name in ("HOME", "PATH", "GIT_CONFIG_GLOBAL")}, running)
    begun, before = monotonic(), state.done
    while state.done < operations:
        walk.block(state.done // _BLOCK)
        state.done += _BLOCK
        if state.done % _SAMPLE == 0:
            walk.settle()
            state.samples.append(_sample(running, state.done))
            state.save(file)
            pace = (state.done - before) / (monotonic() - begun)
            print(f"{_said(state.samples[-1])}, {pace:,.0f} operations a second", flush=True)
    held = walk.asking.must("gto/status", repo=str(repo))["repository"]["tags"]
    print(f"errors, as they were asked for: {walk.asking.errors}; {held} tags, {len(packed)} at the beginning")
    walk.close()
    _judge(state.samples)


def _judge(samples: list[dict[str, float]]) -> None:
    """Say by how much the last half of the life of the last daemon rose.

    A daemon returns freed memory each minute, and what it has between is room for work. So what it keeps is the least
    of the measurements of some minutes; their median is said beside it.

    Raises:
        SystemExit: by too much, or descriptors or threads became more.

    """
    life = [each for each in samples if each["pid"] == samples[-1]["pid"]]
    half, end = life[len(life) // 2 :][:_WINDOW], life[-_WINDOW:]
    rise = {key: median(each[key] for each in end) - median(each[key] for each in half) for key in half[0]}
    kept = min(each["uss"] for each in end) - min(each["uss"] for each in half)
    print(f"the last half of {len(life) * _SAMPLE:,} operations: memory that is kept {kept / 2**20:+.2f} MiB,", end=" ")
    print(f"with what is free {rise['uss'] / 2**20:+.2f} MiB,", end=" ")
    print(f"descriptors {rise['descriptors']:+g}, threads {rise['threads']:+g}")
    if kept > _RISE or rise["descriptors"] > 1 or rise["threads"] > 2:
        sys.exit("it grows")


def repositories(count: int, python: Path) -> None:
    """Ask each of so many repositories once."""
    with tempfile.TemporaryDirectory(prefix="soak", dir="/tmp") as name:
        bench = _bench(Path(name), python)
        shared = bench.registries.of(10)
        places = [bench.scratch / "many" / f"{number}" for number in range(count)]
        for place in places:
            _share(shared / ".git", place / ".git")
        with daemon(bench) as running, closing(_Line(running)) as line:
            running.load_language_server()
            times: list[float] = []
            for number, place in enumerate(places, 1):
                start = perf_counter()
                line.must("gto/show", repo=str(place))
                times.append((perf_counter() - start) * 1e3)
                if number % max(1, count // 10) == 0:
                    known = len(line.must("gto/repositories")["repositories"])
                    print(f"{_said(_sample(running, number))}, {known} open, {median(times):.2f} ms each", flush=True)
                    times.clear()


def _share(git: Path, place: Path) -> None:
    """A repository with the refs of another, and its objects."""
    (place / "objects" / "info").mkdir(parents=True)
    (place / "refs").mkdir()
    (place / "objects" / "info" / "alternates").write_text(f"{git / 'objects'}\n")
    for name in ("HEAD", "config", "packed-refs"):
        shutil.copyfile(git / name, place / name)


def _bench(scratch: Path, python: Path) -> Bench:
    return Bench(SMOKE, False, Registries(scratch, scratch), scratch, environment_in(scratch), python, None)


def _sample(daemon: Daemon, done: int) -> dict[str, float]:
    return {
        "done": done,
        "pid": daemon.pid,
        "uss": daemon.memory("Private_Clean", "Private_Dirty"),
        "pss": daemon.memory("Pss"),
        "descriptors": daemon.descriptors(),
        "threads": daemon.threads(),
        "cpu": daemon.cpu(),
    }


def _said(sample: dict[str, float]) -> str:
    memory = f"{sample['uss'] / 2**20:.2f} MiB of its own, {sample['pss'] / 2**20:.2f} MiB with its share of libraries"
    return f"{sample['done']:,}: {memory}, {sample['descriptors']} descriptors, {sample['threads']} threads"


def _git(bench: Bench, repo: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=repo, env=bench.environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def _write(file: Any, message: dict[str, Any], number: int | None) -> None:
    body = json.dumps(message if number is None else {**message, "id": number}).encode()
    file.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


def _read(file: Any) -> dict[str, Any]:
    length = 0
    while (line := file.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    message: dict[str, Any] = json.loads(file.read(length))
    return message


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--state", type=Path, help="where to keep what was done and measured")
    parser.add_argument("--operations", type=int, default=1_000_000, help="how many in all (default: a million)")
    parser.add_argument("--repositories", type=int, help="ask so many repositories once each instead")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="the interpreter that has gtod")
    options = parser.parse_args()
    if options.repositories:
        repositories(options.repositories, options.python)
    elif options.state:
        soak(options.state, options.operations, options.python)
    else:
        parser.error("say --state or --repositories")
