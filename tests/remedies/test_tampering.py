"""Remedies of evidence of tampering."""

import time

from tests.remedies.conftest import World, remedy


@remedy("To bring it back, as long as git has the object: commands.restore_tag.")
def test_doctor_of_a_tag_that_vanished(world: World) -> None:
    before = world.repo.git("rev-parse", "refs/tags/churn#prod#1")
    world.gtod("doctor")
    world.repo.git("tag", "-d", "churn#prod#1")
    found = world.gtod("doctor")
    assert "[vanished-tag]" in found
    world.run(found, "git update-ref")
    assert world.repo.git("rev-parse", "refs/tags/churn#prod#1") == before
    assert "No issues found" in world.gtod("doctor")


@remedy("To have it point there again, as long as git has the object: commands.restore_tag.")
def test_doctor_of_a_tag_that_moved(world: World) -> None:
    before = world.repo.git("rev-parse", "refs/tags/churn#prod#1")
    world.gtod("doctor")
    world.repo.git("tag", "-f", "-a", "-m", "moved", "churn#prod#1", "HEAD")
    found = world.gtod("doctor")
    assert "[moved-tag]" in found
    world.run(found, "git update-ref")
    assert world.repo.git("rev-parse", "refs/tags/churn#prod#1") == before
    assert "No issues found" in world.gtod("doctor")


@remedy("Tags that this clone lacks are fetched by commands.command.")
def test_doctor_of_a_counter_that_is_missing(world: World) -> None:
    world.repo.tag("churn#dev#2", world.target("churn@v1.0.0"))
    world.remote()
    world.repo.git("tag", "-d", "churn#prod#1")
    found = world.gtod("doctor")
    assert "The counter 1 of 'churn' is missing before 'churn#dev#2'" in found
    world.run(found, "git fetch")
    assert "No issues found" in world.gtod("doctor")


@remedy("To bring it back there: commands.push_tags.", "and see who made each: commands.fetch_tags")
def test_doctor_of_a_tag_that_differs_from_the_remotes(world: World) -> None:
    remote = world.remote()
    world.gtod("fetch")
    world.sh(f"git -C {remote} tag -d 'churn#prod#1'")
    world.gtod("fetch")
    found = world.gtod("doctor")
    assert "'churn#prod#1' was at origin and is deleted there" in found
    world.run(found, "gtod push")
    assert "No issues found" in world.gtod("doctor")
    world.sh(f"git -C {remote} -c user.name=Eve -c user.email=eve@e tag -f -a -m other 'churn#prod#1' main")
    world.gtod("fetch")
    found = world.gtod("doctor")
    assert "[differs-from-remote]" in found
    assert "Eve" in world.run(found, "gtod fetch", fails=True)


@remedy("so look at what it changes: commands.command.", "so look at what it changes: commands.command. A wrong clock")
def test_doctor_of_tags_with_odd_dates(world: World) -> None:
    world.repo.tag("churn#dev#2", world.target("churn@v1.0.0"), at=1_000)
    world.repo.tag("churn#dev#3", world.target("churn@v1.0.0"), at=int(time.time()) + 9_000)
    found = world.gtod("doctor")
    assert found.count("`gtod history churn`") == 2
    assert "1970-01-01" in world.run(found, "gtod history")


@remedy("commands.command. If that is not what was meant, assign again.")
def test_doctor_of_tags_of_one_second(world: World) -> None:
    world.repo.tag("churn@v2.0.0", world.repo.head)
    for number, version in enumerate(("v1.0.0", "v2.0.0"), 2):
        world.repo.tag(f"churn#dev#{number}", world.target(f"churn@{version}"), at=1_750_000_000)
    found = world.gtod("doctor")
    assert "[ambiguous-order]" in found
    assert "dev" in world.run(found, "gtod why")


@remedy("To see what is different, as long as git has the commit: commands.command.")
def test_doctor_of_a_rewritten_branch_of_rules(world: World) -> None:
    world.repo.checkout()
    world.sh("echo 'version: 1' > .gtod.yaml && git add .gtod.yaml && git commit -qm rules")
    world.remote()
    world.sh("git fetch -q && git remote set-head origin main")
    assert "rules-rewritten" not in world.gtod("doctor")
    world.sh("echo '# weaker' >> .gtod.yaml && git commit -qam weaker --amend && git push -qf origin HEAD:main")
    found = world.gtod("doctor")
    assert "[rules-rewritten]" in found
    assert "+# weaker" in world.run(found, "git diff")


@remedy("If you know why, acknowledge it: commands.accept_evidence.")
def test_evidence_that_is_explained(world: World) -> None:
    world.repo.tag("-dir=m@v1.0.0#2", world.target("churn@v1.0.0"), at=1_000)
    assert "is gone" not in world.gtod("doctor")
    world.repo.git("tag", "-d", "churn#prod#1")
    for sign in ("'churn#prod#1' is gone", "'-dir=m@v1.0.0#2' is dated"):
        found = world.gtod("doctor")
        assert sign in found
        world.run(found[found.index(sign) :], "gtod audit")
    assert "No issues found" in world.gtod("doctor")
