"""Remedies for rules of promotion: where they are, and what they ask."""

from tests.remedies.conftest import World, remedy

RULES = "version: 1\nrules:\n  stages:\n    prod: {from: [staging], branches: [main]}\n"


def _ruled(world: World, rules: str = RULES) -> None:
    world.repo.commit({".gtod.yaml": rules})
    world.repo.checkout()


@remedy("Ask the remote: commands.command. If it does not know either, give the name of the branch in place of -a.")
def test_no_default_branch_is_known(world: World) -> None:
    _ruled(world)
    world.remote()
    world.sh("git fetch -q; git remote set-head origin --delete || true")
    said = world.gtod("register", "m")
    assert "cannot be read" in said
    world.run(said, "git remote set-head")
    assert "Created git tag" in world.gtod("register", "m")


@remedy("Say where they are: commands.command.")
def test_head_is_detached(world: World) -> None:
    _ruled(world)
    world.sh("git checkout -q --detach")
    said = world.gtod("audit")
    world.run(said, "git config gtod.rulesRef")
    assert "Rules: refs/heads/main" in world.gtod("audit")


@remedy("Assign it there first: commands.assign")
def test_a_stage_before(world: World) -> None:
    _ruled(world)
    world.gtod("register", "m")
    said = world.gtod("assign", "m", "--version", "v0.0.1", "--stage", "prod")
    world.run(said, "gtod assign")
    assert "Created git tag" in world.gtod("assign", "m", "--version", "v0.0.1", "--stage", "prod")
    # The same for a commit without a version.
    world.repo.commit({"m": "5"})
    said = world.gtod("assign", "m", "HEAD", "--sr", "--stage", "prod")
    world.run(said, "gtod assign")
    assert "Created git tag" in world.gtod("assign", "m", "HEAD", "--stage", "prod")


@remedy("Fetch the rest of the history: `git fetch --unshallow --tags`.")
def test_a_shallow_clone_does_not_know(world: World) -> None:
    _ruled(world, "version: 1\nrules:\n  register: {branches: [main]}\n")
    world.repo.tag("m@v1.0.0")
    world.repo.commit({"m": "6"})
    world.repo.git("clone", "--quiet", "--depth=1", f"file://{world.repo.path}", str(world.tmp / "clone"))
    clone = world.tmp / "clone"
    world.sh("git fetch -q --depth=1 origin tag m@v1.0.0", cwd=clone)
    said = world.gtod("audit", cwd=clone)
    assert "unknown" in said
    world.run(said, "git fetch", cwd=clone)
    assert "m@v1.0.0: unknown" not in world.gtod("audit", cwd=clone)


@remedy("Judge it by the rules of one commit: `gtod audit --rules REV`.")
def test_the_rules_of_a_time_were_wrong(world: World) -> None:
    _ruled(world, "version: 1\nrule: {}\n")
    world.repo.tag("m@v1.0.0")
    world.repo.commit({".gtod.yaml": RULES})
    said = world.gtod("audit")
    assert "m@v1.0.0: unknown" in said
    assert "`gtod audit --rules REV`" in said
    assert "unknown" not in world.sh("gtod audit --rules main | grep m@v1.0.0 || true")


@remedy("Check those of a branch: commands.command.")
def test_a_bare_repository_has_no_working_tree(world: World) -> None:
    _ruled(world)
    world.repo.git("clone", "--quiet", "--bare", str(world.repo.path), str(world.tmp / "bare.git"))
    said = world.gtod("rules", "check", cwd=world.tmp / "bare.git")
    assert "valid" in world.run(said, "gtod rules check", cwd=world.tmp / "bare.git")
