"""Why an artifact cannot be got: what is in the way, or which version there is not."""

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod

ANNOTATED = """through: {path: linked/y}
sub: {path: module}
within: {path: module/a/b}
file: {path: real/inner}
gone: {path: nowhere}
all: {path: .}
whole: {path: folder}
"""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("through", "linked is a link to 'data' at the commit"),
        ("sub", "module is a submodule at the commit"),
        ("within", "module is a submodule at the commit"),
        ("file", "real is a file at the commit"),
        ("gone", "has no nowhere, and no pointer of DVC to it"),
        ("all", "the path is the repository itself"),
        ("gone@v9.0.0", "'gone' has no version v9.0.0"),
        ("gone#prod", "No version of 'gone' is in the stage 'prod'"),
    ],
)
def test_the_reason_is_the_true_one(name: str, reason: str, gtod: Gtod, repo: RepositoryBuilder) -> None:
    build(repo)
    ended = gtod("get", name, cwd=repo.path, daemon=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert reason in ended.stderr
    assert "annotate" not in ended.stderr


def test_a_submodule_that_is_left_out_is_named(gtod: Gtod, repo: RepositoryBuilder) -> None:
    build(repo)
    ended = gtod("get", "whole", "-o", "copy", cwd=repo.path, daemon=False)
    assert (ended.returncode, ended.stdout) == (0, "copy\n")
    assert "folder/inner/sub is a submodule, and left out: what is in it is in another repository" in ended.stderr
    assert sorted(each.name for each in (repo.path / "copy").iterdir()) == ["inner", "x"]


def build(repo: RepositoryBuilder) -> None:
    first = repo.commit({"data/y": "1", "folder/x": "1"})
    repo.git("reset", "--quiet", "--hard")
    (repo.path / "linked").symlink_to("data")
    (repo.path / "real").write_text("1")
    (repo.path / "artifacts.yaml").write_text(ANNOTATED)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{first},module")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{first},folder/inner/sub")
    repo.git("add", "linked", "real", "artifacts.yaml")
    repo.git("commit", "--quiet", "-m", "all")
    repo.tag("gone@v1.0.0", repo.git("rev-parse", "HEAD").strip())
