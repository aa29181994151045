"""A configuration that cannot be read: what it allows is not known, so acts are refused, and questions are answered."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.client import CallError
from gto_daemon.rpc import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer

ACTS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("gto/register", {"name": "segment"}),
    ("gto/assign", {"name": "churn", "stage": "prdo", "version": "v2.0.0"}),
    ("gto/unassign", {"name": "churn", "stage": "dev", "version": "v2.0.0"}),
    ("gto/unassign", {"name": "churn", "stage": "dev", "version": "v2.0.0", "delete": True}),
    ("gto/deregister", {"name": "churn", "version": "v2.0.0"}),
    ("gto/deprecate", {"name": "churn"}),
    ("gto/rollback", {"name": "churn", "stage": "prod"}),
    ("gto/apply", {"actions": [{"method": "gto/register", "params": {"name": "segment"}}]}),
    ("gto/annotate", {"name": "churn", "type": "dataset"}),
    ("gto/annotate", {"name": "churn", "type": "dataset", "apply": "edit"}),
    ("gto/removeAnnotation", {"name": "churn"}),
)


def _text(content: bytes) -> Callable[[Path], None]:
    return lambda place: _write(place, content)


def _write(place: Path, content: bytes) -> None:
    place.write_bytes(content)


def _long(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(8 << 30)


#: What is in the place of `.gto`, and what of the refusal says so.
FILES: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "syntax": (_text(b"types: [model]\nstages: [dev, prod\n"), ".gto:3:1: "),
    "unknown key": (_text(b"stage: [dev, prod]\n"), ".gto:1:1: .gto has an unknown key 'stage'"),
    "wrong type": (_text(b"\nstages: dev\n"), ".gto:2:9: .gto is wrong: 'stages' is text, where a list belongs"),
    "no mapping": (_text(b"- dev\n- prod\n"), ".gto:1:1: "),
    "not UTF-8": (_text(b"stages: [d\xe9v]\n"), ".gto:1:11: The file is not UTF-8"),
    "repeated key": (_text(b"stages: [dev]\nstages: [prod]\n"), ".gto:2:1: "),
    "another setting": (_text(b"stages: [dev]\nemojis: perhaps\n"), ".gto:2:9: .gto is wrong: 'emojis'"),
    "a tab": (_text(b"stages:\t[dev]\n"), ".gto:1:8: .gto has a tab"),
    "a folder": (Path.mkdir, ".gto cannot be read: It is a directory"),
    "a pipe": (os.mkfifo, ".gto cannot be read: It is a pipe"),
    "too long": (_long, ".gto cannot be read: It is longer"),
    "a loop": (lambda place: place.symlink_to(place.name), ".gto cannot be read: Too many levels of symbolic links"),
    "a link to nothing": (lambda place: place.symlink_to("nowhere"), ".gto cannot be read: It is a link to a file"),
}
HELLO: Final = {"client": "test", "version": "1", "protocol": PROTOCOL}
VARIABLES: Final = {
    "GTO_STAGES": "dev",
    "gto_types": '["a.b"]',
    "GTO_INDEX": "/",
    "GTO_EMOJIS": "perhaps",
}


async def _refusals(peer: Peer, repo: str) -> list[CallFailedError]:
    refusals = []
    for method, params in ACTS:
        for dry_run in (False, True):
            with pytest.raises(CallFailedError) as caught:
                await peer.call(method, {"repo": repo, **params, "dry_run": dry_run})
            assert (method, caught.value.kind) == (method, "WrongConfig")
            assert caught.value.data["hint"]
            refusals.append(caught.value)
    return refusals


@pytest.mark.parametrize("name", FILES)
async def test_no_act_goes_through_while_the_file_cannot_be_read(
    peer: Peer, path: str, registry: RepositoryBuilder, name: str
) -> None:
    make, said = FILES[name]
    before = registry.git("for-each-ref"), (registry.path / "artifacts.yaml").read_bytes()
    make(registry.path / ".gto")
    for refusal in await _refusals(peer, path):
        assert refusal.message.startswith(said)
        assert refusal.data["path"] == ".gto"
    assert (registry.git("for-each-ref"), (registry.path / "artifacts.yaml").read_bytes()) == before
    for method in ("gto/show", "gto/tree", "gto/doctor"):
        answer = await peer.call(method, {"repo": path})
        (problem,) = [each for each in answer.get("problems") or answer["findings"] if each["code"] == "wrong-config"]
        assert problem["path"] == ".gto"
    assert (await peer.call("gto/status", {"repo": path}))["repository"]["configuration"].startswith(said)
    with pytest.raises(CallError) as caught:
        OneShot().call("gto/assign", {"repo": path, "name": "churn", "stage": "prdo", "version": "v2.0.0"}, {})
    assert caught.value.kind == "WrongConfig"


@pytest.mark.parametrize("variable", VARIABLES)
async def test_no_act_goes_through_while_a_variable_cannot_be_read(
    peer: Peer, path: str, registry: RepositoryBuilder, variable: str
) -> None:
    before = registry.git("for-each-ref")
    await peer.call("gto/handshake", {**HELLO, "env": {variable: VARIABLES[variable]}})
    for refusal in await _refusals(peer, path):
        assert refusal.message.startswith(f"The variable {variable} ")
        assert refusal.data["path"] is None
    assert registry.git("for-each-ref") == before
    assert (await peer.call("gto/show", {"repo": path}))["problems"][0]["code"] == "wrong-config"


async def test_a_mended_file_counts_for_the_next_act(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    for content, kind in ((b"stages: prod\n", "WrongConfig"), (b"stages: [prod]\n", "UnknownStage")):
        (registry.path / ".gto").write_bytes(content)
        with pytest.raises(CallFailedError) as caught:
            await peer.call("gto/assign", {"repo": path, "name": "churn", "stage": "prdo", "version": "v2.0.0"})
        assert caught.value.kind == kind
    await peer.call("gto/assign", {"repo": path, "name": "churn", "stage": "prod", "version": "v2.0.0"})


async def test_what_consults_no_configuration_goes_on(
    peer: Peer, path: str, registry: RepositoryBuilder, tmp_path: Path
) -> None:
    registry.git("init", "--bare", "--quiet", str(tmp_path / "remote.git"))
    registry.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    (registry.path / ".gto").write_text("stages: prod\n")
    await peer.call("gto/push", {"repo": path, "tags": ["churn@v1.0.0"]})
    await peer.call("gto/fetch", {"repo": path})
