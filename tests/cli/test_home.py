"""A HOME that the process may not look into, as in a container that runs as another user than root."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.remotes import remote_of

#: Root looks into everything, but for these.
_CAPABILITIES = "-dac_override,-dac_read_search"
_DROPPED = ["setpriv", f"--bounding-set={_CAPABILITIES}", f"--inh-caps={_CAPABILITIES}"] if os.getuid() == 0 else []
_NOBODY = 65534


@pytest.fixture(params=["the folder", "the file"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "home of somebody"
    place.mkdir()
    configuration = place / ".gitconfig"
    configuration.write_text("[user]\n\tname = Somebody\n")
    closed = place if request.param == "the folder" else configuration
    if _DROPPED:
        shutil.chown(closed, _NOBODY)
    closed.chmod(0o600 if _DROPPED else 0)
    yield place
    closed.chmod(0o700)


@pytest.mark.parametrize("line", ["show", "register m --push", "sync-status", "annotate m --path a", "doctor"])
def test_git_goes_on_and_so_does_gtod(line: str, repo: RepositoryBuilder, home: Path, tmp_path: Path) -> None:
    repo.commit({"a": "1"})
    repo.tag("churn@v1.0.0")
    remote_of(repo, tmp_path / "remote.git")
    person = {"GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.com"}
    env = {name: value for name, value in os.environ.items() if name not in ("GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME")}
    env |= {"HOME": str(home), **person}
    for command in (["git", "tag"], [sys.executable, "-m", "gto_daemon", "--no-daemon", *line.split()]):
        ran = subprocess.run(
            [*_DROPPED, *command], cwd=repo.path, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert ran.returncode == 0, ran.stderr
