"""Where nothing is found the reason is said, with what may be meant; what it recommends shows what there is."""

import shlex

import pytest

from tests.builders import RepositoryBuilder
from tests.remedies.conftest import World, remedy


@remedy("{} {}, as jj makes them, and git without -a, so {} for nothing; commands.command has the remedy.")
@pytest.mark.parametrize(
    "command",
    ["show", "show --json", "show m", "history", "history m", "stages", "at", "show m --version", "describe m@v1.0.0",
     "assign m --version v1.0.0 --stage prod", "deprecate m v1.0.0", "why m prod"],
)  # fmt: skip
def test_tags_that_are_lightweight(command: str, world: World) -> None:
    world.repo.git("tag", "-d", *world.repo.git("tag").splitlines())
    world.repo.git("tag", "m@v1.0.0")
    world.repo.git("tag", "m#prod#1")
    said = world.gtod(*command.split())
    assert "m@v1.0.0" in said
    assert "jj" in said
    assert "git tag -a" in world.run(said, "gtod doctor")


def test_one_lightweight_tag_among_others(world: World) -> None:
    world.repo.git("tag", "churn@v2.0.0")
    world.repo.git("tag", "churn#dev")
    assert "churn@v2.0.0 is a lightweight tag" in world.gtod("show", "churn@v2.0.0")
    assert "churn#dev is a lightweight tag" in world.gtod("show", "churn#dev", "--version")
    assert "churn@v2.0.0 is a lightweight tag" in world.gtod("assign", "churn", "--version", "v2.0.0", "--stage", "dev")


@remedy(
    "{} deprecated; commands.command shows what was.",
    "'{}' is deprecated; commands.show_artifact shows it.",
    "{} of '{}' is deregistered; commands.show_artifact shows it.",
    "'{}' has no active version; commands.show_artifact shows what it had.",
)
def test_what_was_taken_back(world: World) -> None:
    world.gtod("deprecate", "churn", "v1.0.0")
    for said in (world.gtod("show", "churn@v1.0.0"), world.gtod("show", "churn@latest", "--version")):
        assert "v1.0.0" in world.run(said, "gtod show")
    world.gtod("deprecate", "churn")
    for command in (("show",), ("show", "--json"), ("show", "churn"), ("show", "churn#prod", "--version")):
        assert "churn" in world.run(world.gtod(*command), "gtod show")


@remedy("{} now; commands.command tells since when.", "commands.command lists what there is; tags that were not")
def test_a_stage_that_is_empty_and_an_artifact_that_is_unknown(world: World) -> None:
    world.gtod("deprecate", "churn", "v1.0.0", "prod")
    assert "prod" in world.run(world.gtod("show", "churn#prod", "--version"), "gtod why")
    assert "churn" in world.run(world.gtod("show", "something"), "gtod show")


@remedy(
    "There are no GTO tags here, and HEAD's commit has no {}. ",
    "{} on disk has it, and is not committed: commit it, or commands.command reads it there.",
)
def test_an_annotation_that_is_not_committed(world: World) -> None:
    world.repo.git("tag", "-d", *world.repo.git("tag").splitlines())
    (world.repo.path / "artifacts.yaml").write_text("fraud: {path: m, type: model}\n")
    for command in (("show",), ("show", "fraud")):
        assert "fraud" in world.run(world.gtod(*command), "gtod show --annotations")
    for command in (("get", "fraud", "-o", "o"), ("describe", "fraud"), ("describe", "fraud", "--rev", "HEAD~1")):
        said = world.gtod(*command)
        assert "artifacts.yaml on disk has it, and is not committed" in said
        assert "annotate" not in said
        assert '"type": "model"' in world.run(said, "gtod describe")
    assert "annotation of 'fraud' is not committed" in world.gtod("doctor")
    world.repo.git("add", "artifacts.yaml")
    world.repo.git("commit", "-m", "Annotate")
    assert "No issues found" in world.gtod("doctor")


def test_a_dvc_yaml_where_there_is_no_artifacts_yaml(world: World) -> None:
    world.repo.git("tag", "-d", *world.repo.git("tag").splitlines())
    world.repo.commit({"models/dvc.yaml": "artifacts: {fraud: {path: m, type: model}}\n"})
    world.repo.checkout()
    assert "models:fraud" in world.run(world.gtod("show"), "gtod show --annotations")


def test_a_repository_without_a_registry(world: World) -> None:
    world.repo.git("tag", "-d", *world.repo.git("tag").splitlines())
    for command in (("show",), ("history",), ("stages",), ("show", "churn"), ("show", "--json")):
        said = world.gtod(*command)
        assert "NAME@v0.0.1" in world.run(said, "gtod register"), said
        world.repo.git("tag", "-d", "NAME@v0.0.1")


