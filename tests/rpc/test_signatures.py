"""Signatures of events: at once what is known, the rest in the background, and no program for the untrusted."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.daemon.live.signature_book import SignatureBook, client_key
from gto_daemon.git.process import Cancellation, CancelledError, Git
from gto_daemon.rpc import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer
from tests.signing import client, gnupg_home, gpg_key, needs_gpg, needs_ssh, public, sign, sign_by_ssh, ssh_key
from tests.waiting import eventually

pytestmark = needs_ssh
CLIENT = {"client": "test", "version": "1", "protocol": PROTOCOL}
STATUSES = {
    "churn@v1.0.0": "none",
    "churn#prod#1": "none",
    "churn@v2.0.0": "none",
    "churn#dev#2": "none",
    "churn#prod#3": "good",
    "churn#qa#4": "unknown-key",
    "churn#test#5": "bad",
}


@pytest.fixture
def signed(registry: RepositoryBuilder, tmp_path: Path) -> RepositoryBuilder:
    """A tag that is signed by a known key, one by an unknown one, and one that is another's object."""
    key, other = ssh_key(tmp_path / "keys/ann"), ssh_key(tmp_path / "keys/eve")
    signers = tmp_path / "signers"
    signers.write_text(f"ann@example.com {public(key)}\n")
    sign_by_ssh(registry, key, signers=signers)
    sign(registry, "churn#prod#3")
    sign(registry, "churn#qa#4", "-u", str(other))
    registry.git("update-ref", "refs/tags/churn#test#5", registry.git("rev-parse", "refs/tags/churn#prod#3"))
    return registry


def statuses(events: list[dict[str, Any]]) -> dict[str, str]:
    return {event["ref"]: event["signature"]["status"] for event in events}


async def verified(peer: Peer, path: str) -> list[dict[str, Any]]:
    """The history, once its signatures are verified."""
    await peer.call("gto/verifySignatures", {"repo": path})
    events: list[dict[str, Any]] = (await peer.call("gto/history", {"repo": path, "signatures": True}))["events"]
    return events


async def test_an_answer_waits_for_no_program(peer: Peer, signed: RepositoryBuilder, path: str) -> None:
    asked = {"repo": path, "signatures": True}
    first = (await peer.call("gto/history", asked))["events"]
    assert {event["signature"]["reason"] for event in first} == {"pending"}
    assert await peer.notification() == {"repo": path, "verified": len(set(STATUSES) - {"churn#test#5"})}
    second = await peer.call("gto/history", asked)
    assert statuses(second["events"]) == STATUSES
    good = next(event for event in second["events"] if event["ref"] == "churn#prod#3")
    assert good["signature"] == {
        "status": "good",
        "format": "ssh",
        "principal": "ann@example.com",
        "key": good["signature"]["key"],
        "reason": None,
    }
    assert "signature" not in (await peer.call("gto/history", {"repo": path}))["events"][0]


async def test_each_event_of_show_and_why_has_one(peer: Peer, signed: RepositoryBuilder, path: str) -> None:
    await verified(peer, path)
    shown = await peer.call("gto/show", {"repo": path, "name": "churn", "signatures": True})
    found = {}
    for version in shown["versions"]:
        for event in (
            *version["registrations"],
            *(each for stage in version["stages"] for each in stage["assignments"]),
        ):
            found[event["tag"]] = event["signature"]["status"]
    # The first version holds no stage any more.
    assert found == {ref: status for ref, status in STATUSES.items() if ref != "churn#prod#1"}
    why = await peer.call("gto/why", {"repo": path, "name": "churn", "stage": "qa", "signatures": True})
    assert statuses(why["chain"])["churn#qa#4"] == "unknown-key"
    with pytest.raises(CallFailedError) as refused:
        await peer.call("gto/show", {"repo": path, "signatures": True})
    assert refused.value.kind == "WrongArgs"


async def test_a_new_tag_and_new_signers_are_verified(
    peer: Peer, signed: RepositoryBuilder, path: str, tmp_path: Path
) -> None:
    await verified(peer, path)
    sign(signed, "churn#prod#6")
    assert statuses(await verified(peer, path)) == {**STATUSES, "churn#prod#6": "good"}
    (tmp_path / "signers").write_text(f"eve@example.com {public(tmp_path / 'keys/eve')}\n")
    found = statuses(await verified(peer, path))
    assert (found["churn#prod#6"], found["churn#qa#4"]) == ("unknown-key", "good")


async def test_what_is_outdated_is_looked_at_again_behind_the_answer(
    peer: Peer, signed: RepositoryBuilder, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verified(peer, path)
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + 5)
    (tmp_path / "signers").write_text("")
    asked = {"repo": path, "signatures": True}
    assert statuses((await peer.call("gto/history", asked))["events"]) == STATUSES
    await peer.notification()
    assert statuses((await peer.call("gto/history", asked))["events"])["churn#prod#3"] == "unknown-key"


