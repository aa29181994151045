"""Every method answers what its model says, from real repositories."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer

READS: list[tuple[str, dict[str, Any]]] = [
    ("gto/show", {}),
    ("gto/show", {"name": "churn"}),
    ("gto/show", {"name": "churn@latest", "deprecated": True}),
    ("gto/show", {"name": "churn#prod", "sort": "semver", "registered_only": True}),
    ("gto/show", {"assignments_per_version": 1, "versions_per_stage": -1}),
    ("gto/show", {"as_of": 1_700_000_250}),
    ("gto/show", {"as_of": "2023-11-14T22:20:00Z", "name": "churn"}),
    ("gto/show", {"worktree": True}),
    ("gto/show", {"all_branches": True}),
    ("gto/show", {"all_commits": True, "annotations": "all"}),
    ("gto/history", {}),
    ("gto/history", {"name": "churn", "ascending": True, "commits": True}),
    ("gto/history", {"name": "churn#prod"}),
    ("gto/history", {"name": "churn@v1.0.0", "event": "registration"}),
    ("gto/history", {"since": 1_700_000_150, "until": "2023-11-14T22:17:00+00:00", "author": "Tina Tagger"}),
    ("gto/history", {"stage": "dev", "as_of": 1_800_000_000.5}),
    ("gto/checkRef", {"ref": "churn@v1.0.0"}),
    ("gto/checkRef", {"ref": "refs/tags/churn#prod#1"}),
    ("gto/checkRef", {"ref": "nothing"}),
    ("gto/describe", {"name": "churn"}),
    ("gto/describe", {"name": "churn", "worktree": True}),
    ("gto/describe", {"name": "churn@v2.0.0"}),
    ("gto/describe", {"name": "nothing", "rev": "HEAD~1"}),
    ("gto/stages", {}),
    ("gto/stages", {"allowed": True}),
    ("gto/stages", {"used": True}),
    ("gto/at", {}),
    ("gto/at", {"rev": "HEAD~1"}),
    ("gto/doctor", {}),
    ("gto/printState", {}),
    ("gto/changes", {"since": ""}),
    ("gto/status", {}),
]


@pytest.mark.parametrize("style", ["lines", "headers"])
@pytest.mark.parametrize(("method", "params"), READS)
async def test_every_read_answers_what_its_model_says_and_the_same_again(
    connect: Callable[..., Peer], path: str, method: str, params: dict[str, Any], style: Any
) -> None:
    peer = connect(style)
    first = await peer.call(method, {"repo": path, **params})
    for _ in range(3):
        again = await peer.call(method, {"repo": path, **params})
        if method != "gto/status":
            assert json.dumps(again) == json.dumps(first)


async def test_show_is_gtos_json(peer: Peer, path: str) -> None:
    result = await peer.call("gto/show", {"repo": path})
    assert result["artifacts"] == {
        "churn": {
            "version": "v2.0.0",
            "stage": {"dev": "v2.0.0", "prod": "v1.0.0"},
            "registered": True,
            "active": True,
        },
        "segment": {"version": None, "stage": {"dev": None, "prod": None}, "registered": False, "active": True},
    }
    assert list(result) == ["artifacts", "clock", "problems"]


async def test_the_past_is_told_with_what_it_cannot_know(peer: Peer, path: str) -> None:
    result = await peer.call("gto/show", {"repo": path, "as_of": "2023-11-14T22:17:00Z"})
    assert result["artifacts"]["churn"]["stage"] == {"prod": "v1.0.0"}
    assert "deleted" in result["note"]


async def test_describe_says_where(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    result = await peer.call("gto/describe", {"repo": path, "name": "churn"})
    assert result["annotation"] == {"type": "model", "path": "models/churn.pkl"}
    assert result["location"]["path"] == "artifacts.yaml"
    assert result["location"]["commit"] == registry.head
    registry.write("artifacts.yaml", "churn:\n  type: dataset\n")
    on_disk = await peer.call("gto/describe", {"repo": path, "name": "churn", "worktree": True})
    assert on_disk["annotation"] == {"type": "dataset"}


async def test_at_names_what_is_on_a_commit(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    result = await peer.call("gto/at", {"repo": path, "rev": "HEAD~1"})
    assert result["commit"] == registry.git("rev-parse", "HEAD~1")
    assert [each["ref"] for each in (*result["versions"], *result["stages"])] == ["churn@v1.0.0", "churn#prod#1"]


async def test_what_plain_git_does_is_in_the_next_answer(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    asked = {"repo": path, "name": "churn@latest"}
    for version in ("v3.0.0", "v4.0.0", "v5.0.0"):
        await peer.call("gto/show", asked)
        await peer.call("gto/show", asked)
        registry.git("commit", "--allow-empty", "-q", "-m", version)
        registry.git("tag", "-a", "-m", "m", f"churn@{version}")
        assert (await peer.call("gto/show", asked))["versions"][0]["version"] == version


async def test_changes_are_told_since_a_clock(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    clock = (await peer.call("gto/show", {"repo": path}))["clock"]
    registry.git("tag", "-a", "-m", "m", "churn#prod#3", "HEAD")
    registry.git("tag", "-d", "churn#dev#2")
    result = await peer.call("gto/changes", {"repo": path, "since": clock})
    assert (result["fresh"], result["artifacts"]) == (False, ["churn"])
    assert [row["ref"] for row in result["events"]["added"]] == ["churn#prod#3"]
    assert [row["ref"] for row in result["events"]["removed"]] == ["churn#dev#2"]
    later = await peer.call("gto/changes", {"repo": path, "since": result["clock"]})
    assert (later["clock"], later["artifacts"]) == (result["clock"], [])
    assert (await peer.call("gto/changes", {"repo": path, "since": "of:another:1"}))["fresh"] is True


async def test_status_tells_of_the_process_and_of_one_repository(peer: Peer, path: str) -> None:
    alone = await peer.call("gto/status")
    assert (alone["sessions"], alone["repositories"]) == (1, 0)
    assert "repository" not in alone
    both = await peer.call("gto/status", {"repo": path})
    assert both["repository"]["tags"] == 4
    assert both["repository"]["repo"] == path
    rows = (await peer.call("gto/repositories"))["repositories"]
    assert [(row["repo"], row["tags"], row["clock"]) for row in rows] == [(path, 4, both["repository"]["clock"])]


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("gto/show", {"name": "nothing"}, "ArtifactNotFound"),
    ("gto/show", {"versions_per_stage": -2}, "WrongArgs"),
    ("gto/show", {"cursor": "x"}, "WrongArgs"),
    ("gto/show", {"cursor": "x", "limit": 1}, "WrongArgs"),
    ("gto/stages", {"allowed": True, "used": True}, "WrongArgs"),
    ("gto/at", {"rev": "nothing"}, "RefNotFound"),
    ("gto/describe", {"name": "churn@latest", "rev": "HEAD"}, "WrongArgs"),
    ("gto/describe", {"name": "nothing@latest"}, "ArtifactNotFound"),
    ("gto/show", {"repo": "relative/path"}, "RelativePath"),
    ("gto/show", {"repo": ""}, "RelativePath"),
    ("gto/show", {"repo": None}, "RepositoryRequired"),
    ("gto/subscribe", {"repo": None}, "RepositoryRequired"),
]


@pytest.mark.parametrize(("method", "params", "kind"), REFUSALS)
async def test_refusals_have_a_kind_and_a_remedy(
    peer: Peer, path: str, method: str, params: dict[str, Any], kind: str
) -> None:
    with pytest.raises(CallFailedError) as caught:
        await peer.call(method, {key: value for key, value in {"repo": path, **params}.items() if value is not None})
    assert (caught.value.code, caught.value.kind) == (-32803, kind)
    assert caught.value.data["hint"]
    assert caught.value.data["retryable"] is False


async def test_what_is_no_repository_is_refused(peer: Peer, empty_directory: str) -> None:
    for repo, kind in (
        (empty_directory, "NotARepository"),
        (empty_directory + "/gone", "NotARepository"),
        ("/\0", "UnreadableRepository"),
    ):
        with pytest.raises(CallFailedError) as caught:
            await peer.call("gto/show", {"repo": repo})
        assert (caught.value.kind, caught.value.code) == (kind, -32803)


async def test_parse_tag_needs_no_repository(peer: Peer) -> None:
    result = await peer.call("gto/parseTag", {"name": "a/b=churn@v1.0.0-rc.1!#3"})
    assert result["parts"] == {"name": "a/b:churn", "version": "v1.0.0-rc.1", "action": "deregister", "counter": 3}
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/parseTag", {"name": "nothing"})
    assert caught.value.kind == "InvalidTagName"


async def test_pages_lead_through_the_whole_answer(peer: Peer, path: str) -> None:
    whole = (await peer.call("gto/history", {"repo": path}))["events"]
    rows: list[Any] = []
    cursor: dict[str, Any] = {}
    while True:
        result = await peer.call("gto/history", {"repo": path, "limit": 3, **cursor})
        rows += result["events"]
        if result["next_cursor"] is None:
            break
        cursor = {"cursor": result["next_cursor"]}
    assert rows == whole
    first = await peer.call("gto/show", {"repo": path, "limit": 1})
    assert list(first["artifacts"]) == ["churn"]
    second = await peer.call("gto/show", {"repo": path, "limit": 1, "cursor": first["next_cursor"]})
    assert (list(second["artifacts"]), second["next_cursor"]) == (["segment"], None)


async def test_a_cursor_is_bound_to_its_question_and_its_clock(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    cursor = (await peer.call("gto/history", {"repo": path, "limit": 1}))["next_cursor"]
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/history", {"repo": path, "limit": 1, "ascending": True, "cursor": cursor})
    assert caught.value.data["reason"] == "cursor"
    registry.git("tag", "-d", "churn#dev#2")
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/history", {"repo": path, "limit": 1, "cursor": cursor})
    assert caught.value.kind == "RegistryChanged"


@pytest.mark.parametrize("time", ["yesterday", "", 1e300, "2024-13-01", True, [], "9999-12-31T23:59:59-23:00"])
async def test_what_is_no_time_is_refused(peer: Peer, path: str, time: Any) -> None:
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/history", {"repo": path, "since": time})
    assert caught.value.code == -32602


async def test_a_large_answer_is_computed_beside_the_loop(
    peer: Peer, make_repository: Callable[..., RepositoryBuilder]
) -> None:
    repo = make_repository("large")
    repo.commit()
    for number in range(2100):
        repo.tag(f"m{number}@v1.0.0")
    repo.pack()
    result = await peer.call("gto/show", {"repo": str(repo.path)})
    assert len(result["artifacts"]) == 2100
    assert await peer.call("gto/show", {"repo": str(repo.path)}) == result
    events = await peer.call("gto/history", {"repo": str(repo.path), "limit": 5})
    assert len(events["events"]) == 5