@remedy("Check it out: commands.command. Tags of a remote")
@pytest.mark.parametrize("remotes", [1, 2])
@pytest.mark.parametrize("ask", ["show", "get churn", "register m", "doctor"])
def test_a_clone_of_a_remote_whose_head_names_no_branch(world: World, ask: str, remotes: int) -> None:
    remote = world.remote()
    world.sh(f"git -C '{remote}' symbolic-ref HEAD refs/heads/gone")
    clone = world.tmp / "clone"
    world.sh(f"git clone -q --no-tags '{remote}' '{clone}'")
    if remotes > 1:
        world.sh(f"git remote add other '{remote}' && git fetch -q --no-tags other", cwd=clone)
    said = world.gtod(*ask.split(), cwd=clone)
    assert "HEAD is on a branch that has no commit, while 'origin/main' has one." in said
    world.run(said, "git checkout", cwd=clone)
    world.run(said, "git fetch --tags", cwd=clone)
    assert "churn" in world.gtod("show", cwd=clone)
    assert "HEAD" not in world.gtod("doctor", cwd=clone)


def test_a_branch_here_is_named_before_one_of_a_remote(world: World) -> None:
    world.remote()
    world.sh("git tag | xargs git tag -d; git branch zzz; git symbolic-ref HEAD refs/heads/gone")
    world.sh("git update-ref -d refs/heads/main; git fetch -q --no-tags origin; git rm -rq --cached .; rm -rf m")
    said = world.gtod("show")
    assert "while 'zzz' has one" in said
    world.run(said, "git checkout")


def test_a_branch_that_is_fetched_is_noticed(world: World) -> None:
    empty = RepositoryBuilder(world.tmp / "empty")
    assert "no commit yet" in world.gtod("show", cwd=empty.path)
    world.sh(f"git fetch -q --no-tags '{world.repo.path}' main:refs/remotes/origin/main", cwd=empty.path)
    assert "'origin/main' has one" in world.gtod("show", cwd=empty.path)


def test_a_repository_without_a_commit(world: World) -> None:
    empty = RepositoryBuilder(world.tmp / "empty")
    for command in (("show",), ("history",), ("show", "churn"), ("describe", "churn"), ("register", "churn")):
        said = world.gtod(*command, cwd=empty.path)
        assert "no commit yet" in said, said


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        ("show churn#prdo --version", "'prod'"),
        ("show churn@v9.9.9 --ref", "v1.0.0"),
        ("history chrun", "'churn'"),
        ("history Churn", "'churn'"),
        ("history churn#prdo --json", "'prod'"),
        ("describe chrun --path", "'churn'"),
        ("describe churn --description", "description"),
        ("check-ref churn@v1.0.0 --stage", "stage"),
        ("check-ref churn@v9.9.9 --version", "churn@v9.9.9"),
        ("at HEAD", "registered"),
        ("show --as-of 1970-01-02", "1970-01-02"),
        ("show beside@v1.0.0 --stage", "'beside@v1.0.0'"),
        ("stages --allowed", "every stage is allowed"),
        ("stages --allowed --json", "every stage is allowed"),
        ("why churn prdo", "ever in 'prdo'"),
        ("why churn prdo --json", "ever in 'prdo'"),
    ],
)
def test_a_slip_is_told_and_ends_with_1_where_a_script_asks_for_that(command: str, meant: str, world: World) -> None:
    world.repo.commit({"artifacts.yaml": "churn: {path: m}\n"})
    world.repo.tag("beside@v1.0.0", world.target("churn@v1.0.0"))
    quoted = shlex.join(command.split())
    assert meant in world.sh(f"gtod {quoted} 2>&1 >/dev/null")
    assert world.sh(f"gtod {quoted} --exit-code 2>/dev/null; echo $?", fails=True).splitlines()[-1] == "1"


@pytest.mark.parametrize("command", ["rollback churn prodd", "why churn prdo", "deprecate churn v1.0.0 prid"])
def test_a_stage_that_an_artifact_never_had_is_told_with_the_one_that_is_meant(command: str, world: World) -> None:
    assert "Did you mean 'prod'?" in world.gtod(*command.split())
    for line in (command.replace(command.rsplit(maxsplit=1)[-1], "prod"), "why churn quite-another"):
        assert "Did you mean" not in world.gtod(*line.split())


@pytest.mark.parametrize("command", ["show chrun", "show Churn --json", "why chrun prod", "show churn#prod --as-of 1"])
def test_a_refusal_names_what_may_be_meant(command: str, world: World) -> None:
    said = world.gtod(*command.split())
    assert said.startswith("❌")
    assert "'churn'" in said or "1970-01-01" in said


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        ("show churn@latst", "'churn@latest'"),
        ("get churn@latst", "'churn@latest'"),
        ("show churn@1.0.0", "'churn@v1.0.0'?"),
        ("history churn@V1.0.0", "'churn@v1.0.0'?"),
    ],
)
def test_a_slip_behind_the_name_is_seen(command: str, meant: str, world: World) -> None:
    assert f"Did you mean {meant}" in world.gtod(*command.split())


def test_exit_code_is_0_where_something_is_found(world: World) -> None:
    for command in (
        "show",
        "show churn",
        "history",
        "check-ref churn@v1.0.0",
        "at churn@v1.0.0",
        "stages",
        "show churn --stage",
        "why churn prod",
    ):
        world.sh(f"gtod {command} --exit-code")
