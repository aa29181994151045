"""`artifacts_show` is that of the real `dvc.api`, but for the rows of docs/differences.md."""

import inspect
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.client import CallError, artifacts_show
from tests.builders import RepositoryBuilder
from tests.oracle.install import DVC, interpreter_of
from tests.registries import NAMES, build_registry

_WORKER = Path(__file__).parents[1] / "oracle/dvc_artifacts.py"
#: What makes a DVC repository of a Git repository; without it DVC answers nothing.
_DVC = {".dvc/config": ""}
_TAG = re.compile(r"(?P<name>[^@#]+)(?:@(?P<version>v[^!#]+)|#(?P<stage>[a-z][^!#]*)|@deprecated)!?(?:#\d+)?")
_NOT_FOUND = "ArtifactNotFoundError"

Question = dict[str, str]


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GTOD_NO_DAEMON", "1")


def dvc(*options: str, questions: list[Question] | None = None, cwd: Path | None = None) -> Any:
    """What DVC answers, or the name of what it raises, for each question."""
    command = [str(interpreter_of(DVC)), "-I", str(_WORKER), *options]
    run = subprocess.run(
        command, input=json.dumps(questions), cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, "DVC_NO_ANALYTICS": "1"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def ours(question: Question) -> Any:
    """What the client answers, or DVC's name for what it raises."""
    try:
        return artifacts_show(**question)
    except CallError as error:
        return {"ArtifactNotFound": _NOT_FOUND}.get(error.kind or "", error.kind)


def differences(questions: list[Question]) -> list[tuple[Question, Any, Any]]:
    answers = dvc(questions=questions)
    assert any(isinstance(answer, dict) for answer in answers)
    return [
        (question, theirs, ours(question))
        for question, theirs in zip(questions, answers, strict=True)
        if theirs != ours(question)
    ]


def questions_of(repository: Path) -> list[Question]:
    """Each artifact, each version and each stage that a tag names."""
    tags = subprocess.run(["git", "tag"], cwd=repository, capture_output=True, text=True, check=True).stdout
    found = [match.groupdict() for tag in tags.split() if (match := _TAG.fullmatch(tag))]
    asked = [{"name": each["name"]} for each in found]
    asked += [{"name": each["name"], kind: each[kind]} for each in found for kind in ("version", "stage") if each[kind]]
    named = [{**each, "name": each["name"].replace("=", ":"), "repo": str(repository)} for each in asked]
    return [each for place, each in enumerate(named) if each not in named[:place]]


def test_its_parameters_are_dvcs() -> None:
    parameters = [each for each in inspect.signature(artifacts_show).parameters.values() if each.name != "client"]
    assert [[each.name, each.default is None] for each in parameters] == dvc("--signature")


def test_on_the_public_registries_it_answers_what_dvc_answers(tmp_path: Path) -> None:
    repositories = [build_registry(name, tmp_path / name, files=_DVC) for name in NAMES]
    asked = [question for repository in repositories for question in questions_of(repository)]
    assert len(asked) > 150
    for question, theirs, answered in differences(asked):
        described = subprocess.run(
            ["git", "grep", "-q", ".", "--", "artifacts.yaml"], cwd=question["repo"], check=False
        )
        if isinstance(theirs, dict):  # DVC writes a URL as a path
            assert answered == {**theirs, "path": theirs["path"].replace("s3:/", "s3://", 1)}
        elif theirs == "IndexError":  # tags, but none of a version
            assert answered == _NOT_FOUND
        else:  # DVC reads dvc.yaml only
            assert theirs == _NOT_FOUND
            assert described.returncode == 0, question


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    """Descriptions at the root, in a folder, and in a DVC repository within; versions that changed their path."""
    dvc_yaml = "artifacts:\n  {0}:\n    type: model\n    path: {1}\n"
    first = repo.commit(
        {
            **_DVC,
            "dvc.yaml": dvc_yaml.format("churn", "./models//churn.pkl") + "  bare:\n    path: bare.pkl\n",
            "deep/er/dvc.yaml": dvc_yaml.format("m", "../model.pkl"),
            "within/.dvc/config": "",
            "within/dvc.yaml": dvc_yaml.format("n", "n.pkl"),
        }
    )
    second = repo.commit({"dvc.yaml": dvc_yaml.format("churn", "${models}/churn.pkl"), "params.yaml": "models: new\n"})
    for tag, commit in {
        "churn@v1.10.0": first,
        "churn@v1.9.0": second,
        "churn@v1.10.1-rc.1": second,
        "churn#prod#1": second,
        "churn#prod#2": first,
        "churn#dev#3": second,
        "bare@v1.0.0": second,
        "deep=er=m@v1.0.0": first,
        "within=n@v1.0.0": first,
    }.items():
        repo.tag(tag, commit)
    repo.checkout()
    return repo


def test_on_a_made_one_too(registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    root, folder = str(registry.path), str(registry.path / "deep")
    asked: list[Question] = [
        *({"name": "churn", **each, "repo": root} for each in (
            {}, {"version": ""}, {"version": "v1.9.0"}, {"version": "v1.10.0"}, {"version": "v1.10.1-rc.1"},
            {"version": "v9.9.9"}, {"stage": "prod"}, {"stage": "dev"}, {"stage": "nowhere"},
        )),
        *({"name": name, "repo": root} for name in (
            "nobody", "bare", "deep/er:m", "deep/er/dvc.yaml:m", "deep/er:nobody", "within:n", "er:m",
        )),
        {"name": "churn", "repo": folder},
        {"name": "deep/er:m", "repo": folder},
        {"name": "churn", "repo": f"file://{root}"},
        {"name": "churn", "version": "v9.9.9", "repo": f"file://{root}"},
    ]  # fmt: skip
    assert differences(asked) == []
    monkeypatch.chdir(folder)
    (theirs,) = dvc(questions=[{"name": "churn", "stage": "dev"}], cwd=registry.path / "deep")
    assert artifacts_show("churn", stage="dev") == theirs
    assert theirs["path"] == "new/churn.pkl"


def test_a_version_and_a_stage_at_once_are_refused_as_by_dvc(registry: RepositoryBuilder) -> None:
    with pytest.raises(ValueError, match=r"^Artifact version and stage are mutually exclusive\.$"):
        artifacts_show("churn", "v1.9.0", "prod", str(registry.path))
    assert dvc(questions=[{"name": "churn", "version": "v1.9.0", "stage": "prod"}]) == ["ValueError"]


def test_what_is_taken_back_is_not_answered(registry: RepositoryBuilder) -> None:
    older = registry.git("rev-parse", "churn@v1.9.0^{commit}")
    for tag in ("churn#dev!#4", "churn@v1.9.0!"):
        registry.tag(tag, older)
    asked = [
        {"name": "churn", **each, "repo": str(registry.path)} for each in ({"stage": "dev"}, {"version": "v1.9.0"})
    ]
    for _, theirs, answered in (found := differences([*asked, {"name": "churn", "repo": str(registry.path)}])):
        assert set(theirs) == {"rev", "path"}
        assert answered == _NOT_FOUND
    assert len(found) == 2


def test_a_repository_without_dvc_is_answered_too(repo: RepositoryBuilder) -> None:
    commit = repo.commit({"artifacts.yaml": "m:\n  path: s3://bucket/m.pkl\n", "dvc.yaml": "artifacts: {n: {path: n}}"})
    for tag in ("m@v1.0.0", "n@v1.0.0", "o@v1.0.0"):
        repo.tag(tag)
    asked = [{"name": name, "repo": str(repo.path)} for name in "mno"]
    assert dvc(questions=asked) == ["NotDvcRepoError"] * 3
    assert [ours(question) for question in asked] == [
        {"rev": commit, "path": "s3://bucket/m.pkl"}, {"rev": commit, "path": "n"}, _NOT_FOUND
    ]  # fmt: skip


def test_the_error_says_what_is_missing(repo: RepositoryBuilder) -> None:
    repo.commit({"artifacts.yaml": "m:\n  type: model\n"})
    for tag in ("m@v1.0.0", "n@v1.0.0"):
        repo.tag(tag)
    for name, message in (("m", "The description of 'm' has no path"), ("n", "There is no annotation of 'n' at ")):
        with pytest.raises(CallError, match=f"^{message}") as caught:
            artifacts_show(name, repo=str(repo.path))
        assert caught.value.kind == "ArtifactNotFound"
