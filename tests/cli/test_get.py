"""`gtod get`: the artifact itself, from Git, by DVC, or told where it is."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod

ANNOTATIONS = """\
churn: {path: models/churn.pkl}
folder: {path: models}
tracked: {path: data/big.csv}
made: {path: out/result.bin}
away: {path: "s3://bucket/model.pkl"}
gone: {path: nowhere.pkl}
outside: {path: ../secret}
nothing: {type: model}
"""
LOCK = "schema: '2.0'\nstages:\n  train:\n    cmd: x\n    outs:\n    - path: result.bin\n      md5: 1\n"


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    """`churn` v1.0.0 in prod, then v2.0.0; beside it what DVC tracks, a link, and an executable file."""
    first = repo.commit(
        {
            "models/churn.pkl": "one",
            "artifacts.yaml": ANNOTATIONS,
            "data/big.csv.dvc": "outs: []\n",
            "out/dvc.lock": LOCK,
        }
    )
    repo.tag("churn@v1.0.0", first)
    repo.tag("churn#prod#1", first)
    repo.commit({"models/churn.pkl": "two", "models/sub/run.sh": "#!/bin/sh\n"})
    repo.checkout()
    (repo.path / "models/link").symlink_to("churn.pkl")
    (repo.path / "models/sub/run.sh").chmod(0o755)
    repo.git("add", "models")
    repo.git("commit", "--quiet", "-m", "Link")
    repo.git("tag", "-a", "-m", "x", "churn@v2.0.0")
    return repo


def test_a_file_comes_from_the_commit_of_its_version(gtod: Gtod, registry: RepositoryBuilder, tmp_path: Path) -> None:
    place = tmp_path / "here"
    place.mkdir()
    for name, content in (("churn#prod", "one"), ("churn@latest", "two"), ("churn@v1.0.0", "one"), ("churn", "two")):
        ran = gtod("get", name, "-r", str(registry.path), "--force", cwd=place)
        assert (ran.returncode, ran.stdout) == (0, "churn.pkl\n"), ran.stderr
        assert (place / "churn.pkl").read_text() == content
    refused = gtod("get", "churn", "-r", str(registry.path), cwd=place)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert [each.name for each in place.iterdir()] == ["churn.pkl"]


def test_a_folder_comes_whole(gtod: Gtod, registry: RepositoryBuilder, tmp_path: Path) -> None:
    ran = gtod("get", "folder", "-r", str(registry.path), "-o", str(tmp_path / "copy"), cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    copy = tmp_path / "copy"
    assert (copy / "churn.pkl").read_text() == "two"
    assert (copy / "link").readlink() == Path("churn.pkl")
    assert os.access(copy / "sub/run.sh", os.X_OK)
    assert not os.access(copy / "churn.pkl", os.X_OK)


@pytest.mark.parametrize(("name", "path"), [("tracked", "data/big.csv"), ("made", "out/result.bin")])
def test_what_dvc_tracks_is_got_by_dvc_or_the_command_is_printed(
    name: str, path: str, gtod: Gtod, registry: RepositoryBuilder, tmp_path: Path
) -> None:
    bin_directory = tmp_path / "bin"
    bin_directory.mkdir()
    (bin_directory / "git").symlink_to(str(shutil.which("git")))
    head, place = registry.git("rev-parse", "HEAD"), Path(path).name
    expected = ["get", "--rev", head, "-o", place, "--", str(registry.path), path]
    without = gtod("get", name, cwd=registry.path, env={"PATH": str(bin_directory)})
    assert (without.returncode, without.stdout) == (1, f"dvc {' '.join(expected)}\n")
    dvc = bin_directory / "dvc"
    dvc.write_text('#!/bin/sh\nfor each in "$@"; do echo "$each" >> "$RECORD"; done; echo got > "$5"\n')
    dvc.chmod(0o755)
    record = tmp_path / "record"
    ran = gtod("get", name, cwd=registry.path, env={"PATH": str(bin_directory), "RECORD": str(record)})
    assert (ran.returncode, ran.stdout) == (0, f"{place}\n"), ran.stderr
    assert (registry.path / place).read_text() == "got\n"
    # dvc removes what is at the place that it is given, so that is one beside.
    expected[4] = record.read_text().splitlines()[4]
    assert record.read_text().splitlines() == expected
    assert expected[4] != place


@pytest.mark.parametrize(
    ("name", "words"),
    [("away", "s3://bucket"), ("gone", "nowhere.pkl"), ("outside", "out of the repository"), ("nothing", "no path")],
)
def test_what_is_not_here_is_told(name: str, words: str, gtod: Gtod, registry: RepositoryBuilder) -> None:
    before = sorted(registry.path.rglob("*"))
    ran = gtod("get", name, cwd=registry.path)
    assert ran.returncode == 1
    assert words in ran.stdout + ran.stderr
    assert gtod("get", "unknown", cwd=registry.path).returncode == 1
    assert [each for each in sorted(registry.path.rglob("*")) if ".git" not in each.parts] == [
        each for each in before if ".git" not in each.parts
    ]


def test_describe_tells_where_it_lies(gtod: Gtod, registry: RepositoryBuilder) -> None:
    result = json.loads(gtod("call", "gto/describe", '{"name": "churn#prod"}', cwd=registry.path).stdout)
    content = result["content"]
    assert (content["kind"], content["path"], content["is_directory"]) == ("git", "models/churn.pkl", False)
    assert registry.git("cat-file", "blob", content["oid"]) == "one"
