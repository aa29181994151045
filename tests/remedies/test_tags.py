"""Remedies for tags, artifacts and their files."""

import json
from pathlib import Path

import pytest

from tests.remedies.conftest import World, remedy


@remedy("To have it count from the time of its commit: commands.annotate_tag; to delete it: commands.delete_tags.")
def test_doctor_of_a_lightweight_tag(world: World) -> None:
    first = world.target("churn@v1.0.0")
    second = world.repo.commit({"m": "3"})
    world.repo.tag("churn@v2.0.0", second)
    world.repo.tag("churn#prod#2", second)
    for tag in ("m@v1.0.0", "churn#prod#9", "some/dir=m@v1.0.0", "m@v0.0.1!"):
        world.repo.git("tag", tag, first)
        found = world.gtod("doctor")
        assert f"'{tag}' is a lightweight tag" in found
        world.run(found, "git tag -a -f")
        assert world.target(tag) == first
        assert world.repo.git("cat-file", "-t", f"refs/tags/{tag}") == "tag"
        assert "lightweight" not in world.gtod("doctor")
    # A stage that another version got since stays with that one.
    assert world.gtod("show", "churn#prod", "--version").strip() == "v2.0.0"
    assert world.gtod("show", "m@v1.0.0", "--version").strip() == "v1.0.0"
    world.repo.git("tag", "-f", "m@v1.0.0", first)
    world.run(world.gtod("doctor"), "git tag -d")
    assert "m@v1.0.0" not in world.repo.git("tag").splitlines()


@pytest.mark.parametrize("zone", ["+99999", "+2400", "-0075", "+0530"])
def test_doctor_of_a_lightweight_tag_on_a_commit_with_an_odd_time_zone(zone: str, world: World) -> None:
    tree = world.repo.git("rev-parse", "HEAD^{tree}")
    person = f"Ann <ann@example.com> 1704200000 {zone}"
    made = f"tree {tree}\nauthor {person}\ncommitter {person}\n\nodd\n"
    (world.repo.git_dir / "made").write_text(made)
    commit = world.sh(f"git hash-object -t commit -w --literally '{world.repo.git_dir}/made'").strip()
    world.repo.git("tag", "m@v1.0.0", commit)
    world.run(world.gtod("doctor"), "git tag -a -f")
    assert world.target("m@v1.0.0") == commit
    assert world.repo.git("for-each-ref", "--format=%(taggerdate:unix)", "refs/tags/m@v1.0.0") == "1704200000"


@remedy("{} To delete this tag: commands.delete_tags.")
def test_doctor_of_a_misspelt_tag(world: World) -> None:
    commit = world.repo.commit({"m": "9"})
    world.repo.tag("churn@2.0", commit)
    found = world.gtod("doctor")
    world.run(found, "gtod register")
    assert world.target("churn@v2.0.0") == commit
    world.run(found, "git tag -d")
    assert "churn@2.0" not in world.gtod("doctor")


@remedy("Register it: commands.command.")
def test_doctor_of_a_stage_on_a_commit_that_is_no_version(world: World) -> None:
    world.repo.tag("new#prod#1", world.target("churn@v1.0.0"))
    found = world.gtod("doctor")
    assert "registered as no version" in found
    world.run(found, "gtod register")
    assert world.gtod("show", "new#prod", "--version").strip() == "v0.0.1"
    assert "registered as no version" not in world.gtod("doctor")


@remedy("takes a version out of a stage.", "takes a registration back.")
def test_an_act_that_has_no_command_of_its_own(world: World) -> None:
    for command, done in {"unassign": "churn#prod!#2", "deregister": "churn@v1.0.0!"}.items():
        said = world.gtod(command, "churn", "v1.0.0")
        for word, meant in {"NAME": "churn", "VERSION": "v1.0.0", "STAGE": "prod"}.items():
            said = said.replace(word, meant)
        world.run(said, "gtod deprecate")
        assert done in world.repo.git("tag").splitlines()


@remedy("To register it again: commands.register_again")
@pytest.mark.parametrize("others", [False, True])
def test_a_stage_of_a_deregistered_version(world: World, others: bool) -> None:
    if others:
        world.repo.tag("churn@v2.0.0", world.repo.commit({"m": "3"}))
        world.gtod("assign", "churn", "--version", "v2.0.0", "--stage", "dev")
    world.gtod("deprecate", "churn", "v1.0.0")
    assign = ("assign", "churn", "--version", "v1.0.0", "--stage", "dev")
    planned = world.gtod(*assign, "--dry-run")
    assert ": v1.0.0 was deregistered. To register" in planned
    world.gtod(*assign)
    refused = world.gtod(*assign)
    assert "before, which counts for nothing, because the version was deregistered" in refused
    world.run(refused, "gtod register")
    assert world.gtod("show", "churn#dev", "--version").split() == ["v1.0.0"]
    assert "already in stage 'dev'" in world.gtod(*assign)
    world.gtod("deprecate", "churn", "v1.0.0", "--simple", "false")
    world.run(planned, "gtod register")
    assert world.gtod("show", "churn@v1.0.0", "--version").split() == ["v1.0.0"]


