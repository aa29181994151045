"""The real GTO as a long-lived process: run by the interpreter that has it, not by ours.

One line of standard input is a JSON list of requests, `{"argv": [...], "cwd": "...", "env": {NAME: VALUE}}`, and one
line of standard output the list of their answers, `{"exit": n, "stdout": "...", "stderr": "...", "log": "..."}`. GTO's
interpreter takes half a second to start, so GTO is imported once, and each line is answered by running GTO's own click
command in a fork: what it leaves behind in memory (its YAML reader keeps a `%YAML` directive for good) is gone with the
line. `env` holds for one request. GTO writes log records to the standard output that it met when it was imported; they
are kept apart as `log`.
"""

import importlib
import io
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any


def remember_configurations() -> None:
    """Have GTO read the same configuration once.

    It makes a settings class of pydantic for every version of every artifact, two thirds of its time. The result is a
    function of the file and of `GTO_*`, so both are the key; a test compares with a process of GTO's own.
    """
    config: Any = importlib.import_module("gto.config")
    read = config.read_registry_config
    known: dict[Any, Any] = {}

    def remembered(config_file_name: str) -> Any:
        try:
            content: bytes | None = Path(config_file_name).read_bytes()
        except OSError:
            content = None
        variables = frozenset(item for item in os.environ.items() if item[0].upper().startswith("GTO_"))
        key = (config_file_name, content, variables)
        if key not in known:
            known.clear()
            known[key] = read(config_file_name)
        return known[key]

    for module in [module for name, module in sys.modules.items() if name.startswith("gto.")]:
        if getattr(module, "read_registry_config", None) is read:
            module.read_registry_config = remembered  # type: ignore[attr-defined]


def load_command() -> Any:
    """GTO's click command; up to 0.2.8 it is a Typer application, which makes one."""
    app: Any = importlib.import_module("gto.cli").app
    remember_configurations()
    if hasattr(app, "registered_commands"):
        return importlib.import_module("typer.main").get_command(app)
    return app


@contextmanager
def surroundings(cwd: str, env: dict[str, str]) -> Iterator[None]:
    """Work in `cwd` with `env` added to the environment.

    GTO dates its tags by the clock even where `GIT_COMMITTER_DATE` is `@SECONDS ZONE`; here the clock says that then,
    so that what it makes can be compared.
    """
    before, clock = dict(os.environ), time.time
    os.environ.update(env)
    os.chdir(cwd)
    date = env.get("GIT_COMMITTER_DATE", "")
    if date.startswith("@"):
        seconds = float(date[1:].split()[0])
        time.time = lambda: seconds
    try:
        yield
    finally:
        time.time = clock
        os.chdir("/")
        os.environ.clear()
        os.environ.update(before)


def answer(command: Any, log: logging.StreamHandler[Any], request: dict[str, Any]) -> dict[str, Any]:
    """Run one command line to its end."""
    out, err, records = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(3))
    log.setStream(records)
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        with surroundings(request["cwd"], request.get("env", {})):
            command.main(args=request["argv"], prog_name="gto", standalone_mode=True)
        code: Any = 0
    except SystemExit as end:
        code = end.code or 0
    finally:
        sys.stdout, sys.stderr = streams
    texts = [stream.buffer.getvalue().decode() for stream in (out, err, records)]
    return {"exit": code, "stdout": texts[0], "stderr": texts[1], "log": texts[2]}


def encoded_answers(command: Any, log: logging.StreamHandler[Any], requests: list[dict[str, Any]]) -> str:
    """The answers as JSON."""
    return json.dumps([answer(command, log, request) for request in requests])


def in_a_fork(job: Callable[[], str]) -> str:
    """What `job` returns in a copy of this process.

    Raises:
        RuntimeError: it did not return; its traceback is on standard error.

    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            with os.fdopen(writer, "w", encoding="utf-8") as out:
                out.write(job())
        except BaseException:  # noqa: BLE001 - a fork must end here, whatever happened
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as told:
        text = told.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"the fork ended with status {status}")
    return text


def main() -> None:
    """Answer until standard input ends."""
    # What GTO prints on its own must not run into the answers, so those keep a descriptor that nobody else has.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    command = load_command()
    warm = False
    (log,) = logging.getLogger("gto").handlers
    if not isinstance(log, logging.StreamHandler):
        raise TypeError(f"GTO logs to {log!r}")
    for line in sys.stdin:
        requests = json.loads(line)
        if requests and not warm:
            # GTO imports much only when it is needed; what is here before the first fork need not be imported in each.
            answer(command, log, requests[0])
            warm = True
        answers.write(in_a_fork(partial(encoded_answers, command, log, requests)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
