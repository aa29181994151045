"""A folder from a stranger: nothing in it runs a program, whatever is asked about it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.docgen.openrpc import examples
from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.handlers import Act, DetachedAct, SnapshotQuery, WorktreeQuery
from gto_daemon.rpc.methods import every
from tests.attacks.traps import set_traps
from tests.builders import RepositoryBuilder
from tests.rpc.lsp.editor import Editor
from tests.rpc.peer import CallFailedError, Peer

_ROOT = Path(__file__).parents[2]
_HANDSHAKE = {"client": "x", "version": "1", "protocol": PROTOCOL}
_READS = [method for method in every() if isinstance(method, SnapshotQuery | WorktreeQuery)]
_ACTS = [method for method in every() if isinstance(method, Act | DetachedAct)]


@pytest.fixture
def hostile(registry: RepositoryBuilder, tmp_path: Path, marker: Path) -> RepositoryBuilder:
    set_traps(registry, tmp_path / "traps", marker)
    return registry


def left(marker: Path) -> list[str]:
    return sorted(path.name for path in marker.iterdir())


def params_of(method: Any, path: str) -> dict[str, Any]:
    """Those of the page of the protocol, which make sense, about this repository."""
    params = dict(examples()[method.name]["params"])
    if "repo" in params:
        params["repo"] = path
    return params


async def ask(peer: Peer, method: Any, path: str) -> str | None:
    """The kind of the refusal, if there is one."""
    try:
        await peer.call(method.name, params_of(method, path))
    except CallFailedError as error:
        return error.kind or str(error)
    return None


def test_git_itself_walks_into_the_traps(hostile: RepositoryBuilder, marker: Path) -> None:
    """Or all the other tests would show nothing."""
    for command in (("status",), ("fetch",), ("tag", "-m", "x", "x"), ("add", "."), ("diff",)):
        subprocess.run(
            ["git", "-C", str(hostile.path), *command], capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
    assert {"fsmonitor", "ext", "gpg", "process"} & set(left(marker))
    assert len(left(marker)) >= 3


@pytest.mark.parametrize("method", _READS, ids=lambda method: method.name)
@pytest.mark.parametrize("trusted", [True, False])
async def test_no_question_runs_a_program(
    connect: Callable[..., Peer], hostile: RepositoryBuilder, path: str, marker: Path, method: Any, *, trusted: bool
) -> None:
    """Not even in a trusted session: reading is by libgit2, which runs nothing."""
    peer = connect()
    await peer.call("gto/handshake", {**_HANDSHAKE, "trusted": trusted})
    refused = await ask(peer, method, path)
    assert refused not in ("Untrusted", "Internal error")
    assert left(marker) == []


@pytest.mark.parametrize("method", _ACTS, ids=lambda method: method.name)
async def test_no_act_is_done_in_an_untrusted_session(
    connect: Callable[..., Peer], hostile: RepositoryBuilder, path: str, marker: Path, method: Any
) -> None:
    peer = connect()
    await peer.call(
        "gto/handshake", {**_HANDSHAKE, "trusted": False, "env": {"GIT_SSH_COMMAND": f"touch {marker}/env"}}
    )
    assert await ask(peer, method, path) == "Untrusted"
    # Trust that was given up does not come back by asking.
    await peer.call("gto/handshake", {**_HANDSHAKE, "trusted": True})
    assert await ask(peer, method, path) == "Untrusted"
    assert left(marker) == []


async def test_no_feature_of_an_editor_runs_a_program(
    new_editor: Callable[[], Editor], hostile: RepositoryBuilder, root: Path, marker: Path
) -> None:
    editor = new_editor()
    await editor.initialize(root, trusted=False)
    uri = editor.open(root / "artifacts.yaml", "churn: {path: gone, typo: 1}\n")
    assert "unknown-field" in await editor.published(uri)
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    at = {"position": {"line": 0, "character": 1}}
    for method, more in {
        "codeLens": {}, "documentSymbol": {}, "foldingRange": {}, "documentLink": {}, "inlayHint": {"range": whole},
        "codeAction": {"range": whole, "context": {"diagnostics": []}}, "hover": at, "completion": at, "definition": at,
        "references": {**at, "context": {"includeDeclaration": True}},
    }.items():  # fmt: skip
        await editor.ask(method, uri, **more)
    assert await editor.titles(uri)
    editor.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    assert await editor.request("gto/tree", {"repo": str(root)})
    assert left(marker) == []


@pytest.mark.parametrize("line", ["show", "history", "doctor", "describe churn", "stages", "at", "why churn prod"])
def test_no_reading_command_runs_a_program(hostile: RepositoryBuilder, path: str, marker: Path, line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gto_daemon", "--no-daemon", *line.split()],
        cwd=path,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout
    assert left(marker) == []


async def test_a_repository_of_another_user_is_not_read(
    connect: Callable[..., Peer], registry: RepositoryBuilder, path: str
) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away; CI is")
    for folder, _, files in os.walk(path):
        for name in ("", *files):
            os.chown(os.path.join(folder, name), 65534, 65534, follow_symlinks=False)
    with pytest.raises(CallFailedError, match="belongs to another user") as caught:
        await connect().call("gto/show", {"repo": path})
    assert "safe.directory" in caught.value.data["hint"]