@remedy("Register it again: commands.register_again; or take it out of the stage: commands.command.")
@pytest.mark.parametrize("command", ["gtod register", "gtod deprecate"])
def test_doctor_of_a_stage_of_a_deregistered_version(world: World, command: str) -> None:
    world.gtod("deprecate", "churn", "v1.0.0")
    found = world.gtod("doctor")
    assert "[stage-of-deregistered-version]" in found
    world.run(found, command)
    assert "[stage-of-deregistered-version]" not in world.gtod("doctor")


@remedy("To undo only that: commands.delete_tags.")
@pytest.mark.parametrize("undone", [("churn",), ("churn", "v1.0.0")])
def test_a_deprecation_or_deregistration_is_undone_where_everything_was_to_be_deleted(
    world: World, undone: tuple[str, ...]
) -> None:
    before = world.gtod("show", "churn")
    world.gtod("deprecate", *undone)
    # What was done twice is undone as a whole.
    world.gtod("deprecate", *undone, "--force", *(["--simple", "false"] if undone[1:] else []))
    assert world.gtod("show", "churn") != before
    world.run(world.gtod("deprecate", *undone, "--delete"), "git tag -d")
    assert world.gtod("show", "churn") == before


@remedy("Delete it: commands.delete_tags.")
def test_a_tag_of_a_creation(world: World) -> None:
    world.repo.tag("churn@created")
    world.run(world.gtod("show"), "git tag -d")
    assert "created" not in world.gtod("doctor")


@remedy("See what `git fsck` says of it.")
def test_a_tag_that_cannot_be_read(world: World) -> None:
    oid = world.repo.git("rev-parse", "churn#prod#1")
    (world.repo.git_dir / "objects" / oid[:2] / oid[2:]).unlink()
    assert "churn#prod#1" in world.run(world.gtod("show"), "git fsck", fails=True)


@remedy("and {} more (`gtod doctor` lists them all)", " There are {} more problems; run: `gtod doctor`.")
def test_many_problems(world: World) -> None:
    for number in range(12):
        world.repo.tag(f"m{number}@created")
    listed = world.run(world.gtod("show"), "gtod doctor", fails=True)
    assert all(f"'m{number}@created'" in listed for number in range(12))


@remedy("If no git runs, delete it: commands.delete_file, and fetch it again.")
def test_a_ref_that_holds_nothing(world: World) -> None:
    world.remote()
    (world.repo.git_dir / "refs/tags/churn#prod#1").write_text("")
    found = world.gtod("doctor")
    assert "holds no object id" in found
    world.run(found, "rm ")
    assert "fetched" in world.gtod("fetch")
    assert "holds no object id" not in world.gtod("doctor")
    assert world.gtod("show", "churn#prod", "--version").strip() == "v1.0.0"


@remedy(
    "See: commands.show_artifact",
    "Assign a version by its name, one of these: commands.show_artifact",
    "commands.show_artifact lists them; give the commit of the one that is meant.",
)
def test_what_there_is_to_see(world: World) -> None:
    for said in (
        world.gtod("rollback", "churn", "dev"),
        world.gtod("call", "gto/compare", json.dumps({"name": "churn", "left": "v1.0.0", "right": "#dev"})),
    ):
        assert "v1.0.0" in world.run(said, "gtod show"), said
    world.repo.tag("churn@v1.0.0#9", world.repo.commit({"m": "3"}))
    listed = world.run(world.gtod("describe", "churn@v1.0.0"), "gtod show")
    assert listed.count("│ churn@v1.0.0") == 2


@remedy("Say where it is: see `gtod annotate --help`.", "See: `gtod describe {}`.")
def test_an_artifact_that_cannot_be_got(world: World) -> None:
    assert "--path" in world.run(world.gtod("get", "churn#prod"), "gtod annotate")
    world.repo.commit({"artifacts.yaml": "churn: {path: nowhere}\n"})
    assert "nowhere" in world.run(world.gtod("get", "churn"), "gtod describe")


@remedy("Move it away, or delete it: `rm -r {}`")
def test_what_a_killed_get_left(world: World) -> None:
    world.repo.commit({"artifacts.yaml": "churn: {path: m}\n"})
    left = world.repo.path / ".it's a copy.gtod-get-x"
    left.mkdir()
    (left / "lock").touch()
    (left / "old").write_text("old")
    (world.repo.path / "it's a copy").write_text("new")
    world.run(world.gtod("get", "churn", "-o", "it's a copy"), "rm -r")
    assert not left.exists()
    assert (world.repo.path / "it's a copy").read_text() == "new"


