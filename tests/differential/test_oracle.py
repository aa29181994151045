"""The oracle is the real GTO: what its long-lived process answers is what a process of `gto` prints."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.differential.histories import Commit, History, Tag, make
from tests.oracle.install import RELEASES, environment_of
from tests.oracle.real_gto import Oracle, OracleMissingError, Request

_HISTORY = History(
    (Commit(0, {"artifacts.yaml": "mm:\n  path: p\n"}), Tag("mm@v1.0.0", 5), Tag("mm#prod#1", 10)),
    config="stages: [qa]\n",
)
_COMMANDS = (
    ("show", "--json"),
    ("show", "mm", "--json"),
    ("history", "--json"),
    ("check-ref", "mm#prod#1", "--json"),
    ("show", "nope"),
    ("show", "--sort", "bogus"),
    ("show",),
)


@pytest.mark.parametrize("release", RELEASES)
def test_the_long_lived_process_answers_as_gto_does(release: str, tmp_path: Path) -> None:
    repo = make(_HISTORY, tmp_path / "repo").path
    with Oracle(release, processes=2) as oracle:
        answers = oracle.ask([Request(command, repo) for command in _COMMANDS])
        again = oracle.ask([Request(command, repo) for command in _COMMANDS])
    assert answers == again
    for command, answer in zip(_COMMANDS, answers, strict=True):
        run = subprocess.run(
            [str(environment_of(release) / "bin" / "gto"), *command],
            cwd=repo,
            env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (answer.exit, answer.stdout, answer.stderr) == (run.returncode, run.stdout, run.stderr), command


def test_the_configuration_is_read_anew_when_it_changes(oracle: Oracle, tmp_path: Path) -> None:
    repo = make(_HISTORY, tmp_path / "repo")
    assert oracle.run("stages", "--json", cwd=repo.path).json == ["qa"]
    repo.write(".gto", "stages: [other]\n")
    assert oracle.run("stages", "--json", cwd=repo.path).json == ["other"]
    assert oracle.run("stages", "--json", cwd=repo.path, env={"GTO_STAGES": '["env"]'}).json == ["env"]
    assert oracle.run("stages", "--json", cwd=repo.path).json == ["other"]


def test_log_records_are_kept_apart_from_answers(oracle: Oracle, tmp_path: Path) -> None:
    broken = History((Commit(0, {"artifacts.yaml": "- mm\n"}),))
    answer = oracle.run("show", "--json", cwd=make(broken, tmp_path / "repo").path)
    assert answer.exit == 1
    assert answer.stdout == ""
    assert "Corrupted artifacts.yaml" in answer.log


def test_a_missing_oracle_is_an_error_that_names_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GTOD_ORACLES", str(tmp_path))
    with pytest.raises(OracleMissingError, match=r"tests/oracle/install\.py 1\.10\.1"):
        Oracle("1.10.1")
