"""Names in DVC's spelling are found, and what is probably meant by any other is said before a tag is made."""

import json

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod

_SPELLINGS = ("results/dvc.yaml:best", "./results:best", "results/:best", "results=best", "results//dvc.yaml:best")


@pytest.fixture
def results(repo: RepositoryBuilder) -> RepositoryBuilder:
    """`best` is described in `results/dvc.yaml`, and `root` at the top."""
    repo.commit(
        {
            "results/dvc.yaml": "artifacts:\n  best: {path: best.ckpt, type: model}\n",
            "results/best.ckpt": "bin",
            "dvc.yaml": "artifacts:\n  root: {path: r.ckpt}\n",
        }
    )
    return repo


@pytest.mark.parametrize("daemon", [True, False])
@pytest.mark.parametrize("name", _SPELLINGS)
def test_reads_take_a_name_in_the_spelling_of_dvc(
    name: str, daemon: bool, gtod: Gtod, results: RepositoryBuilder
) -> None:
    results.checkout()
    for extra in ([], ["--worktree"]):
        described = gtod("describe", name, "--path", *extra, cwd=results.path, daemon=daemon)
        assert described.stdout == "best.ckpt\n"
    results.tag("results=best@v1.0.0")
    results.tag("results=best#prod#1")
    for command in ("show", "history", "describe"):
        for ending in ("", "@v1.0.0", "@latest", "#prod"):
            if (command, ending) != ("history", "#prod"):
                found = gtod(command, name + ending, cwd=results.path, daemon=daemon)
                assert "best" in found.stdout, (command, ending, found.stderr)
    assert gtod("why", name, "prod", cwd=results.path, daemon=daemon).returncode == 0


@pytest.mark.parametrize("name", [name for name in _SPELLINGS if "=" not in name])
def test_acts_take_a_name_in_the_spelling_of_dvc(name: str, gtod: Gtod, results: RepositoryBuilder) -> None:
    plan = json.loads(gtod("register", name, "--dry-run", "--json", cwd=results.path).stdout)["plan"]
    assert [tag["tag"] for tag in plan["create"]] == ["results=best@v0.0.1"]
    assert plan["warnings"] == []


def test_an_act_refuses_the_spelling_of_a_tag_as_gto_does_and_says_what_is_meant(
    gtod: Gtod, results: RepositoryBuilder
) -> None:
    refused = gtod("register", "results=best", "--dry-run", cwd=results.path)
    assert refused.returncode == 1
    assert "Invalid value 'results=best'" in refused.stderr
    assert "Did you mean 'results:best'?" in refused.stderr


def test_the_top_has_a_spelling_too(gtod: Gtod, results: RepositoryBuilder) -> None:
    for name in ("dvc.yaml:root", "./dvc.yaml:root", "root"):
        assert gtod("describe", name, "--path", cwd=results.path).stdout == "r.ckpt\n"


def test_a_name_that_is_taken_means_itself(gtod: Gtod, results: RepositoryBuilder) -> None:
    results.tag("results/dvc.yaml=best@v3.0.0")
    results.tag("results=best@v1.0.0")
    assert gtod("show", "results/dvc.yaml:best", "--version", cwd=results.path).stdout == "v3.0.0\n"


@pytest.mark.parametrize(
    ("name", "meant"),
    [("best", "results:best"), ("results:bset", "results:best"), ("roots", "root"), ("Root", "root")],
)
def test_a_new_artifact_beside_a_near_one_is_warned_of(
    name: str, meant: str, gtod: Gtod, results: RepositoryBuilder
) -> None:
    for command in (
        ["register", name],
        ["assign", name, "--stage", "dev"],
        ["assign", name, "--stage", "dev", "--skip-registration"],
    ):
        planned = gtod(*command, "--dry-run", cwd=results.path)
        assert f"Did you mean '{meant}'" in planned.stderr, command
    for command in (["describe", name], ["show", name], ["history", name], ["get", name]):
        if command[0] in ("describe", "get"):
            assert f"Did you mean '{meant}'" in gtod(*command, cwd=results.path).stderr
    results.tag(f"{meant.replace(':', '=')}@v1.0.0")
    for command in (["show", name], ["history", name], ["deprecate", name], ["why", name, "prod"]):
        assert f"Did you mean '{meant}'" in gtod(*command, cwd=results.path).stderr, command
    # A name that is near no other is nobody's business.
    assert gtod("register", "quite-another", "--dry-run", cwd=results.path).stderr == ""


@pytest.mark.parametrize(
    ("line", "meant"),
    [("shwo", "show"), ("histroy --json", "history"), ("Show", "show"), ("asign churn --stage dev", "assign")],
)
def test_a_misspelt_command_is_told_with_the_one_that_is_meant(line: str, meant: str, gtod: Gtod) -> None:
    told = gtod(*line.split())
    assert told.returncode == 2
    assert f"Did you mean '{meant}'?" in told.stderr


def test_an_annotation_of_a_new_artifact_beside_a_near_one_is_warned_of(gtod: Gtod, results: RepositoryBuilder) -> None:
    results.checkout()
    for name, meant in (("results:bset", "results:best"), ("roots", "root")):
        for also in (["--dry-run"], []):
            said = gtod("annotate", name, "--path", "other", "--label", "xx", *also, cwd=results.path)
            assert said.returncode == 0
            assert f"There was no artifact '{name}' before. Did you mean '{meant}'?" in said.stderr
        assert gtod("annotate", name, "--label", "yy", cwd=results.path).stderr == ""
    assert gtod("annotate", "quite-another", "--path", "another", cwd=results.path).stderr == ""
    refused = gtod("remove", "quite-anther", cwd=results.path)
    assert refused.returncode == 1
    assert "Did you mean 'quite-another'?" in refused.stderr


def test_a_misspelt_stage_is_warned_of_or_refused(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("churn@v1.0.0")
    repo.tag("churn#production#1")
    assign = ("assign", "churn", "--version", "v1.0.0", "--dry-run", "--stage")
    for stage in ("prodution", "Production"):
        assert "Did you mean 'production'?" in gtod(*assign, stage, cwd=repo.path).stderr
    assert gtod(*assign, "staging", cwd=repo.path).stderr == ""
    repo.commit()
    assert gtod("assign", "churn", "--stage", "production", "--dry-run", cwd=repo.path).stderr == ""
    repo.write(".gto", "stages: [production, dev]\n")
    refused = gtod(*assign, "prodution", cwd=repo.path)
    assert refused.returncode == 1
    assert "Did you mean 'production'?" in refused.stderr


def test_the_path_from_the_root_is_the_same_wherever_it_is_written(gtod: Gtod, results: RepositoryBuilder) -> None:
    results.commit({"artifacts.yaml": "top: {path: models/top.pkl}\nurl: {path: 's3://b/k'}\nnone: {type: model}\n"})
    results.checkout()
    for name, path in {"results:best": "results/best.ckpt", "top": "models/top.pkl", "url": "s3://b/k"}.items():
        for options in ([], ["--worktree"]):
            assert gtod("describe", name, "--root-path", *options, cwd=results.path).stdout == f"{path}\n"
    nothing = gtod("describe", "none", "--root-path", "--exit-code", cwd=results.path)
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "has no path" in nothing.stderr
