"""A place where messages are got from the product, and the commands in them are run by a shell as a user would."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import gto_daemon
from tests.builders import RepositoryBuilder
from tests.remotes import remote_of

_COMMAND = re.compile(r"`([^`]+)`")


@dataclass
class World:
    """A repository with a remote, and a shell in it.

    Attributes:
        repo: the repository; `churn` v1.0.0 in prod, then a commit.
        env: of everything that is run.

    """

    repo: RepositoryBuilder
    tmp: Path
    env: dict[str, str] = field(default_factory=dict)

    def sh(self, command: str, *, cwd: Path | None = None, fails: bool = False) -> str:
        """What a command line prints, on both streams."""
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=cwd or self.repo.path,
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=120,
            check=False,
        )
        assert fails or ran.returncode == 0, f"{command}: {ran.stdout}"
        return ran.stdout

    def gtod(self, *words: str, cwd: Path | None = None) -> str:
        """What gtod says, whatever its exit code."""
        return self.sh(shlex.join(["gtod", *words]), cwd=cwd, fails=True)

    def run(self, message: str, starts: str, *, cwd: Path | None = None, fails: bool = False) -> str:
        """Run the command in the message that starts so, to the letter."""
        found = [each for each in _COMMAND.findall(message) if starts in each]
        assert found, f"no {starts!r} in: {message}"
        return self.sh(found[0], cwd=cwd, fails=fails)

    def remote(self) -> Path:
        """A bare repository that has everything, as origin."""
        return remote_of(self.repo, self.tmp / "remote.git")

    def target(self, tag: str) -> str:
        return self.repo.git("rev-parse", f"{tag}^{{commit}}")


@pytest.fixture
def world(repo: RepositoryBuilder, tmp_path: Path) -> Iterator[World]:
    programs = tmp_path / "bin"
    programs.mkdir()
    gtod = programs / "gtod"
    gtod.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m gto_daemon "$@"\n')
    gtod.chmod(0o755)
    first = repo.commit({"m": "1"})
    repo.tag("churn@v1.0.0", first)
    repo.tag("churn#prod#1", first)
    repo.commit({"m": "2"})
    repo.checkout()
    yield World(
        repo,
        tmp_path,
        {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(Path(gto_daemon.__file__).parents[1]),
            "GTOD_NO_DAEMON": "1",
            "GTOD_RUNTIME_DIR": str(tmp_path / "run"),
        },
    )
    subprocess.run([str(gtod), "stop"], env={**os.environ, "GTOD_RUNTIME_DIR": str(tmp_path / "run")}, check=False)


Case = Callable[..., None]
#: Parts of messages, each with the test that runs the commands in it.
CASES: dict[str, Case] = {}


def remedy(*parts: str) -> Callable[[Case], Case]:
    """The test runs the commands of the messages that have one of these parts in their source."""

    def bind(case: Case) -> Case:
        CASES.update(dict.fromkeys(parts, case))
        return case

    return bind
