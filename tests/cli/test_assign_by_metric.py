"""`gtod assign --version max:KEY`: a metric chooses the version, and a person agrees."""

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod, asked, refused


@pytest.fixture
def own(repo: RepositoryBuilder) -> RepositoryBuilder:
    """Two versions with metrics, to do with as one likes."""
    repo.commit({"dvc.yaml": "metrics: [metrics.json]\n", "metrics.json": '{"auc": 0.9}'})
    repo.tag("churn@v1.0.0")
    repo.commit({"metrics.json": '{"auc": 0.8}'})
    repo.tag("churn@v1.1.0")
    repo.checkout()
    return repo


ASSIGN = ("assign", "churn", "--version", "max:auc", "--stage", "prod")
SAID = "churn@max:auc is v1.0.0: 0.9 (metrics.json:auc); next is v1.1.0: 0.8"


def test_a_plan_names_the_choice_and_the_runner_up(gtod: Gtod, own: RepositoryBuilder) -> None:
    planned = gtod(*ASSIGN, "--dry-run", cwd=own.path, daemon=False)
    assert planned.returncode == 0, planned.stderr
    assert SAID in planned.stdout.splitlines()
    (chosen,) = asked(gtod, own.path, *ASSIGN, "--dry-run")["plan"]["chosen"]
    assert chosen == {
        "artifact": "churn",
        "asked": "max:auc",
        "key": "metrics.json:auc",
        "version": "v1.0.0",
        "value": 0.9,
        "runner_up": "v1.1.0",
        "runner_up_value": 0.8,
    }


def test_without_a_terminal_it_takes_a_yes(gtod: Gtod, own: RepositoryBuilder) -> None:
    said = refused(gtod, own.path, *ASSIGN)
    assert SAID in said
    assert "--yes" in said
    assert "prod" not in own.git("tag")
    done = gtod(*ASSIGN, "--yes", cwd=own.path, daemon=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Created git tag 'churn#prod#1' that assigns stage to version 'v1.0.0'")
    assert SAID in done.stderr.splitlines()


@pytest.mark.parametrize("rules", ["from: [staging]", "who: [nobody@example.com]"])
def test_the_rules_apply_to_what_a_metric_chooses(rules: str, gtod: Gtod, own: RepositoryBuilder) -> None:
    own.commit({".gtod.yaml": f"version: 1\nrules:\n  stages:\n    prod: {{{rules}}}\n"})
    assert "prod" in refused(gtod, own.path, *ASSIGN, "--yes")
    assert "prod" not in own.git("tag")


def test_one_act_of_several_sees_what_those_before_it_do(gtod: Gtod, own: RepositoryBuilder) -> None:
    actions = json.dumps(
        [
            {"method": "deregister", "params": {"name": "churn", "version": "v1.0.0"}},
            {"method": "assign", "params": {"name": "churn", "version": "max:auc", "stage": "prod"}},
        ]
    )
    assert "--yes" in gtod("apply", "-", cwd=own.path, daemon=False, stdin=actions).stderr
    done = gtod("apply", "-", "--yes", cwd=own.path, daemon=False, stdin=actions)
    assert done.returncode == 0, done.stderr
    assert "that assigns stage to version 'v1.1.0'" in done.stdout


def test_what_was_planned_is_done_or_refused(gtod: Gtod, own: RepositoryBuilder) -> None:
    params = {"name": "churn", "version": "max:auc", "stage": "prod"}
    clock = asked(gtod, own.path, *ASSIGN, "--dry-run")["clock"]
    own.commit({"metrics.json": '{"auc": 0.99}'})
    own.tag("churn@v1.2.0")
    call = json.dumps({**params, "expect_clock": clock})
    assert "changed since" in gtod("call", "gto/assign", call, cwd=own.path, daemon=False).stderr
    clock = asked(gtod, own.path, *ASSIGN, "--dry-run")["clock"]
    call = json.dumps({**params, "expect_clock": clock})
    done = gtod("call", "gto/assign", call, cwd=own.path, daemon=False)
    assert json.loads(done.stdout)["chosen"][0]["version"] == "v1.2.0"


@pytest.mark.usefixtures("gtod")
@pytest.mark.parametrize("answer", ["n", "y"])
def test_a_person_is_asked(answer: str, own: RepositoryBuilder) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gto_daemon", "--no-daemon", *ASSIGN],
        cwd=own.path, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    code = process.wait(60)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert f"{SAID}\r\n" in said
    assert "churn#prod: - → v1.0.0" in said
    assert (code, "churn#prod#1" in own.git("tag")) == ((1, False) if answer == "n" else (0, True))
