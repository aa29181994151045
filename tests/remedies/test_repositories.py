"""Remedies for repositories: what they lack, what is damaged, whose they are."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.remedies.conftest import World, remedy
from tests.remotes import http_remote


@remedy("Give a path inside a repository, or make one: commands.command.")
def test_no_repository(world: World) -> None:
    plain = world.tmp / "plain folder"
    plain.mkdir()
    world.run(world.gtod("show", cwd=plain), "git init", cwd=plain)
    assert "no commit yet" in world.gtod("show", cwd=plain)


@remedy("Clone it: `git clone {}`, and give the clone's path to -r.")
def test_a_remote_repository_where_one_here_is_needed(world: World) -> None:
    url = f"file://{world.remote()}"
    world.env["GTOD_NO_DAEMON"] = "0"
    for words in (("push", "-r", url), ("watch", "-r", url)):
        shutil.rmtree(world.tmp / "remote", ignore_errors=True)
        world.run(world.gtod(*words, cwd=world.tmp), "git clone", cwd=world.tmp)
        assert world.gtod("push", "-r", "remote", cwd=world.tmp) == "Nothing to push\n"


@remedy("Look at it: `gtod show -r {}`", "Name another place, such as: `gtod demo another-demo`")
def test_a_demo(world: World) -> None:
    assert "churn" in world.run(world.gtod("demo", "a place", cwd=world.tmp), "gtod show", cwd=world.tmp)
    assert "another-demo" in world.run(world.gtod("demo", "a place", cwd=world.tmp), "gtod demo", cwd=world.tmp)


@remedy("Run: `git config --global user.name 'Your Name'`, and `git config --global user.email you@example.com`")
def test_nobody_knows_who_acts(world: World) -> None:
    world.env["GIT_CONFIG_GLOBAL"] = str(world.tmp / "gitconfig")
    world.repo.git("config", "user.useConfigOnly", "true")
    said = world.gtod("register", "m")
    world.run(said, "user.name")
    world.run(said, "user.email")
    assert "Created git tag 'm@v0.0.1'" in world.gtod("register", "m")


@remedy("Give a commit, branch or tag that is in this clone; `git fetch --tags` brings what is missing.")
def test_tags_that_a_clone_lacks(world: World) -> None:
    world.repo.git("clone", "--quiet", "--no-tags", "--origin", "origin", ".", str(world.tmp / "clone"))
    clone = world.tmp / "clone"
    said = world.gtod("register", "m", "churn@v1.0.0", cwd=clone)
    world.run(said, "git fetch", cwd=clone)
    assert "Created git tag" in world.gtod("register", "m", "churn@v1.0.0", cwd=clone)


@remedy("yes, so tags and history may be missing; `git fetch --unshallow --tags` fetches them")
def test_doctor_of_a_shallow_clone(world: World) -> None:
    world.repo.commit()
    world.repo.git("clone", "--quiet", "--depth=1", f"file://{world.repo.path}", str(world.tmp / "clone"))
    clone = world.tmp / "clone"
    world.run(world.gtod("doctor", cwd=clone), "git fetch", cwd=clone)
    assert "Shallow clone: no" in world.gtod("doctor", cwd=clone)


@remedy("This clone is shallow, and may lack tags and history: `git fetch --unshallow --tags` brings them.")
@pytest.mark.parametrize("daemon", [True, False])
@pytest.mark.parametrize(
    ("command", "then"),
    [
        ("show churn@v1.0.0", "churn@v1.0.0"),
        ("get churn@v1.0.0 -o x", "x"),
        ("show churn#prod", "churn@v1.0.0"),
        ("rollback churn prod --dry-run", "Would create"),
        ("why churn prod", "v1.0.0"),
        ("history", "churn@v1.0.0"),
        ("history churn", "churn@v1.0.0"),
        ("show other", "other@v1.0.0"),
        ("assign churn --version v1.0.0 --stage dev", "Created"),
        ("stages --used", "prod"),
    ],
)
def test_what_a_shallow_clone_lacks_is_no_fact(command: str, then: str, daemon: bool, world: World) -> None:
    first = world.repo.commit({"artifacts.yaml": "churn: {path: m}\n", "m": "3"})
    world.repo.tag("churn#prod#0", first)
    world.repo.git("tag", "-d", "churn@v1.0.0")
    world.repo.tag("churn@v1.0.0", first)
    world.repo.tag("churn@v0.9.0", world.target("churn#prod#1"))
    world.repo.tag("other@v1.0.0", first)
    world.repo.tag("churn#prod#2", first)
    world.repo.commit({"m": "4"})
    clone = world.tmp / "clone"
    world.repo.git("clone", "--quiet", "--depth=1", f"file://{world.repo.path}", str(clone))
    if daemon:
        del world.env["GTOD_NO_DAEMON"]
    said = world.gtod(*command.split(), cwd=clone)
    assert said.count("This clone is shallow") == 1, said
    world.run(said, "git fetch", cwd=clone)
    said = world.gtod(*command.split(), cwd=clone)
    assert then in said
    assert "shallow" not in said


@remedy("commands.command brings those of a remote.")
def test_a_clone_without_tags(world: World) -> None:
    world.repo.commit({"artifacts.yaml": "churn: {path: m}\n"})
    clone = world.tmp / "clone"
    world.repo.git("clone", "--quiet", "--no-tags", f"file://{world.repo.path}", str(clone))
    said = world.gtod("history", cwd=clone)
    assert "none has a tag" in said
    world.run(said, "git fetch", cwd=clone)
    assert "churn@v1.0.0" in world.gtod("history", cwd=clone)


@remedy("In a shallow or partial clone fetch the rest of it: `git fetch --unshallow --tags`.")
def test_a_shallow_clone(world: World) -> None:
    world.repo.git("clone", "--quiet", "--depth=1", f"file://{world.repo.path}", str(world.tmp / "clone"))
    clone = world.tmp / "clone"
    oid = world.repo.git("rev-parse", "refs/tags/churn@v1.0.0")
    # As a fetch of a tag alone leaves it where the commit is filtered.
    world.sh(f"git -C {world.repo.path} cat-file tag {oid} | git hash-object -t tag -w --stdin", cwd=clone)
    world.sh(f"echo {oid} > '.git/refs/tags/churn@v1.0.0'", cwd=clone)
    said = world.gtod("show", cwd=clone)
    assert "cannot be read" in said
    world.run(said, "git fetch", cwd=clone)
    assert "cannot be read" not in world.gtod("show", cwd=clone)


@remedy("In a partial clone fetch it: `git cat-file -p {}`; else `git fsck` tells more.")
def test_a_partial_clone(world: World) -> None:
    world.repo.commit({"artifacts.yaml": "churn: {path: m}\n"})
    world.repo.git("config", "uploadpack.allowFilter", "true")
    world.repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    clone = world.tmp / "clone"
    world.repo.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{world.repo.path}", str(clone))
    said = world.gtod("describe", "churn", cwd=clone)
    assert "missing from this clone" in said
    world.run(said, "git cat-file", cwd=clone)
    assert "missing from this clone" not in world.gtod("describe", "churn", cwd=clone)
    said = world.gtod("get", "churn", cwd=clone)
    assert "missing or damaged" in said
    world.run(said, "git fsck", cwd=clone, fails=True)
    world.run(said, "git cat-file", cwd=clone)
    assert world.gtod("get", "churn", cwd=clone) == "m\n"


@remedy("Somebody made this commit to write where it should not; see `git fsck`.")
def test_a_commit_that_would_write_elsewhere(world: World) -> None:
    blob = world.repo.git("rev-parse", "HEAD:m")
    make = f"printf '100644 ..\\0' | cat - <(echo {blob} | xxd -r -p) | git hash-object -t tree -w --literally --stdin"
    inner = world.sh(make).strip()
    yaml = world.repo.blob("churn: {path: models}\n")
    listed = f"040000 tree {inner}\\tmodels\\n100644 blob {yaml}\\tartifacts.yaml\\n"
    tree = world.sh(f"printf '{listed}' | git mktree").strip()
    world.sh(f"git update-ref refs/heads/main $(git commit-tree -m Hostile {tree})")
    said = world.gtod("get", "churn", "-o", "x")
    assert "hasDotdot" in world.run(said, "git fsck", fails=True)


@remedy(
    "See what `git fsck` says, then make it anew: `git repack -a -d`",
    "%s is damaged, so git reads for us; make it anew by: `git repack -a -d`",
)
def test_a_damaged_index_of_a_pack(world: World) -> None:
    world.repo.git("gc", "--quiet")
    (index,) = (world.repo.git_dir / "objects/pack").glob("*.idx")
    index.chmod(0o644)
    data = bytearray(index.read_bytes())
    data[-1] ^= 1
    index.write_bytes(data)
    said = world.gtod("show", "--no-daemon")
    assert "damaged" in said
    world.run(said, "git repack")
    assert "damaged" not in world.gtod("show")


@remedy("If you do: commands.command", "See what Git says: commands.command")
def test_somebody_elses(world: World) -> None:
    if os.getuid() != 0:
        pytest.skip("takes root, who may give a folder away")
    theirs = RepositoryBuilder(world.tmp / "it's theirs")
    theirs.commit({"m": "1"})
    theirs.tag("m@v1.0.0")
    for directory, _, files in os.walk(theirs.path):
        for name in (directory, *(str(Path(directory, file)) for file in files)):
            os.chown(name, 54321, 54321)
    said = world.gtod("show", "-r", str(theirs.path))
    assert "belongs to another user" in said
    try:
        world.run(said, "safe.directory")
        assert "v1.0.0" in world.gtod("show", "-r", str(theirs.path))
    finally:
        world.sh("git config --global --unset-all safe.directory")
    (world.repo.git_dir / "config").write_text("[core\n")
    assert "bad config" in world.run(world.gtod("show"), "status", fails=True)


@remedy("Nobody is asked for a password here.")
def test_a_remote_that_wants_a_password(world: World) -> None:
    remote = world.remote()
    with http_remote(remote) as url:
        world.repo.git("remote", "set-url", "origin", url)
        world.env["GIT_TERMINAL_PROMPT"] = "0"
        said = world.gtod("push")
        assert "could not read Username" in world.run(said, "git ls-remote", fails=True)
        world.repo.git("config", "http.extraHeader", "Authorization: Basic YW5uOnMzY3JldA==")
        assert "churn@v1.0.0" in world.run(said, "git ls-remote")
    assert json.loads(world.gtod("sync-status", "--no-refresh", "--json"))["asked_at"] is None


def test_a_remedy_is_about_the_repository_that_was_named(world: World, tmp_path: Path) -> None:
    other = tmp_path / "an other"
    world.sh(f"git clone -q . '{other}'; git -C '{other}' tag -d 'churn#prod#1'; git -C '{other}' tag m@v1.0.0")
    world.sh("git tag -a -m mine m@v1.0.0")
    mine = world.sh("git rev-parse m@v1.0.0")
    found = world.gtod("doctor", "-r", str(other))
    assert "'m@v1.0.0' is a lightweight tag" in found
    world.run(found, "git -C")
    assert world.sh("git rev-parse m@v1.0.0") == mine
    assert world.sh(f"git -C '{other}' cat-file -t m@v1.0.0").strip() == "tag"


@remedy(
    "It was not fetched, or has been deleted since. `git fetch --tags --force` fetches all tags.",
    "Run `git fetch --tags --force` first. {}",
)
def test_tags_that_a_checkout_of_ci_lacks(world: World) -> None:
    world.remote()
    for options in ((), ("--fetched",)):
        clone = world.tmp / f"clone{len(options)}"
        world.sh(f"git clone --quiet --no-tags 'file://{world.tmp}/remote.git' '{clone}'")
        said = world.gtod("ci-event", *options, "churn#prod#1", cwd=clone)
        world.run(said, "git fetch", cwd=clone)
        assert "version: v1.0.0" in world.gtod("ci-event", *options, "churn#prod#1", cwd=clone)
