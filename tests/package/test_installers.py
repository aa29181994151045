"""The wheel is installed by uvx, uv and pipx, and what each does once the interpreter has gone."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gto_daemon.app.demo import create_demo
from tests.package.build import build
from tests.package.environments import ROOT
from tests.package.installers import TOOLS, are_installed, program, wheels

_SHOWN = "│ churn    │ v3.1.0  │ v3.1.0 │ v3.0.0 │ v3.1.0   │"
#: What a shell answers for a program whose interpreter is missing.
_NO_INTERPRETER = 127


@dataclass(frozen=True)
class Machine:
    """A user's folders, with a registry, and nothing of gtod but its wheel."""

    place: Path
    wheel: Path

    @property
    def demo(self) -> Path:
        return self.place / "gtod-demo"

    def run(self, *command: str | Path, ok: bool = True) -> "subprocess.CompletedProcess[str]":
        # By a shell, because it is what says that an interpreter is missing.
        line = ["sh", "-c", '"$@"', "sh", *map(str, command)]
        done = subprocess.run(line, cwd=self.demo, env=self._environment(), capture_output=True, text=True, check=False)
        assert not ok or done.returncode == 0, done.stdout + done.stderr
        return done

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key in {"PATH", "LANG", "GTOD_VERIFY"}}
        offline = {"UV_OFFLINE": "1", "UV_NO_INDEX": "1", "PIP_NO_INDEX": "1", "UV_PYTHON_DOWNLOADS": "never"}
        found = {"UV_FIND_LINKS": str(wheels()), "PIP_FIND_LINKS": str(wheels()), "UV_PYTHON": sys.executable}
        home = {"HOME": str(self.place), "LC_ALL": "C.UTF-8", "GTOD_RUNTIME_DIR": str(self.place / "run")}
        return {**kept, **offline, **found, **home}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    place = tmp_path_factory.mktemp("built")
    build(place)
    (found,) = place.glob("*.whl")
    return found


@pytest.fixture
def machine(wheel: Path) -> Iterator[Machine]:
    """A machine with a daemon of its own, which is stopped afterwards."""
    assert are_installed(), "run: python -m tests.package.installers"
    # Short enough for a socket in it.
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as name:
        made = Machine(Path(name), wheel)
        create_demo(made.demo)
        yield made
        made.run(program("uvx"), "--from", wheel, "gtod", "stop", ok=False)


def test_uvx_runs_it_without_installing_it(machine: Machine) -> None:
    shown = machine.run(program("uvx"), "--from", machine.wheel, "gtod", "show")
    assert _SHOWN in shown.stdout
    assert "runs as process" in machine.run(program("uvx"), "--from", machine.wheel, "gtod", "status").stdout


@pytest.mark.parametrize("tool", ["uv", "pipx"])
def test_what_is_installed_works_until_its_interpreter_goes_and_again_after_the_remedy(
    tool: str, machine: Machine
) -> None:
    install = {"uv": ["uv", "tool", "install", str(machine.wheel)], "pipx": ["pipx", "install", str(machine.wheel)]}
    remedy = {"uv": install["uv"], "pipx": ["pipx", "reinstall", "gto-daemon"]}
    machine.run(program(install[tool][0]), *install[tool][1:])
    gtod = machine.place / ".local/bin/gtod"
    assert _SHOWN in machine.run(gtod, "show").stdout

    _remove_interpreter(gtod)
    assert machine.run(gtod, "show", ok=False).returncode == _NO_INTERPRETER
    # The daemon runs on, and answers who has another installation.
    assert _SHOWN in machine.run(program("uvx"), "--from", machine.wheel, "gtod", "show").stdout
    # One that started a moment ago still loads modules, and Python writes what it compiles into folders that go.
    machine.run(program("uvx"), "--from", machine.wheel, "gtod", "stop")

    machine.run(program(remedy[tool][0]), *remedy[tool][1:])
    assert _SHOWN in machine.run(gtod, "show").stdout


def test_uv_takes_a_tool_without_an_interpreter_for_one_that_is_not_installed(machine: Machine) -> None:
    machine.run(program("uv"), "tool", "install", machine.wheel)
    _remove_interpreter(machine.place / ".local/bin/gtod")
    upgraded = machine.run(program("uv"), "tool", "upgrade", "gto-daemon", ok=False)
    assert upgraded.returncode == 1
    assert "is not installed" in upgraded.stderr


def _remove_interpreter(gtod: Path) -> None:
    """Let the link to the Python that an environment was made with lead nowhere, as after an upgrade of that Python."""
    link = gtod.resolve().with_name("python")
    assert link.is_symlink()
    link.unlink()
    link.symlink_to("/nowhere/python")


def test_the_page_names_the_versions_of_the_tools() -> None:
    page = (ROOT / "docs/installation.md").read_text("utf-8")
    for tool in TOOLS:
        assert tool.replace("==", " ") in page
