"""What an editor waits for after a keystroke, against another language server in Python on a file of the same size."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.bench import Bench
from benchmarks.daemon import daemon
from benchmarks.figures import Table, agree, row
from benchmarks.language_client import LanguageClient, is_answer, is_diagnostics, language_server

_ABOUT = """\
An `artifacts.yaml` of {artifacts:,} artifacts ({size:,} characters) in a registry of {tags:,} tags is open in an
editor, through `gtod lsp` and the shared daemon. A keystroke is one edit, and the code lenses and the diagnostics of
the whole file asked for behind it; a completion is asked for behind that. The time is from the first byte sent to the
last byte received. **p95** is the slowest twentieth of {keystrokes} keystrokes, once for each block.

The peer is jedi-language-server, which is made with pygls too, on a Python file of as many characters: the diagnostics
that it publishes after an edit, less the second for which it waits on purpose before it begins, and its completions.
"""
#: Files that are made to hold a reader up.
_HOSTILE = {
    "a bomb of aliases": "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(9)),
    "100,000 open brackets": "a: " + "[" * 100_000,
    "5 MB": "a: {}\n" * 833_334,
    "400,000 nodes": "a: [" + "1," * 400_000 + "]",
}
_PAUSE = 1000.0
#: The peer waits a second for each.
_PEER_EDITS = 5


def measure(bench: Bench) -> Table:
    """Type in both.

    Raises:
        WrongAnswerError: a lens or diagnostic that has to be there is not.

    """
    scale = bench.scale
    tags = scale.sizes[-1]
    repository = bench.registries.copy(tags)
    text = _annotations(scale.described)
    (repository / "artifacts.yaml").write_text(text)
    (repository / "models").mkdir(exist_ok=True)
    for number in range(scale.described):
        (repository / "models" / f"{number}.pkl").touch()
    for command in (["add", "."], ["commit", "-qm", "Describe"]):
        subprocess.run(["git", *command], cwd=repository, env=bench.environment, check=True)
    keystrokes, completions, started = bench.times(), bench.times(), bench.times()
    folder = repository.resolve()
    with ExitStack() as stack:
        for side in bench.sides:
            stack.enter_context(daemon(side)).load_language_server()
        clients = [stack.enter_context(language_server(side, [*side.gtod, "lsp"])) for side in bench.sides]
        for client in clients:
            client.initialize(folder, {"textDocument": {"diagnostic": {}}})
        for block in range(scale.blocks):
            for number, (side, client) in enumerate(zip(bench.sides, clients, strict=True)):
                typed, completed = _type(client, folder, text, block, scale)
                keystrokes[number].append(_p95(typed))
                completions[number].append(_p95(completed))
                started[number].append(_start(side, folder))
        hostile = {name: [_hostile(side, folder, text) for side in bench.sides] for name, text in _HOSTILE.items()}
    peer_typed, peer_completed = _peer(bench, len(text))
    about = _ABOUT.format(artifacts=scale.described, size=len(text), tags=tags, keystrokes=scale.keystrokes)
    typing, completion = "lenses and diagnostics after a keystroke, p95", "completion, p95"
    return Table(
        "An editor",
        about,
        [
            row("`gtod lsp` from its start to the answer to `initialize`, daemon warm", "ms", started, goal=150),
            row(typing, "ms", keystrokes, goal=8),
            row(f"{typing}, beside the peer's diagnostics", "ms", keystrokes, peer_typed, kind="faster"),
            row(completion, "ms", completions, goal=30),
            row(f"{completion}, beside the peer's", "ms", completions, peer_completed, kind="faster"),
            *(row(f"diagnostics of {name}", "ms", took) for name, took in hostile.items()),
        ],
    )


def _start(bench: Bench, folder: Path) -> float:
    start = perf_counter()
    with language_server(bench, [*bench.gtod, "lsp"]) as client:
        client.initialize(folder, {})
        return (perf_counter() - start) * 1e3


def _hostile(bench: Bench, folder: Path, text: str) -> list[float]:
    document = {"uri": (folder / "artifacts.yaml").as_uri()}
    took: list[float] = []
    with language_server(bench, [*bench.gtod, "lsp"]) as client:
        client.initialize(folder, {"textDocument": {"diagnostic": {}}})
        for number in range(bench.scale.slow_rounds * 3):
            # Another text each time, so that it is read again.
            opened = {**document, "languageId": "yaml", "version": 0, "text": f"{text}\n#{number}\n"}
            sent = [
                client.notification("textDocument/didOpen", {"textDocument": opened}),
                client.request("textDocument/diagnostic", {"textDocument": document}),
            ]
            milliseconds, (frame,) = client.timed(sent, is_answer)
            agree("something is said", bool(json.loads(frame)["result"]["items"]), True)
            took.append(milliseconds)
    return took


def _annotations(count: int) -> str:
    return "".join(
        f"model-{number:04}:\n"
        f"  type: model\n  path: models/{number}.pkl # where it is\n  labels: [nlp, team-{number % 7}]\n"
        f"  description: 'The model of number {number}'\n"
        for number in range(count)
    )


def _type(client: LanguageClient, folder: Path, text: str, block: int, scale: Any) -> tuple[list[float], list[float]]:
    uri = (folder / "artifacts.yaml").as_uri()
    document = {"uri": uri}
    opened = {**document, "languageId": "yaml", "version": 0, "text": text}
    client.send(client.notification("textDocument/didOpen", {"textDocument": opened}))
    lenses = client.result("textDocument/codeLens", {"textDocument": document})
    agree("artifacts with a lens", len({each["range"]["start"]["line"] for each in lenses}), scale.described)
    client.result("textDocument/diagnostic", {"textDocument": document})
    typed: list[float] = []
    completed: list[float] = []
    for number in range(scale.keystrokes):
        line = (number * 97 + block) % scale.described * 5
        place = {"line": line + 4, "character": 20}
        change = {"range": {"start": place, "end": place}, "text": "x"}
        version = {**document, "version": number + 1}
        took, frames = client.timed(
            [
                client.notification("textDocument/didChange", {"textDocument": version, "contentChanges": [change]}),
                client.request("textDocument/codeLens", {"textDocument": document}),
                client.request("textDocument/diagnostic", {"textDocument": document}),
            ],
            is_answer,
            count=2,
        )
        typed.append(took)
        answers = [json.loads(frame)["result"] for frame in frames]
        (problems,) = [each["items"] for each in answers if isinstance(each, dict)]
        agree("the edit is noticed", any(each["range"]["start"]["line"] == line for each in problems), True)
        at = {"textDocument": document, "position": {"line": line + 1, "character": 8}}
        took, (frame,) = client.timed([client.request("textDocument/completion", at)], is_answer)
        completed.append(took)
        agree("completions", json.loads(frame)["result"]["items"][0]["label"], "model")
    client.send(client.notification("textDocument/didClose", {"textDocument": document}))
    return typed, completed


def _peer(bench: Bench, size: int) -> tuple[list[float], list[float]]:
    text = "import os\n\n\n" + "".join(
        f'def model_{number}(path: str = "models/{number}.pkl") -> str:\n    """The model of number {number}."""\n'
        "    return os.fspath(path)\n\n\n"
        for number in range(size // 130)
    )
    folder = bench.scratch / "python"
    folder.mkdir(exist_ok=True)
    uri = (folder / "models.py").as_uri()
    document = {"uri": uri}
    typed: list[float] = []
    completed: list[float] = []
    command = [str(Path(sys.executable).with_name("jedi-language-server"))]
    with language_server(bench, command) as client:
        client.initialize(folder, {})
        opened = {**document, "languageId": "python", "version": 0, "text": text}
        client.send(client.notification("textDocument/didOpen", {"textDocument": opened}))
        client.until(is_diagnostics)
        for number in range(min(_PEER_EDITS, bench.scale.keystrokes)):
            place = {"line": 2, "character": 0}
            change = {"range": {"start": place, "end": place}, "text": "x = 1\n"}
            version = {**document, "version": number + 1}
            sent = client.notification("textDocument/didChange", {"textDocument": version, "contentChanges": [change]})
            took, _ = client.timed([sent], is_diagnostics)
            typed.append(max(took - _PAUSE, 0.001))
            at = {"textDocument": document, "position": {"line": 6 + number, "character": 14}}
            took, _ = client.timed([client.request("textDocument/completion", at)], is_answer)
            completed.append(took)
    return typed, completed


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]
