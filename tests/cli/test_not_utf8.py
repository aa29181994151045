"""What is not UTF-8 on the command line, or is the name of the working directory, is told as that."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod

ODD = os.fsdecode(b"caf\xe9")
LINES = [
    ["register", ODD],
    ["register", "m", "--message", ODD],
    ["register", "m", "--author", ODD],
    ["register", "m", ODD],
    ["register", "m", "--push", "--remote", ODD],
    ["annotate", "m", "--description", ODD],
    ["annotate", "m", "--label", "a", "--label", ODD],
    ["show", ODD],
    ["history", ODD],
    ["describe", ODD],
    ["push", ODD],
    ["call", "gto/show", f'{{"name": "{ODD}"}}'],
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line).encode("ascii", "replace").decode())
@pytest.mark.parametrize("daemon", [True, False])
def test_text_that_is_not_utf8_is_refused_and_nothing_is_done(
    line: list[str], daemon: bool, gtod: Gtod, repo: RepositoryBuilder
) -> None:
    repo.commit({"a": "1"})
    ended = gtod(*line, cwd=repo.path, daemon=daemon)
    assert ended.returncode == 1
    assert "it is not UTF-8" in ended.stderr
    assert repo.git("tag") == ""
    assert not (repo.path / "artifacts.yaml").exists()


def test_a_repository_whose_path_is_not_utf8_is_answered_without_a_daemon(gtod: Gtod, tmp_path: Path) -> None:
    place = tmp_path / ODD
    place.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=place, check=True)
    subprocess.run(["git", "commit", "--quiet", "--allow-empty", "-m", "one"], cwd=place, check=True)
    told = gtod("show", cwd=place)
    assert (told.returncode, "--no-daemon answers" in told.stderr) == (1, True)
    assert gtod("register", "m", cwd=place, daemon=False).returncode == 0
    assert gtod("show", "m", "--version", cwd=place, daemon=False).stdout == "v0.0.1\n"
