"""Without a daemon the same table answers, with the same errors."""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.client import CallError
from gto_daemon.rpc import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer
from tests.rpc.test_methods import READS, REFUSALS


def without_clock(result: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name != "clock"}


@pytest.mark.parametrize(("method", "params"), [read for read in READS if read[0] != "gto/status"])
async def test_the_answer_is_the_daemons(peer: Peer, path: str, method: str, params: dict[str, Any]) -> None:
    asked = {"repo": path, **params}
    result = OneShot().call(method, asked, {})
    assert json.loads(json.dumps(without_clock(result))) == without_clock(await peer.call(method, asked))
    assert result["clock"]


BAD: list[tuple[str, dict[str, Any]]] = [
    *((method, params) for method, params, _ in REFUSALS if "subscribe" not in method),
    ("gto/nothing", {}),
    ("gto/show", {"colour": "red"}),
    ("gto/history", {"since": "x"}),
    ("gto/at", {"rev": 1}),
]


@pytest.mark.parametrize(("method", "params"), BAD)
async def test_the_error_is_the_daemons(peer: Peer, path: str, method: str, params: dict[str, Any]) -> None:
    asked = {key: value for key, value in {"repo": path, **params}.items() if value is not None}
    with pytest.raises(CallFailedError) as daemons:
        await peer.call(method, asked)
    with pytest.raises(CallError) as ours:
        OneShot().call(method, asked, {})
    said = (ours.value.code, ours.value.message, json.loads(json.dumps(ours.value.data or {}, default=list)))
    assert said == (daemons.value.code, daemons.value.message, daemons.value.data)


@pytest.mark.parametrize(
    ("method", "params"), [("gto/show", {"name": "a\udcff"}), ("gto/why", {"name": "a\udcff", "stage": "prod"})]
)
def test_a_name_that_is_not_utf8_is_not_found(path: str, method: str, params: dict[str, Any]) -> None:
    with pytest.raises(CallError) as caught:
        OneShot().call(method, {"repo": path, **params}, {})
    assert caught.value.kind == "ArtifactNotFound"


@pytest.mark.parametrize("method", ["gto/status", "gto/subscribe", "gto/repositories", "gto/handshake", "gto/shutdown"])
def test_what_is_about_a_daemon_needs_one(path: str, method: str) -> None:
    params: dict[str, Any] = {"client": "x", "version": "1", "protocol": PROTOCOL} if method == "gto/handshake" else {}
    with pytest.raises(CallError) as caught:
        OneShot().call(method, params, {})
    assert caught.value.kind == "DaemonRequired"
    assert "--no-daemon" in caught.value.hint


@pytest.mark.parametrize("wrong", ["a file", "a link", "open to others", "relative"])
def test_a_runtime_directory_that_cannot_be_used_is_a_refusal_of_acts_alone(
    wrong: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "runtime"
    if wrong == "a file":
        place.touch()
    elif wrong == "a link":
        place.symlink_to(tmp_path)
    elif wrong == "open to others":
        place.mkdir()
        place.chmod(0o777)
    monkeypatch.setenv("GTOD_RUNTIME_DIR", "runtime" if wrong == "relative" else str(place))
    with pytest.raises(CallError, match="runtime") as caught:
        OneShot().call("gto/register", {"repo": path, "name": "new"}, dict(os.environ))
    assert caught.value.kind == "RuntimeDirectoryUnusable"
    assert OneShot().call("gto/show", {"repo": path}, {})["artifacts"]


def test_the_environment_configures_the_answer(path: str) -> None:
    once = OneShot()
    asked = {"repo": path, "allowed": True}
    assert once.call("gto/stages", asked, {"GTO_STAGES": '["qa"]'})["stages"] == ["qa"]
    assert once.call("gto/stages", asked, {})["stages"] is None


def test_one_object_answers_again_and_sees_what_changed(registry: RepositoryBuilder, path: str) -> None:
    once = OneShot()
    asked = {"repo": path, "ref": "churn#qa#1"}
    assert once.call("gto/checkRef", asked, {})["event"] is None
    registry.git("tag", "-a", "-m", "m", "churn#qa#1")
    assert once.call("gto/checkRef", asked, {})["event"]["stage"] == "qa"


def _loaded_by_a_cold_answer(path: str) -> set[str]:
    """The packages that one answer of a new process leaves in `sys.modules`."""
    code = (
        "import json, sys\n"
        "from gto_daemon.app.oneshot import OneShot\n"
        f"OneShot().call('gto/show', {{'repo': {path!r}}}, {{}})\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    return set(json.loads(run.stdout))


def test_a_cold_answer_imports_no_language_server(path: str) -> None:
    assert not {"pygls", "lsprotocol", "cattrs", "rich", "click"} & _loaded_by_a_cold_answer(path)


def test_a_cold_answer_imports_yaml_for_yaml_only_and_no_event_loop(repo: RepositoryBuilder) -> None:
    repo.commit({"m.pkl": "1"})
    repo.tag("churn@v1.0.0")
    assert not {"yaml", "asyncio", "watchfiles", "anyio", "subprocess"} & _loaded_by_a_cold_answer(str(repo.path))
    repo.commit({"artifacts.yaml": "churn: {path: m.pkl}\n"})
    assert "yaml" in _loaded_by_a_cold_answer(str(repo.path))


def test_the_collector_of_the_calling_program_is_left_alone(path: str) -> None:
    # A command that an earlier test ran in this process may have turned it off.
    gc.enable()
    OneShot().call("gto/show", {"repo": path}, {})
    assert gc.isenabled()


def test_a_plan_made_without_a_daemon_holds_for_the_next_process(registry: RepositoryBuilder, path: str) -> None:
    environment = dict(os.environ)
    act = {"repo": path, "name": "churn", "stage": "prod", "version": "v2.0.0"}
    clock = OneShot().call("gto/assign", {**act, "dry_run": True}, environment)["clock"]
    registry.tag("other@v1.0.0")
    made = OneShot().call("gto/assign", {**act, "expect_clock": clock}, environment)
    assert made["created"][0]["tag"] == "churn#prod#3"
    with pytest.raises(CallError) as caught:
        OneShot().call("gto/assign", {**act, "force": True, "expect_clock": clock}, environment)
    assert caught.value.kind == "RegistryChanged"
    assert caught.value.data["moved"] == ["tags"]
