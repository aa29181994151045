"""The remotes of a fleet, as clients get to know them: looked at now, told of, and shown with their age."""

from pathlib import Path
from typing import Any

import pytest

from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.service import Service
from tests.builders import RepositoryBuilder
from tests.remotes import remote_of
from tests.rpc.peer import CallFailedError, Peer
from tests.waiting import soon

Json = dict[str, Any]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own file, which is not there yet."""
    for name in ("CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    (tmp_path / "CONFIG/gtod").mkdir(parents=True)
    return tmp_path / "CONFIG/gtod/fleet.yaml"


@pytest.fixture
def remote(registry: RepositoryBuilder, tmp_path: Path, file: Path) -> Path:
    """A remote of the fleet, which is called `remote`, beside one that is not there."""
    place = remote_of(registry, tmp_path / "remote.git")
    file.write_text(f"repositories:\n- {{url: '{place.as_uri()}', follow: never}}\n- url: file:///nowhere/gone.git\n")
    return place


async def _fetch(peer: Peer, name: str = "remote") -> Json:
    looked: Json = (await peer.call("gto/fleet/fetch", {"name": name}))["repositories"][0]
    return looked


async def test_a_remote_is_looked_at_now_and_told_of(peer: Peer, remote: Path, registry: RepositoryBuilder) -> None:
    shown = await peer.call("gto/fleet/show")
    assert shown["repositories"][0]["seen"] is None
    assert "has not been looked at yet" in shown["repositories"][0]["message"]
    looked = await _fetch(peer)
    assert looked == {
        "name": "remote", "url": remote.as_uri(), "seen": looked["seen"], "health": "ok", "message": "",
        "first": True, "fetched": True, "new": [], "moved": [], "deleted": [],
    }  # fmt: skip
    assert looked["seen"] < 60
    clock = (await peer.call("gto/fleet/show"))["clock"]
    await peer.call("gto/fleet/subscribe")
    # A tag that moved is an event that went and one that came; one that was deleted went.
    registry.git("tag", "-f", "-a", "-m", "again", "churn@v1.0.0", "HEAD")
    registry.git("push", "--quiet", "--force", "origin", "refs/tags/churn@v1.0.0", ":refs/tags/churn#prod#1")
    looked = await _fetch(peer)
    assert (looked["moved"], looked["deleted"], looked["new"]) == (["churn@v1.0.0"], ["churn#prod#1"], [])
    told = await peer.notification()
    assert told["repositories"] == ["remote"]
    events = (await peer.call("gto/fleet/changes", {"since": clock}))["events"]
    added, removed = ({each["ref"] for each in events[what]} for what in ("added", "removed"))
    assert {"churn@v1.0.0", "churn#prod#1"} <= removed
    assert ("churn@v1.0.0" in added, "churn#prod#1" in added) == (True, False)

    async def codes() -> set[str]:
        findings = (await peer.call("gto/fleet/doctor"))["findings"]
        return {each["code"] for each in findings if each["repository"] == "remote"}

    assert await codes() >= {"moved-tag", "vanished-tag"}


async def test_a_remote_that_fails_is_shown_as_it_was(peer: Peer, remote: Path, service: Service) -> None:
    await _fetch(peer)
    remote.rename(remote.with_name("elsewhere"))  # noqa: ASYNC240
    looked = await _fetch(peer)
    assert (looked["health"], looked["fetched"]) == ("warning", False)
    assert "does not answer" in looked["message"]
    shown = await peer.call("gto/fleet/show")
    assert [*shown["artifacts"]] == ["remote/churn", "remote/segment"]
    assert shown["repositories"][0]["message"] == looked["message"]
    # Nobody asked for the one that is followed; it was looked at all the same.
    await soon(lambda: service.fleets.remotes.looks == 3)
    gone = (await peer.call("gto/fleet/show"))["repositories"][1]
    assert (gone["seen"], gone["health"]) == (None, "error")
    with pytest.raises(CallFailedError) as refused:
        await _fetch(peer, "none")
    assert refused.value.data["hint"] == "There is: 'remote', 'gone'."


@pytest.mark.usefixtures("remote")
async def test_an_untrusted_session_has_nothing_looked_at(peer: Peer) -> None:
    await peer.call("gto/handshake", {"client": "x", "version": "1", "protocol": PROTOCOL, "trusted": False})
    with pytest.raises(CallFailedError) as refused:
        await _fetch(peer)
    assert refused.value.kind == "Untrusted"