@remedy("Move it away: `mv {}`, or give another place with --out.")
def test_what_a_get_would_destroy(world: World) -> None:
    world.repo.commit({"artifacts.yaml": "churn: {path: m}\n"})
    get = ("get", "churn", "-o", "it's mine", "--force")
    there = world.repo.path / "it's mine"
    for content in ("first", "second"):
        there.write_text(content)
        world.run(world.gtod(*get), "mv ")
        assert world.gtod(*get) == "it's mine\n"
    there.unlink()
    there.mkdir()
    (there / "notes").write_text("third")
    world.run(world.gtod(*get), "mv ")
    assert world.gtod(*get) == "it's mine\n"
    assert (world.repo.path / "it's mine.old").read_text() == "first"
    assert (world.repo.path / "it's mine.old1").read_text() == "second"
    assert (world.repo.path / "it's mine.old2/notes").read_text() == "third"


@remedy("Make its folder: `mkdir -p {}`")
def test_a_place_whose_folder_is_not_there(world: World) -> None:
    world.repo.commit({"artifacts.yaml": "churn: {path: m}\n"})
    for place in ("a new/dir/x", "-n/x", "../beside/x/"):
        get = ("get", "churn", f"--out={place.rstrip('/')}")
        said = world.gtod(*get[:2], f"--out={place}")
        assert "No such file or directory" in said
        world.run(said, "mkdir")
        assert world.gtod(*get).strip() == place.rstrip("/")
        assert (world.repo.path / place.rstrip("/")).read_text() == "2"


@pytest.mark.parametrize("name", ["m", "some/dir:m"])
def test_what_an_act_says_to_push(name: str, world: World) -> None:
    remote = world.remote()
    undo = ("deprecate", name, "v0.0.1", "prod")
    for words in (("register", name), ("assign", name, "--stage", "prod"), undo):
        for line in world.gtod(*words).splitlines():
            if line.startswith("    git push"):
                world.sh(line)
    theirs = world.sh("git tag", cwd=remote).splitlines()
    assert sorted(theirs) == sorted(world.repo.git("tag").splitlines())
    assert len(theirs) == 5
    said = world.gtod(*undo, "-d", "-y")
    for line in said.splitlines():
        if line.startswith("    git push"):
            world.sh(line)
    assert sorted(world.sh("git tag", cwd=remote).splitlines()) == sorted(world.repo.git("tag").splitlines())


@remedy("To push it later: commands.push_branch")
@pytest.mark.parametrize("setting", [(), ("push.default", "nothing"), ("remote.pushDefault", "origin")])
@pytest.mark.parametrize("named", [(), ("--remote", "origin")])
def test_an_annotation_of_a_branch_that_git_has_no_place_for(
    setting: tuple[str, ...], named: tuple[str, ...], world: World
) -> None:
    remote = world.remote()
    world.repo.git("switch", "--quiet", "-c", "new")
    if setting:
        world.repo.git("config", *setting)
    said = world.gtod("annotate", "m", "--path", "m", "--push", *named)
    if "and pushed" not in said:
        assert "To push the current branch" not in said
        assert "To have this happen" not in said
        world.run(said, "git push")
    assert world.repo.git("rev-parse", "HEAD") == world.sh("git rev-parse new", cwd=remote).strip()


@remedy("To push it later: commands.push")
def test_an_annotation_whose_push_is_refused(world: World, tmp_path: Path) -> None:
    remote = world.remote()
    world.repo.git("push", "--quiet", "-u", "origin", "main")
    hook = remote / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    said = world.gtod("annotate", "m", "--path", "m", "--commit", "--push")
    hook.unlink()
    world.run(said, "git push")
    assert world.repo.git("rev-parse", "HEAD") == world.sh("git rev-parse main", cwd=remote).strip()


def test_git_that_does_not_know_the_date_is_not_taken_for_one_that_knows_no_name(world: World) -> None:
    said = world.sh("GIT_COMMITTER_DATE=garbage gtod register new", fails=True)
    assert "invalid date format: garbage" in said
    assert "user.name" not in said


@remedy("Nothing was created or deleted. Where the hook is: `git rev-parse --git-path hooks/reference-transaction`")
def test_a_hook_that_refuses(world: World) -> None:
    hook = world.repo.git_dir / "hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert world.run(world.gtod("register", "m"), "git rev-parse").strip() == ".git/hooks/reference-transaction"


@remedy("To put it there again: commands.assign_again")
def test_a_version_that_held_the_stage_before_a_rollback(world: World) -> None:
    world.sh("gtod register churn && gtod assign churn --version v1.0.1 --stage prod && gtod rollback churn prod")
    said = world.gtod("assign", "churn", "--version", "v1.0.1", "--stage", "prod")
    assert "v1.0.0 holds it since" in said
    world.run(said, "gtod assign")
    assert "v1.0.1" in world.sh("gtod show 'churn#prod' --json")
