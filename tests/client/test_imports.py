"""What a command has to load before it can ask: counted, because every command waits for it."""

import subprocess
import sys

_LOADED = ("address", "blocking", "connect", "dial", "environment", "errors", "messages", "releases")


def loaded_by(statement: str) -> set[str]:
    program = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_asking_needs_the_standard_library_and_little_of_it() -> None:
    modules = loaded_by("from gto_daemon.client import Client, CallError, DaemonUnavailable")
    ours = {name for name in modules if name.startswith("gto_daemon")}
    assert ours <= {"gto_daemon", "gto_daemon.environment", "gto_daemon.platform", "gto_daemon.platform.posix"} | {
        f"gto_daemon.client{name}" for name in ("", *(f".{module}" for module in _LOADED))
    }
    others = {name.partition(".")[0] for name in modules - ours}
    assert others <= set(sys.stdlib_module_names)
    heavy = {"asyncio", "dataclasses", "inspect", "logging", "pathlib", "subprocess", "tempfile", "threading", "typing"}
    assert not others & heavy


def test_everything_else_is_there_when_asked_for() -> None:
    from gto_daemon import client

    assert all(getattr(client, name) is not None for name in client.__all__)
    assert not hasattr(client, "nonsense")
