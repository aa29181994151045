"""The same request, asked again on one connection, gets the answer of now: whatever changed what it means."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.jsonrpc.framing import Style
from tests.builders import RepositoryBuilder
from tests.rpc.peer import Peer


async def test_a_request_asked_again_sees_every_change(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    request = {"jsonrpc": "2.0", "method": "gto/checkRef", "params": {"repo": path, "ref": "churn@v9.0.0"}}
    for number in range(1, 8):
        peer.send({**request, "id": number})
        (answer,) = await peer.messages()
        assert answer["id"] == number
        assert (answer["result"]["event"] is not None) == (number in (5, 6, 7))
        if number == 4:
            registry.git("tag", "-a", "-m", "m", "churn@v9.0.0")


@pytest.mark.parametrize("style", ["lines", "headers"])
async def test_a_path_that_leads_elsewhere_is_seen_by_the_next_request(
    connect: Callable[..., Peer],
    registry: RepositoryBuilder,
    make_repository: Callable[..., RepositoryBuilder],
    style: Style,
) -> None:
    other = make_repository("other")
    other.commit()
    other.tag("other@v1.0.0")
    peer, link = connect(style), registry.path.with_name("link")
    link.symlink_to(registry.path)
    params = {"repo": str(link)}
    for _ in range(3):
        assert "churn" in (await peer.call("gto/show", params))["artifacts"]
    _turn(link, other.path)
    assert list((await peer.call("gto/show", params))["artifacts"]) == ["other"]
    _turn(link, registry.path)
    assert "churn" in (await peer.call("gto/show", params))["artifacts"]


async def test_a_repository_made_in_a_subfolder_is_seen_by_the_next_request(
    peer: Peer, registry: RepositoryBuilder, make_repository: Callable[..., RepositoryBuilder]
) -> None:
    inner = registry.path / "inner"
    inner.mkdir()
    params = {"repo": str(inner)}
    for _ in range(3):
        assert "churn" in (await peer.call("gto/show", params))["artifacts"]
    make_repository("made").git_dir.rename(inner / ".git")
    assert (await peer.call("gto/show", params))["artifacts"] == {}


async def test_the_environment_decides_what_the_same_request_means(peer: Peer, path: str) -> None:
    asked = {"repo": path, "allowed": True}
    for _ in range(3):
        assert (await peer.call("gto/stages", asked))["stages"] is None
    hello = {"client": "test", "version": "1", "protocol": PROTOCOL}
    await peer.call("gto/handshake", {**hello, "env": {"GTO_STAGES": '["dev","prod"]'}})
    for _ in range(3):
        assert (await peer.call("gto/stages", asked))["stages"] == ["dev", "prod"]


async def test_an_id_in_flight_is_refused_for_a_request_that_was_answered_before(peer: Peer, path: str) -> None:
    stages = {"jsonrpc": "2.0", "id": 1, "method": "gto/stages", "params": {"repo": path}}
    for _ in range(3):
        peer.send(stages)
        await peer.messages()
    peer.send({"jsonrpc": "2.0", "id": 1, "method": "gto/at", "params": {"repo": path}}, stages)
    answers = await peer.messages()
    assert [answer.get("error", {}).get("code") for answer in answers] == [-32600, None]


def _turn(link: Path, target: Path) -> None:
    """`ln -sfn`."""
    fresh = link.with_name("link.new")
    fresh.symlink_to(target)
    fresh.rename(link)