async def test_an_untrusted_client_has_no_program_run(
    connect: Callable[..., Peer], signed: RepositoryBuilder, path: str, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    signed.git("config", "gpg.ssh.program", str(trap))
    signed.git("config", "core.fsmonitor", str(trap))
    peer = connect()
    await peer.call("gto/handshake", {**CLIENT, "trusted": False})
    found = {
        event["ref"]: event["signature"]
        for event in (await peer.call("gto/history", {"repo": path, "signatures": True}))["events"]
    }
    assert found["churn@v1.0.0"]["status"] == "none"
    assert (found["churn#prod#3"]["status"], found["churn#prod#3"]["reason"]) == ("unverified", "untrusted")
    assert found["churn#test#5"]["reason"] == "name-mismatch"
    with pytest.raises(CallFailedError) as refused:
        await peer.call("gto/verifySignatures", {"repo": path})
    assert refused.value.kind == "Untrusted"
    assert not (tmp_path / "sprung").exists()


async def test_without_git_the_reason_is_said(
    connect: Callable[..., Peer], signed: RepositoryBuilder, path: str, tmp_path: Path
) -> None:
    peer = connect()
    await peer.call("gto/handshake", {**CLIENT, "env": {"PATH": str(tmp_path)}})
    asked = {"repo": path, "signatures": True}
    await peer.call("gto/history", asked)
    await peer.notification()
    found = (await peer.call("gto/history", asked))["events"]
    assert all(event["signature"]["reason"].startswith("git cannot be run") for event in found)


def test_a_closed_one_ends_what_runs(signed: RepositoryBuilder, tmp_path: Path) -> None:
    slow, started = tmp_path / "slow", tmp_path / "started"
    slow.write_text(f"#!/bin/sh\necho $$ >{started}.new\nmv {started}.new {started}\nexec sleep 600\n")
    slow.chmod(0o755)
    signed.git("config", "gpg.ssh.program", str(slow))
    layout = client(signed).layout
    book = SignatureBook(signed.git_dir, None)
    oid = signed.git("rev-parse", "refs/tags/churn#prod#3")
    book.verify_soon(lambda cancellation: Git(layout, dict(os.environ), cancellation), "me", [oid], lambda _: None)
    eventually(started.exists)
    pid = int(started.read_text())
    book.close()
    eventually(lambda: not Path(f"/proc/{pid}").exists())
    assert book.known("me", [oid])[0] == {}


def test_without_a_daemon_all_is_verified_at_once_and_stored(
    signed: RepositoryBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked = {"repo": str(signed.path), "signatures": True}
    first = OneShot().call("gto/history", asked, dict(os.environ))["events"]
    assert statuses(first) == STATUSES
    # Known already, so that nothing but the configuration is asked for.
    bin_directory = tmp_path / "bin"
    bin_directory.mkdir()
    (bin_directory / "git").symlink_to("/usr/bin/git")
    again = OneShot().call("gto/history", asked, {**os.environ, "PATH": str(bin_directory)})["events"]
    assert again == first


def test_a_damaged_file_is_no_matter(
    signed: RepositoryBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked = {"repo": str(signed.path), "signatures": True}
    first = OneShot().call("gto/history", asked, dict(os.environ))["events"]
    (file,) = (tmp_path / "cache/gtod/registries").glob("*.signatures")
    whole = file.read_bytes()
    for cut in range(0, len(whole), 37):
        file.write_bytes(whole[:cut])
        file.chmod(0o600)
        assert OneShot().call("gto/history", asked, dict(os.environ))["events"] == first


def test_a_cancelled_one_keeps_what_it_has(signed: RepositoryBuilder, tmp_path: Path) -> None:
    book = SignatureBook(signed.git_dir, None)
    cancellation = Cancellation()
    cancellation.cancel()
    oid = signed.git("rev-parse", "refs/tags/churn#prod#3")
    git = client(signed)
    with pytest.raises(CancelledError):
        book.verify(Git(git.layout, dict(os.environ), cancellation), "me", [oid])
    assert book.verify(git, "me", [oid]) == 1
    assert book.verify(git, "me", [oid]) == 0
    assert book.known("me", [oid])[0][oid].signature.status == "good"
    assert book.known("you", [oid]) == ({}, False)


@needs_gpg
def test_a_verdict_is_not_kept_beyond_its_end(registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    with gnupg_home() as home:
        key = gpg_key(home, "Ann <ann@example.com>", expires="2d")
        env = {"GNUPGHOME": str(home)}
        oid = sign(registry, "churn#prod#3", "-u", key, env=env)
        book = SignatureBook(registry.git_dir, None)
        assert book.verify(client(registry, **env), "me", [oid]) == 1
        ((found, is_current),) = [book.known("me", [oid])]
        assert is_current
        until = found[oid].until
        assert until is not None
        monkeypatch.setattr(time, "time", lambda: until + 1)
        assert book.known("me", [oid]) == ({}, False)


def test_clients_with_the_same_variables_are_one() -> None:
    assert client_key({"A": "1", "B": "2"}) == client_key({"B": "2", "A": "1"}) != client_key({"A": "1"})


async def test_an_artifact_has_the_signatures_of_its_events(peer: Peer, signed: RepositoryBuilder, path: str) -> None:
    asked = {"repo": path, "name": "churn"}
    plain = await peer.call("gto/artifact", asked)
    assert not [event for version in plain["versions"] for event in version["events"] if "signature" in event]
    await peer.call("gto/artifact", {**asked, "signatures": True})
    await peer.notification()
    shown = await peer.call("gto/artifact", {**asked, "signatures": True})
    events = [event for version in shown["versions"] for event in version["events"]]
    assert statuses(events) == STATUSES
    held = {held["ref"] for version in shown["versions"] for held in version["stages"]}
    assert held <= statuses(events).keys()
