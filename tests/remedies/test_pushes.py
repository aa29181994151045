"""Remedies for pushes that were refused, or left something out."""

from pathlib import Path

import pytest

from tests.remedies.conftest import World, remedy
from tests.remotes import hook


def tags(remote: Path, world: World) -> list[str]:
    return world.sh("git tag", cwd=remote).splitlines()


@remedy("{} deleted there, so {} not pushed unless named. To bring {} back there: commands.push_tags")
def test_a_tag_that_was_deleted_at_the_remote(world: World) -> None:
    remote = world.remote()
    world.gtod("sync-status")
    world.sh("git tag -d 'churn#prod#1'", cwd=remote)
    for said in (world.gtod("push"), world.gtod("fetch"), world.gtod("sync-status")):
        world.run(said, "gtod push")
        assert "churn#prod#1" in tags(remote, world)
        world.sh("git tag -d 'churn#prod#1'", cwd=remote)
    world.run(world.gtod("push"), "git tag -d")
    assert world.gtod("push") == "Nothing to push\n"


@remedy("{} tags were at {} and are deleted there, so they are not pushed unless they are named.")
def test_many_tags_that_were_deleted_at_the_remote(world: World) -> None:
    remote = world.remote()
    for number in range(12):
        world.repo.tag(f"m{number}@v1.0.0")
    world.gtod("push")
    world.sh("git tag | xargs git tag -d", cwd=remote)
    said = world.gtod("push")
    assert tags(remote, world) == []
    assert "14 tags were at origin" in said
    world.run(said, "gtod push")
    assert len(tags(remote, world)) == 14


@pytest.mark.parametrize("name", ["m", "some/dir:m"])
@remedy(" To push it later: commands.push_tags.", "'{}' is here, and {}. To push it: commands.push_tags")
def test_a_push_that_was_refused_and_the_act_tried_again(name: str, world: World) -> None:
    remote = world.remote()
    hook(remote, "pre-receive", "exit 1")
    act = ("assign", name, "--stage", "prod", "--push")
    first, second = world.gtod(*act), world.gtod(*act)
    assert "is here, and is not pushed" in second
    (remote / "hooks/pre-receive").unlink()
    tag = name.replace(":", "=")
    for said in (first, second):
        world.run(said, "gtod push")
        assert {f"{tag}@v0.0.1", f"{tag}#prod#1"} <= {*tags(remote, world)}
        world.sh(f"git tag -d '{tag}#prod#1'", cwd=remote)


@remedy(" To have one meant where none is given: commands.default_remote")
def test_a_remote_that_is_one_of_several(world: World) -> None:
    remote = world.remote()
    world.sh(f"git remote rename origin a; git remote add b {remote}")
    said = world.gtod("register", "m", "--push")
    assert "m@v0.0.1" not in world.repo.git("tag")
    world.run(said, "git config remote.pushDefault")
    world.sh("gtod register m --push")
    assert "m@v0.0.1" in tags(remote, world)


@remedy(" To delete it there later: commands.push_tags.")
def test_a_deletion_that_was_refused(world: World) -> None:
    remote = world.remote()
    hook(remote, "pre-receive", "exit 1")
    said = world.gtod("deprecate", "churn", "v1.0.0", "prod", "-d", "-y", "--push")
    (remote / "hooks/pre-receive").unlink()
    world.run(said, "--delete")
    assert tags(remote, world) == ["churn@v1.0.0"]


@remedy("commands.delete_tags, then commands.fetch_tags", "commands.push_tags, then commands.push_tags")
def test_a_tag_that_is_another_there(world: World) -> None:
    remote = world.remote()
    theirs = world.sh(
        "git -c user.name=Zoe -c user.email=z@x tag -a -m hers m@v0.0.1; git rev-parse m@v0.0.1", cwd=remote
    )
    said = world.gtod("register", "m", "--push")
    assert "One of the two has to go" in said
    mine = world.repo.git("rev-parse", "m@v0.0.1")
    world.run(said, "git tag -d")
    world.run(said, "gtod fetch")
    assert world.repo.git("rev-parse", "m@v0.0.1") == theirs.strip() != mine
    world.repo.git("update-ref", "refs/tags/m@v0.0.1", mine)
    said = world.gtod("push")
    world.run(said, "--delete")
    world.run(said, "gtod push --remote=origin m@")
    assert world.sh("git rev-parse m@v0.0.1", cwd=remote).strip() == mine


@remedy("To send both: commands.push_tags; to take back what is here: commands.delete_tags.")
def test_a_stage_whose_version_was_deleted_at_the_remote(world: World) -> None:
    remote = world.remote()
    for starts in ("gtod push", "git tag -d"):
        world.gtod("sync-status")
        world.sh("git tag -d churn@v1.0.0", cwd=remote)
        said = world.gtod("assign", "churn", "--version", "v1.0.0", "--stage", f"dev{len(starts)}", "--push")
        assert "is deleted there" in said
        world.run(said, starts)
        assert ("churn@v1.0.0" in tags(remote, world)) == (starts == "gtod push")
        assert "is deleted there" not in world.gtod("push") or starts == "git tag -d"
        world.gtod("push", "churn@v1.0.0")


@remedy("`gtod history` lists the tags of the registry.")
def test_a_tag_that_is_not_here(world: World) -> None:
    world.remote()
    assert "churn@v1.0.0" in world.run(world.gtod("push", "m@v1.0.0"), "gtod history")


@remedy("See what Git says, and try again: commands.list_remote.")
def test_a_remote_that_is_not_there(world: World) -> None:
    for remote in ("origin", "it's"):
        world.repo.git("config", f"remote.{remote}.url", str(world.tmp / "nowhere"))
        said = world.gtod("push", "--remote", remote)
        assert "nowhere" in world.run(said, "git ls-remote", fails=True)
    world.repo.git("clone", "--quiet", "--bare", ".", str(world.tmp / "nowhere"))
    assert "churn@v1.0.0" in world.run(said, "git ls-remote")


@remedy("Set it to how many tags a push may have, 0 for any: `git config {} {}`")
def test_a_size_of_pushes_that_is_none(world: World) -> None:
    world.remote()
    world.sh("git config gtod.pushBatch many")
    world.run(world.gtod("register", "m", "--push"), "git config gtod.pushBatch")
    world.sh("gtod register m --push")
