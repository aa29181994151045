"""Tags that are GTO's but for a slip, and names that differ in a way that nobody sees, are findings."""

import re
import subprocess
from pathlib import Path

import pytest

from gto_daemon.registry.annotations import parse_artifacts_yaml
from gto_daemon.registry.annotations.composition import compose
from gto_daemon.registry.annotations.nodes import Mapping
from gto_daemon.registry.annotations.other_tools import is_another_tools
from tests.builders import RepositoryBuilder
from tests.cli.conftest import run


def _doctor(repo: Path) -> str:
    return run("doctor", cwd=repo, daemon=False).stdout


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("churn@1.1.0", "v1.1.0"),
        ("churn@v1.0", "v1.0.0"),
        ("churn@v2", "v2.0.0"),
        ("churn@V1.2.3", "v1.2.3"),
        ("churn-v1.2.0", "v1.2.0"),
        ("churn/v1.2.0", None),
        ("churn@1.0.0-rc.1", "v1.0.0-rc.1"),
        ("churn@v01.2.3", "v1.2.3"),
        ("churn#prod#x", None),
        ("churn#prod!!", None),
    ],
)
def test_a_tag_of_a_known_artifact_with_a_slip(tag: str, version: str | None, repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("churn@v0.1.0")
    repo.tag(tag)
    for packed in (False, True):
        if packed:
            repo.git("pack-refs", "--all")
        found = _doctor(repo.path)
        assert f"'{tag}' looks like a GTO tag and is not one" in found
        if version:
            assert f"--version {version}`" in found


def test_tags_of_unknown_artifacts_are_one_remark_and_those_of_others_none(repo: RepositoryBuilder) -> None:
    repo.commit()
    for number in range(30):
        repo.tag(f"pkg@1.{number}.0")
    for tag in ("v1.0.0", "release-2024.01", "n-v1.0.0", "2024-01-01", "some/path/v3.2.1", "nightly", "a@b"):
        repo.tag(tag)
    found = _doctor(repo.path)
    assert found.count("misspelt-tag") == 1
    assert "pkg@1.0.0" in found
    assert "25 more" in found
    assert all(f" {tag}" not in found for tag in ("v1.0.0", "release-2024", "n-v1.0.0", "nightly"))


def test_many_slips_are_summed_up(repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("churn@v0.1.0")
    for number in range(60):
        repo.tag(f"churn@1.{number}.0")
    assert _doctor(repo.path).count("misspelt-tag") == 21


def test_stages_and_artifacts_that_differ_in_case_only(repo: RepositoryBuilder) -> None:
    repo.commit()
    for tag in (
        "churn@v1.0.0",
        "churn#prod#1",
        "churn#Prod#2",
        "Churn@v1.0.0",
        "a_b@v1.0.0",
        "a-b@v1.0.0",
        "churn#dev",
    ):
        repo.tag(tag)
    found = _doctor(repo.path)
    assert "stages 'Prod', 'prod' differ" in found
    assert "artifacts 'Churn', 'churn' differ" in found
    assert "artifacts 'a-b', 'a_b' differ" in found
    assert "'dev'" not in found


@pytest.mark.parametrize(
    "text",
    [
        b"version: 1\nrocks:\n  - name: app\n    source: .\n",
        b"rocks:\n  - name: app\n",
        b"apiVersion: v1\nkind: List\nitems:\n- {name: x}\n",
        b"version: 1\nartifacts: {a: {b: c}}\n",
    ],
)
def test_a_file_of_another_tool_has_one_problem(text: bytes) -> None:
    file = parse_artifacts_yaml(text)
    assert [problem.code for problem in file.problems] == ["another-tools-file"]
    assert not file.annotations


@pytest.mark.parametrize(
    "text",
    [b"m: []\n", b"m: 5\n", b"m: {tpye: model}\nn: 5\n", b"m: {path: [x]}\n", b"m:\n", b"m: {type: model}\nn: []\n"],
)
def test_a_wrong_entry_of_gto_s_is_told_by_itself(text: bytes) -> None:
    assert "another-tools-file" not in {problem.code for problem in parse_artifacts_yaml(text).problems}


@pytest.mark.parametrize("daemon", [True, False])
@pytest.mark.parametrize("time", ["", "20240115", "2024", "202401", "nan", "inf", " "])
def test_a_time_that_is_none_or_may_be_two_is_refused(time: str, daemon: bool, repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("churn@v1.0.0")
    for command in (["show"], ["show", "churn", "--json"], ["history"]):
        asked = run(*command, "--as-of", time, cwd=repo.path, daemon=daemon)
        assert (asked.returncode, asked.stdout) == (2, ""), asked.stderr
    assert run("show", "--as-of", "2024-01-15", cwd=repo.path, daemon=daemon).returncode == 0


@pytest.mark.parametrize("is_folder", [False, True])
def test_a_version_older_than_its_annotation_can_be_got(
    is_folder: bool, repo: RepositoryBuilder, tmp_path: Path
) -> None:
    inner = "model/w/weights" if is_folder else "model/w"
    repo.commit({inner: "bytes"})
    repo.tag("hack@v1.0.0")
    repo.commit({"dvc.yaml": "artifacts:\n  hack: {path: model/w, type: model}\n", inner: "newer"})
    for command in (["get", "hack@v1.0.0"], ["describe", "hack@v1.0.0"]):
        said = run(*command, cwd=repo.path, daemon=False).stderr
        assert "HEAD's says model/w" in said
        assert "annotate" not in said
        recommended = re.findall("`([^`]+)`", said)
        assert recommended
        subprocess.run(["bash", "-c", recommended[-1]], cwd=tmp_path, check=True)
        if is_folder:
            subprocess.run(["tar", "-xf", "w.tar"], cwd=tmp_path, check=True)
        copied = inner if is_folder else f"w-{repo.git('rev-parse', '--short=7', 'hack@v1.0.0^{}')}"
        assert (tmp_path / copied).read_text() == "bytes"


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("churn: {tpye: model}\n", False),
        ("churn: {Path: m.pkl}\n", False),
        ("churn: {descripton: a model, paht: m.pkl}\n", False),
        ("churn: {type: model, owner: ann}\n", False),
        ("snap: {kind: snap, source: .}\n", True),
        ("version: 1\nrocks: [{name: app}]\n", True),
    ],
)
def test_a_misspelt_field_makes_no_file_another_tool_s(text: str, foreign: bool) -> None:
    root = compose(text.encode()).root
    assert isinstance(root, Mapping)
    assert is_another_tools(value for _, value in root.pairs()) is foreign


@pytest.mark.parametrize(
    ("path", "content", "is_told"),
    [
        ("pyproject.toml", "[build-system]\nrequires = ['setuptools-scm']\n", True),
        ("pyproject.toml", "[tool.setuptools_scm]\n", True),
        ("pyproject.toml", "[build-system]\nrequires = ['hatch-vcs']\n", True),
        ("setup.py", "setup(use_scm_version=True)\n", True),
        ("release-please-config.json", "{}", True),
        ("pyproject.toml", "[tool.setuptools_scm]\ngit_describe_command = ['git']\n", False),
        ("pyproject.toml", "[build-system]\nrequires = ['hatchling']\n", False),
        ("sub/pyproject.toml", "[tool.setuptools_scm]\n", False),
    ],
)
def test_a_tool_that_takes_versions_from_tags_is_told_of(
    path: str, content: str, is_told: bool, repo: RepositoryBuilder
) -> None:
    repo.commit({path: content})
    assert "version-from-tags" not in _doctor(repo.path)
    repo.tag("churn@v1.0.0")
    assert ("version-from-tags" in _doctor(repo.path)) is is_told
