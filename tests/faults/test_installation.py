"""The installation that a daemon was started from goes away under it, or becomes that of another release."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.client import Client
from tests.builders import RepositoryBuilder
from tests.faults.daemon import ROOT, Daemon
from tests.waiting import eventually


def rename(package: Path) -> None:
    package.rename(package.with_name("moved"))


def replace(package: Path) -> None:
    (package / "new.py").write_text('__version__ = "9.0.0"\n')
    (package / "new.py").replace(package / "__init__.py")


@pytest.mark.parametrize("change", [shutil.rmtree, rename, replace])
def test_a_daemon_makes_way_and_goes_on_for_the_sessions_that_it_has(
    runtime: Path, registry: RepositoryBuilder, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    package = tmp_path / "installation" / "gto_daemon"
    shutil.copytree(ROOT / "gto_daemon", package, ignore=shutil.ignore_patterns("__pycache__"))
    old = Daemon(runtime, PYTHONPATH=str(package.parent), PYTHONSAFEPATH="1").start()
    new = Daemon(runtime)
    try:
        with Client.connect(start=False) as early:
            assert early.call("gto/status")["pid"] == old.pid
            early.call("gto/subscribe", {"repo": str(registry.path)})
            early.call("gto/show", {"repo": str(registry.path)})
            change(package)
            assert next(early.notifications()) == ("gto/didRetire", {"version": None})
            eventually(lambda: "retires: its installation" in old.log)
            new.start()
            assert "churn" in early.call("gto/show", {"repo": str(registry.path)})["artifacts"]
            assert early.call("gto/status")["pid"] == old.pid
        eventually(lambda: old.process.poll() is not None)
        assert old.process.returncode == 0
        assert new.ask("gto/status")["pid"] == new.pid
    finally:
        old.kill()
        new.kill()
