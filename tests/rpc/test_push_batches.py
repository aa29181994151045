"""Pushes of at most three tags, of which the first that fails is the last."""

from pathlib import Path
from typing import Any

import pytest

from gto_daemon.client import CallError
from tests.builders import RepositoryBuilder
from tests.remotes import hook, remote_of
from tests.rpc.test_pushing import Ask, ask, statuses
from tests.rpc.test_remotes import git, tags


@pytest.fixture
def remote(registry: RepositoryBuilder, tmp_path: Path) -> Path:
    """A remote that writes down how many refs each push has."""
    place = remote_of(registry, tmp_path / "remote.git")
    hook(place, "post-receive", f"wc -l >> {tmp_path}/pushes")
    return place


def sizes(tmp_path: Path) -> list[int]:
    return [int(line) for line in (tmp_path / "pushes").read_text().split()]


__all__ = ["ask"]

ACTIONS = [{"method": "assign", "params": {"name": f"m{n}", "stage": "prod", "ref": "HEAD"}} for n in range(3)]
PLANNED: list[dict[str, Any]] = [{"create": [f"m{n}@v0.0.1", f"m{n}#prod#1"], "delete": []} for n in range(3)]


def test_an_act_of_many_tags_is_several_pushes_which_its_plan_says(ask: Ask, remote: Path, tmp_path: Path) -> None:
    planned = ask("apply", actions=ACTIONS, push=True, dry_run=True)
    assert planned["pushes"] == PLANNED
    made = ask("apply", actions=ACTIONS, push=True)
    assert made["pushes"] == PLANNED
    assert made["push"]["pushes"] == [{**push, "ok": True, "atomic": True} for push in PLANNED]
    assert (made["push"]["ok"], made["push"]["atomic"]) == (True, False)
    assert sizes(tmp_path) == [2, 2, 2]


@pytest.mark.parametrize("how", [{"batch": 0}, {"atomic": True}])
def test_one_push_where_that_is_asked_for_with_a_warning(
    how: dict[str, Any], ask: Ask, remote: Path, tmp_path: Path
) -> None:
    made = ask("apply", actions=ACTIONS, push=True, **how)
    assert [warning["code"] for warning in made["warnings"]] == ["large-push"]
    assert (made["push"]["ok"], made["push"]["atomic"], sizes(tmp_path)) == (True, True, [6])


def test_what_git_is_configured_to_counts(ask: Ask, remote: Path, tmp_path: Path, registry: RepositoryBuilder) -> None:
    registry.git("config", "gtod.pushBatch", "4")
    ask("apply", actions=ACTIONS)
    assert ask("push", dry_run=True)["push"]["pushes"] == [
        {"create": PLANNED[0]["create"] + PLANNED[1]["create"], "delete": []},
        PLANNED[2],
    ]
    assert ask("push")["push"]["ok"]
    assert sizes(tmp_path) == [4, 2]
    ask("push", delete=[tag for push in PLANNED for tag in push["create"]], batch=2)
    assert sizes(tmp_path) == [4, 2, 2, 2, 2]
    registry.git("config", "gtod.pushBatch", "-1")
    for method, params in (("push", {}), ("apply", {"actions": ACTIONS, "push": True})):
        with pytest.raises(CallError) as caught:
            ask(method, **params)
        assert (caught.value.kind, caught.value.data["reason"]) == ("WrongArgs", "gtod.pushBatch")


@pytest.mark.parametrize("method", ["apply", "push"])
def test_a_push_that_fails_is_the_last_and_what_went_is_told(method: str, ask: Ask, remote: Path) -> None:
    hook(remote, "update", 'case "$1" in *m1#*) echo "not m1"; exit 1;; esac')
    pushed = ask("apply", actions=ACTIONS, push=method == "apply")
    if method == "push":
        pushed = ask("push")
    push = pushed["push"]
    assert (push["ok"], push["kind"]) == (False, "PushRejected")
    assert statuses(pushed) == {
        "m0@v0.0.1": "pushed",
        "m0#prod#1": "pushed",
        "m1@v0.0.1": "rejected",
        "m1#prod#1": "rejected",
        "m2@v0.0.1": "not sent",
        "m2#prod#1": "not sent",
    }
    assert [each["ok"] for each in push["pushes"]] == [True, False]
    assert "not m1" in push["message"]
    assert "`git push origin m1@v0.0.1 m1#prod#1` failed" in push["message"]
    assert [tag for tag in tags(remote) if tag.startswith("m")] == ["m0#prod#1", "m0@v0.0.1"]
    assert "gtod push --remote=origin m1@v0.0.1 'm1#prod#1' m2@v0.0.1 'm2#prod#1'" in push["hint"]
    (remote / "hooks/update").unlink()
    assert set(statuses(ask("push")).values()) == {"pushed"}


def test_a_remote_that_goes_away_after_the_first_push_has_that(ask: Ask, remote: Path) -> None:
    hook(remote, "post-receive", 'mv "$(pwd)" "$(pwd).gone"')
    push = ask("apply", actions=ACTIONS, push=True)["push"]
    assert [row["status"] for row in push["tags"]] == [
        "pushed",
        "pushed",
        "rejected",
        "rejected",
        "not sent",
        "not sent",
    ]


def test_all_or_none_is_nothing_where_the_remote_cannot(ask: Ask, remote: Path) -> None:
    git(remote, "config", "receive.advertiseAtomic", "false")
    push = ask("apply", actions=ACTIONS[:1], push=True, atomic=True)["push"]
    assert (push["ok"], {row["status"] for row in push["tags"]}) == (False, {"rejected"})
    assert "cannot take all or none" in push["message"]
    assert not [tag for tag in tags(remote) if tag.startswith("m")]
    with pytest.raises(CallError) as caught:
        ask("push", atomic=True, batch=2)
    assert caught.value.kind == "WrongArgs"
