"""The builder makes repositories that Git itself finds in order."""

from collections.abc import Callable

import pytest

from tests.builders import RepositoryBuilder


def test_git_finds_nothing_wrong_with_what_the_builder_makes(repo: RepositoryBuilder) -> None:
    first = repo.commit({"a.txt": "a", "b/c.txt": "c", "b.txt": "b", "b/d/e.txt": b"\xff"})
    repo.commit({"a.txt": None, "b/c.txt": "C"}, tz="-0330", message="Zweite Änderung\n")
    inner = repo.tag("churn@v1.0.0", first, tz="+0545")
    repo.tag("churn#prod#1", inner, target_kind="tag", message="nested\n")
    repo.tag("notes", repo.blob("text"), target_kind="blob")
    repo.lightweight("churn#dev#1")
    repo.checkout()
    assert repo.git("fsck", "--strict", "--full") == ""
    assert repo.git("status", "--porcelain") == ""
    assert repo.git("ls-files").split() == ["b.txt", "b/c.txt", "b/d/e.txt"]
    assert repo.git("cat-file", "-t", "churn#prod#1") == "tag"
    assert repo.git("rev-parse", "churn#prod#1^{commit}") == first
    assert repo.git("for-each-ref", "--format=%(taggerdate:raw)", "refs/tags/churn@v1.0.0") == "1700000180 +0545"


def test_what_git_refuses_to_write_can_be_had(repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("a@v1.0.0", tagger=None)
    repo.tag("b@v1.0.0", object_name="old@v1.0.0")
    repo.tag(b"c\xff@v1.0.0", message=b"\xe9t\xe9")
    assert "tagger" not in repo.git("cat-file", "-p", "refs/tags/a@v1.0.0")
    assert "tag old@v1.0.0" in repo.git("cat-file", "-p", "refs/tags/b@v1.0.0")
    assert repo.git("for-each-ref", "--format=x", "refs/tags").count("x") == 3


def test_branches_detached_heads_and_bare_repositories(make_repository: Callable[..., RepositoryBuilder]) -> None:
    bare = make_repository("bare", bare=True)
    with pytest.raises(ValueError, match="no commit yet"):
        _ = bare.head
    first = bare.commit({"a": "1"})
    side = bare.commit({"a": "2"}, branch="side", parents=(first,))
    assert bare.head == first
    bare.switch("side")
    assert bare.head == side
    bare.detach(first)
    assert bare.git("rev-parse", "HEAD", "side") == f"{first}\n{side}"
    assert bare.git("show", "side:a") == "2"
    bare.pack()
    assert bare.git("rev-parse", "refs/heads/main") == first
