"""The real GTO as a long-lived process: run by the interpreter that has it, not by ours.

One JSON request a line on standard input, `{"argv": [...], "cwd": "...", "env": {NAME: VALUE}}`; one answer a line on
standard output, `{"exit": n, "stdout": "...", "stderr": "...", "log": "..."}`. GTO's own click command runs in this
process, since a start of its interpreter costs half a second. `env` holds for one request. GTO writes log records to
the standard output that it met when it was imported; they are kept apart as `log`.
"""

import importlib
import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
    """Work in `cwd` with `env` added to the environment."""
    before = dict(os.environ)
    os.environ.update(env)
    os.chdir(cwd)
    try:
        yield
    finally:
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


def main() -> None:
    """Answer until standard input ends."""
    # What GTO prints on its own must not run into the answers, so those keep a descriptor that nobody else has.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    command = load_command()
    (log,) = logging.getLogger("gto").handlers
    if not isinstance(log, logging.StreamHandler):
        raise TypeError(f"GTO logs to {log!r}")
    for line in sys.stdin:
        answers.write(json.dumps(answer(command, log, json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
