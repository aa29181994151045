"""A fleet: one answer about many repositories, each of which costs what changed in it, and one cursor over all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.daemon.fleet.fleet import Fleet
from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.service import Service
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer
from tests.waiting import soon

Json = dict[str, Any]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own file, which is not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config/gtod").mkdir(parents=True)
    return tmp_path / "config/gtod/fleet.yaml"


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., RepositoryBuilder]:
    """Make a repository `models/<name>` with a version of an artifact."""

    def make(name: str, artifact: str = "churn", stage: str = "prod") -> RepositoryBuilder:
        repository = RepositoryBuilder(tmp_path / "models" / name)
        repository.commit({"a": name})
        repository.tag(f"{artifact}@v1.0.0")
        repository.tag(f"{artifact}#{stage}#1")
        return repository

    return make


def _write(file: Path, text: str) -> None:
    file.write_text(text)


def _names(answer: Json) -> list[str]:
    return [*answer["artifacts"]]


def _health(answer: Json) -> dict[str, str]:
    return {each["name"]: each["health"] for each in answer["repositories"]}


def _fleet(service: Service, file: Path) -> Fleet:
    return service.fleets.fleet(file, own=True)


async def test_one_answer_is_about_all(peer: Peer, file: Path, make: Callable[..., RepositoryBuilder]) -> None:
    for name in ("b", "a"):
        make(name)
    make("other", "fraud", "dev")
    _write(file, "repositories:\n- {path: ../../models/other, name: first}\n- path: ../../models/*\n")
    shown = await peer.call("gto/fleet/show")
    assert _names(shown) == ["first/fraud", "a/churn", "b/churn"]
    assert shown["artifacts"]["a/churn"] == {
        "repository": "a",
        "artifact": "churn",
        "version": "v1.0.0",
        "stage": {"prod": "v1.0.0"},
        "registered": True,
        "active": True,
    }
    assert shown["problems"] == []
    assert shown["repositories"][0] == {
        "name": "first",
        "path": str(file.parents[2] / "models/other"),
        "seen": 0,
        "health": "ok",
        "message": "",
    }
    assert _names(await peer.call("gto/fleet/show", {"stage": "prod"})) == ["a/churn", "b/churn"]
    assert _names(await peer.call("gto/fleet/show", {"artifact": "fra*"})) == ["first/fraud"]
    assert _names(await peer.call("gto/fleet/show", {"artifact": "b/*"})) == ["b/churn"]
    events = (await peer.call("gto/fleet/history", {"artifact": "churn", "limit": 3}))["events"]
    assert [(each["repository"], each["ref"]) for each in events] == [
        ("a", "churn#prod#1"), ("b", "churn#prod#1"), ("a", "churn@v1.0.0")
    ]  # fmt: skip


async def test_a_change_in_one_of_many_is_told_once_and_costs_that_one(
    peer: Peer, service: Service, file: Path, make: Callable[..., RepositoryBuilder]
) -> None:
    repositories = [make(f"r{number:02}") for number in range(20)]
    _write(file, "repositories:\n- path: ../../models/*\n")
    subscribed = await peer.call("gto/fleet/subscribe")
    await peer.call("gto/fleet/show")
    fleet = _fleet(service, file)
    state = await fleet.fresh()
    assert fleet.looks.rows_made == 20

    def counted() -> dict[str, dict[str, int]]:
        return {
            each.name: each.worktree.status()["counters"] for each in state.repositories if each.worktree is not None
        }

    before = counted()
    repositories[7].tag("churn@v2.0.0", repositories[7].commit({"a": "2"}, branch="side"))
    told = await peer.notification()
    assert told == {
        "subscription": subscribed["subscription"],
        "clock": told["clock"],
        "repositories": ["r07"],
        "artifacts": ["r07/churn"],
        "origin": "other",
    }
    shown = await peer.call("gto/fleet/show")
    assert (shown["clock"], shown["artifacts"]["r07/churn"]["version"]) == (told["clock"], "v2.0.0")
    after = counted()
    assert [name for name in after if after[name] != before[name]] == ["r07"]
    assert fleet.looks.rows_made == 21
    changes = await peer.call("gto/fleet/changes", {"since": subscribed["clock"]})
    assert (changes["fresh"], changes["artifacts"], changes["clock"]) == (False, ["r07/churn"], told["clock"])
    assert [(each["repository"], each["ref"]) for each in changes["events"]["added"]] == [("r07", "churn@v2.0.0")]
    everything = await peer.call("gto/fleet/changes", {"since": "another:fleet:0"})
    assert (everything["fresh"], len(everything["events"]["added"])) == (True, 41)


async def test_a_broken_repository_is_a_problem_until_it_is_there_again(
    peer: Peer, file: Path, make: Callable[..., RepositoryBuilder], tmp_path: Path
) -> None:
    make("a")
    place = make("b").path
    _write(file, f"repositories:\n- path: {tmp_path}/models/a\n- path: {tmp_path}/models/b\n- path: {tmp_path}/c\n")
    (tmp_path / "c").mkdir()
    await peer.call("gto/fleet/subscribe")
    shown = await peer.call("gto/fleet/show")
    assert (_names(shown), _health(shown)) == (["a/churn", "b/churn"], {"a": "ok", "b": "ok", "c": "error"})
    (problem,) = shown["problems"]
    assert (problem["code"], problem["path"], problem["range"]["start"]["line"]) == ("fleet-repository", str(file), 3)
    place.rename(tmp_path / "elsewhere")
    told = await peer.notification()
    assert (told["repositories"], told["artifacts"]) == (["b"], ["b/churn"])
    shown = await peer.call("gto/fleet/show")
    assert (_names(shown), _health(shown)) == (["a/churn"], {"a": "ok", "b": "error", "c": "error"})
    assert "does not exist" in shown["repositories"][1]["message"]
    (tmp_path / "elsewhere").rename(place)
    told = await peer.notification()
    assert told["artifacts"] == ["b/churn"]
    assert _health(await peer.call("gto/fleet/show"))["b"] == "ok"


async def test_the_file_is_read_again_when_it_changes(
    peer: Peer, file: Path, make: Callable[..., RepositoryBuilder], tmp_path: Path
) -> None:
    make("a")
    shown = await peer.call("gto/fleet/show")
    assert (shown["artifacts"], shown["repositories"], shown["problems"]) == ({}, [], [])
    await peer.call("gto/fleet/subscribe")
    _write(
        file,
        "follow: never\nrepositories:\n- path: ../../models/*\n- {path: x, nmae: y}\n- url: file:///nowhere/far.git\n",
    )
    told = [await peer.notification() for _ in range(3)]
    assert {name for each in told for name in each["repositories"]} == {"a", "far"}
    shown = await peer.call("gto/fleet/show")
    assert (_names(shown), _health(shown)) == (["a/churn"], {"a": "ok", "far": "error"})
    assert [each["code"] for each in shown["problems"]] == ["unknown-key", "fleet-repository"]
    assert "not been looked at yet" in shown["repositories"][1]["message"]
    # A repository that a glob finds from now on, which is first a folder, then a repository.
    (tmp_path / "models/b").mkdir()
    assert _names(await peer.call("gto/fleet/show")) == ["a/churn"]
    (tmp_path / "models/b").rmdir()
    make("b", "fraud")
    assert _names(await peer.call("gto/fleet/show")) == ["a/churn", "b/fraud"]
    _write(file, "repositories:\n- path: ../../models/b\n")
    assert _names(await peer.call("gto/fleet/show")) == ["b/fraud"]


async def test_names_that_repeat_are_a_problem(
    peer: Peer, file: Path, make: Callable[..., RepositoryBuilder], tmp_path: Path
) -> None:
    make("a/model")
    make("b/model")
    _write(file, "repositories:\n- path: ../../models/*/model\n")
    shown = await peer.call("gto/fleet/show")
    assert _names(shown) == ["model/churn"]
    assert f"path: {tmp_path}/models/b/model" in shown["problems"][0]["hint"]
    _write(file, f"repositories:\n- path: ../../models/*/model\n- {{path: {tmp_path}/models/b/model, name: second}}\n")
    shown = await peer.call("gto/fleet/show")
    assert (_names(shown), shown["problems"]) == (["model/churn", "second/churn"], [])


async def test_another_file_has_neither_urls_nor_sinks(
    peer: Peer, file: Path, make: Callable[..., RepositoryBuilder], tmp_path: Path
) -> None:
    make("a")
    other = tmp_path / "team.yaml"
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/fleet/show", {"fleet": str(other)})
    assert caught.value.kind == "FleetUnreadable"
    _write(other, "repositories:\n- path: models/a\n- url: https://example.com/x/far.git\nsinks: []\n")
    shown = await peer.call("gto/fleet/show", {"fleet": str(other)})
    assert _names(shown) == ["a/churn"]
    assert [each["code"] for each in shown["problems"]] == ["foreign-fleet", "foreign-fleet"]
    await peer.call("gto/handshake", {"client": "t", "version": "1", "protocol": PROTOCOL, "trusted": False})
    assert (await peer.call("gto/fleet/show"))["artifacts"] == {}
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/fleet/show", {"fleet": str(other)})
    assert caught.value.kind == "Untrusted"


async def test_subscribers_hear_what_they_asked_for(
    peer: Peer, file: Path, make: Callable[..., RepositoryBuilder]
) -> None:
    one, two = make("one"), make("two")
    _write(file, "repositories:\n- path: ../../models/*\n")
    number = (await peer.call("gto/fleet/subscribe", {"artifacts": ["two/*"], "stages": ["prod"]}))["subscription"]
    one.tag("churn#prod#2")
    two.tag("churn#dev#2")
    two.tag("churn#prod#3")
    told = await peer.notification()
    assert (told["subscription"], told["artifacts"]) == (number, ["two/churn"])
    await peer.call("gto/unsubscribe", {"subscription": number})
    two.tag("churn#prod#4")
    shown = await peer.call("gto/fleet/show")
    assert shown["clock"] != told["clock"]
    assert peer.notifications == []


async def test_doctor_and_audit_are_about_all(peer: Peer, file: Path, make: Callable[..., RepositoryBuilder]) -> None:
    make("a").commit({".gtod.yaml": "version: 1\nrules: {stages: {prod: {from: [dev]}}}\n"})
    make("b").tag("Churn@v1")
    _write(file, "repositories:\n- path: ../../models/*\n")
    findings = (await peer.call("gto/fleet/doctor"))["findings"]
    assert {each["repository"] for each in findings} >= {"b"}
    audited = await peer.call("gto/fleet/audit")
    assert [each["repository"] for each in audited["audits"]] == ["a", "b"]


async def test_a_fleet_that_nobody_asks_about_is_let_go(
    peer: Peer, service: Service, file: Path, make: Callable[..., RepositoryBuilder]
) -> None:
    make("a")
    _write(file, "repositories:\n- path: ../../models/*\n")
    await peer.call("gto/fleet/show")
    fleet = _fleet(service, file)
    fleet.used -= 3_600
    service.fleets.sweep()
    assert _fleet(service, file) is not fleet
    assert not (await service.hub.open(str(file.parents[2] / "models/a"))).has_listeners


async def test_threads_are_given_back(
    peer: Peer, service: Service, file: Path, make: Callable[..., RepositoryBuilder]
) -> None:
    for number in range(5):
        make(f"r{number}")
    _write(file, "repositories:\n- path: ../../models/*\n")
    await peer.call("gto/fleet/subscribe")
    state = await _fleet(service, file).fresh()
    await soon(
        lambda: all(
            each.worktree.repository.executor.is_resting for each in state.repositories if each.worktree is not None
        )
    )
