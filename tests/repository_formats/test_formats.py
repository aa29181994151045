"""What is more to a format than its tags: revisions, files of commits, signatures, remotes. SHA-256 beside SHA-1."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.client.errors import CallError
from gto_daemon.git.counters import Counters
from gto_daemon.git.export import Missed, export
from gto_daemon.git.layout import find_layout
from gto_daemon.git.objects import ObjectReader
from gto_daemon.registry.errors import RegistryError
from tests.differential.subject import Subject
from tests.repository_formats.formats import REPOSITORY_FORMATS, Repository, git
from tests.repository_formats.git_comparison import assert_as_git_sees_it
from tests.repository_formats.git_view import GitView
from tests.repository_formats.maker import MadeByGit

Template = Callable[..., Path]
SHA256 = "--object-format=sha256"


@pytest.fixture(params=[(), (SHA256,)], ids=["sha1", "sha256"])
def made(request: pytest.FixtureRequest, template: Template, tmp_path: Path) -> MadeByGit:
    """A registry that libgit2 reads, and one that git reads."""
    return MadeByGit(shutil.copytree(template(*request.param), tmp_path / "repo"))


REVISIONS = (
    "HEAD", "@", "HEAD~1", "main", "refs/heads/main", "churn@v1.0.0", "refs/tags/churn@v1.0.0", "nested@v1.0.0",
    "main^{commit}", "churn@v1.0.0^{}", ":/Model 2", "HEAD^{/Model 1}", "main@{0}",
)  # fmt: skip
NO_REVISIONS = (
    "", "nope", "HEAD~99", "HEAD:artifacts.yaml", "HEAD:models", "onblob@v1.0.0", "0" * 40, "0" * 64, "main..HEAD",
    "--help", "HEAD\nHEAD", "HEAD\0", "a b", "\udcff", "\ud800", ":/no such message", "^{commit}", "x" * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("rev", REVISIONS)
def test_a_revision_leads_where_git_says(made: MadeByGit, rev: str) -> None:
    reader = ObjectReader(find_layout(str(made.path)), Counters())
    named = made.git("rev-parse", "--verify", rev)
    assert reader.resolve(rev) == made.git("rev-parse", "--verify", f"{named}^{{commit}}")
    reader.close()


@pytest.mark.parametrize("length", [7, 12, 39])
def test_an_abbreviated_id_leads_to_its_commit(made: MadeByGit, length: int) -> None:
    head = made.git("rev-parse", "HEAD")
    registered = Subject(made.path).call("gto/at", rev=made.git("rev-parse", "churn@v1.1.0^{}")[:length])["versions"]
    assert {row["version"] for row in registered} >= {"v1.1.0"}
    reader = ObjectReader(find_layout(str(made.path)), Counters())
    assert reader.resolve(head[:length]) == head
    reader.close()


@pytest.mark.parametrize("rev", NO_REVISIONS, ids=lambda rev: repr(rev)[:20])
def test_what_is_no_commit_is_refused_and_the_next_is_answered(made: MadeByGit, rev: str) -> None:
    reader = ObjectReader(find_layout(str(made.path)), Counters())
    with pytest.raises(RegistryError) as caught:
        reader.resolve(rev)
    assert caught.value.kind == "RefNotFound"
    assert reader.resolve("HEAD") == made.git("rev-parse", "HEAD")
    reader.close()


def test_other_views_and_comparisons_are_the_same_in_both_formats(template: Template) -> None:
    ids = {}
    for options in ((), (SHA256,)):
        repo = template(*options)
        subject = Subject(repo)
        oids = {oid: f"commit {n}" for n, oid in enumerate(git(repo, "rev-list", "main").split())}
        compared = subject.call("gto/compare", name="churn", left="v1.0.0", right="v1.1.0")
        ids[options] = {
            "branches": subject.call("gto/show", all_branches=True)["artifacts"],
            "commits": subject.call("gto/show", all_commits=True)["artifacts"],
            "all": subject.call("gto/show", annotations="all")["artifacts"],
            "history": [
                (row["event"], oids[row["commit"]]) for row in subject.call("gto/history", commits=True)["events"]
            ],
            "compared": (
                [oids[each["commit"]] for each in compared["commits"]],
                compared["complete"],
                compared["changed"],
            ),
            "tree": [(each["name"], each["latest"], each["stages"]) for each in subject.call("gto/tree")["artifacts"]],
        }
    first, second = ids.values()
    for what in first:
        assert _without_ids(first[what]) == _without_ids(second[what]), what


def _without_ids(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_ids(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_ids(each) for each in value]
    return (
        "id" if isinstance(value, str) and len(value) in (40, 64) and set(value) <= set("0123456789abcdef") else value
    )


def test_files_of_a_commit_are_copied_out(made: MadeByGit, tmp_path: Path) -> None:
    head = made.git("rev-parse", "HEAD")
    layout = find_layout(str(made.path))
    assert export(layout, head, "models", tmp_path / "out") == Missed()
    assert (tmp_path / "out/churn.pkl").read_text() == "model 3\n"
    export(layout, head, "bin/run", tmp_path / "run")
    assert os.access(tmp_path / "run", os.X_OK)
    with pytest.raises(RegistryError) as caught:
        export(layout, head, "none", tmp_path / "none")
    assert caught.value.kind == "NoFile"


@pytest.mark.parametrize("name", ["..", ".git", ".GIT", "a/b"])
def test_a_name_that_leads_elsewhere_is_not_written(made: MadeByGit, tmp_path: Path, name: str) -> None:
    blob = made.git("hash-object", "-w", "--stdin", stdin=b"x")
    entry = b"100644 %s\0%s" % (name.encode(), bytes.fromhex(blob))
    inner = made.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=entry)
    tree = made.git("mktree", stdin=f"040000 tree {inner}\tmodels\n".encode())
    commit = made.git("commit-tree", tree, "-m", "Hostile")
    (tmp_path / "place").mkdir()
    with pytest.raises(RegistryError) as caught:
        export(find_layout(str(made.path)), commit, "models", tmp_path / "place/out")
    assert caught.value.kind == "NoFile"
    assert list((tmp_path / "place").rglob("*")) == [tmp_path / "place/out"]


def test_what_a_partial_clone_lacks_is_not_copied_by_halves(template: Template, tmp_path: Path) -> None:
    each = next(each for each in REPOSITORY_FORMATS if each.name == "partial-without-files")
    repo = each.make(template(), tmp_path).git
    (tmp_path / "out").mkdir()
    with pytest.raises(RegistryError) as caught:
        export(find_layout(str(repo)), git(repo, "rev-parse", "HEAD"), "models", tmp_path / "out/models")
    assert caught.value.kind == "NoFile"
    assert "missing or damaged" in caught.value.message


def test_signed_tags_are_made_and_read(made: MadeByGit, tmp_path: Path) -> None:
    assert shutil.which("ssh-keygen"), "install openssh-client: Git signs with it"
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (tmp_path / "allowed").write_text(f"uma@example.com {key.with_suffix('.pub').read_text()}")
    for name, value in (
        ("gpg.format", "ssh"),
        ("user.signingKey", str(key)),
        ("tag.gpgSign", "true"),
        ("gpg.ssh.allowedSignersFile", str(tmp_path / "allowed")),
    ):
        made.git("config", name, value)
    Subject(made.path).call("gto/register", name="new", ref="HEAD", version="v1.0.0", message="Signed")
    made.git("verify-tag", "new@v1.0.0")
    row = Subject(made.path).call("gto/history", name="new")["events"][0]
    assert row["message"] == "Signed"
    assert row["commit"] == made.git("rev-parse", "HEAD")


def test_a_remote_is_cloned_in_its_own_format(made: MadeByGit, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(made.path), "remote.git")
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": os.environ["HOME"], "PATH": os.environ["PATH"]}
    cloned = OneShot().call("gto/clone", {"url": f"file://{tmp_path / 'remote.git'}"}, env)
    place = Path(cloned["repo"])
    shown = assert_as_git_sees_it(Repository(place, place))
    assert shown["artifacts"] == GitView(made.path).show()
    git(made.path, "push", "--quiet", str(tmp_path / "remote.git"), ":refs/tags/churn@v1.1.0")
    OneShot().call("gto/clone", {"url": f"file://{tmp_path / 'remote.git'}"}, env)
    assert Subject(place).call("gto/show")["artifacts"]["churn"]["version"] == "v1.0.0"


def test_a_tag_is_pushed_and_fetched(made: MadeByGit, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(made.path), "remote.git")
    made.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    pushed = Subject(made.path).call("gto/register", name="new", ref="HEAD", version="v1.0.0", push=True)
    assert pushed["push"]["ok"]
    remote = GitView(tmp_path / "remote.git").refs
    assert remote["new@v1.0.0"] == pushed["created"][0]["oid"]
    git(made.path, "tag", "-d", "new@v1.0.0")
    Subject(made.path).call("gto/fetch")
    assert GitView(made.path).refs == remote


def test_a_plan_of_one_moment_is_refused_when_the_tags_moved(made: MadeByGit) -> None:
    act = {"name": "churn", "ref": made.git("rev-parse", "HEAD"), "version": "v3.0.0"}
    plan = Subject(made.path).call("gto/register", **act, dry_run=True)
    assert plan["plan"]["create"][0]["target"] == act["ref"]
    made.tag("churn@v2.5.0", "HEAD~1")
    with pytest.raises(CallError) as caught:
        Subject(made.path).call("gto/register", **act, expect_clock=plan["clock"])
    assert (caught.value.data or {})["kind"] == "RegistryChanged"
