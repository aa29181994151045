"""Progress is shown where the editor will have it, and what is being done never depends on that."""

import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.rpc.jsonrpc.limits import ClientLimits
from gto_daemon.rpc.service import Service
from tests.builders import RepositoryBuilder
from tests.rpc.lsp.editor import Editor
from tests.waiting import soon

CREATE = "window/workDoneProgress/create"


@pytest.fixture
def other(make_repository: Callable[..., RepositoryBuilder]) -> RepositoryBuilder:
    other = make_repository("other")
    other.commit({"artifacts.yaml": "rank: {}\n"})
    other.tag("rank@v1.0.0")
    other.checkout()
    return other


@pytest.fixture
def client_limits() -> ClientLimits:
    return ClientLimits(slow_reading=0.0)


@pytest_asyncio.fixture
async def go_on(service: Service, root: Path) -> AsyncIterator[threading.Event]:
    """The thread of the first repository is busy until this is set."""
    worktree = await service.hub.open(str(root))
    event = threading.Event()
    worktree.submit(event.wait)
    yield event
    event.set()


async def followed(editor: Editor, repo: Path) -> Worktree:
    return await editor.peer.connection.session.context.worktree_at(str(repo))


async def test_reading_a_slow_registry_holds_up_no_other_and_cannot_be_cancelled(
    new_editor: Callable[[], Editor], root: Path, other: RepositoryBuilder, go_on: threading.Event
) -> None:
    editor = new_editor()
    there = await editor.peer.connection.session.context.worktree_at(str(other.path))
    await editor.initialize(root, other.path)
    begun = await editor.until("$/progress")
    assert begun["value"]["cancellable"] is False
    # That of the other may end before this one begins.
    while str(root) not in begun["value"].get("title", ""):
        begun = await editor.until("$/progress")
    editor.notify("window/workDoneProgress/cancel", {"token": begun["token"]})
    await soon(lambda: there.has_listeners)
    go_on.set()
    while (await editor.until("$/progress")) != {"token": begun["token"], "value": {"kind": "end"}}:
        pass
    assert (await editor.until("experimental/serverStatus"))["health"] == "ok"
    assert (await followed(editor, root)).has_listeners


@pytest.mark.parametrize(
    ("reaction", "client_limits"),
    [
        ("refused", ClientLimits(slow_reading=0.0, progress_timeout=30.0)),
        ("unanswered", ClientLimits(slow_reading=0.0, progress_timeout=0.0)),
    ],
    ids=["refused", "unanswered"],
)
async def test_an_editor_that_creates_no_token_is_shown_none_and_its_folders_are_followed(
    new_editor: Callable[[], Editor], root: Path, other: RepositoryBuilder, go_on: threading.Event, reaction: str
) -> None:
    editor = new_editor()
    getattr(editor, reaction).add(CREATE)
    await editor.initialize(root, other.path)
    await editor.until(CREATE)
    go_on.set()
    assert (await editor.until("experimental/serverStatus"))["health"] == "ok"
    assert (await followed(editor, root)).has_listeners
    assert (await followed(editor, other.path)).has_listeners
    assert "$/progress" not in {each["method"] for each in editor.said}


async def test_a_push_is_done_though_the_editor_refuses_to_show_it(
    editor: Editor, registry: RepositoryBuilder, root: Path, tmp_path: Path
) -> None:
    registry.git("init", "--bare", "--quiet", str(tmp_path / "remote.git"))
    registry.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    editor.refused.add(CREATE)
    result = await editor.execute({"command": "gto.push", "arguments": [{}]})
    assert result["push"]["ok"] is True


async def test_folders_that_come_while_others_are_read_stay_followed(
    new_editor: Callable[[], Editor], root: Path, other: RepositoryBuilder, go_on: threading.Event
) -> None:
    editor = new_editor()
    await editor.initialize(root)
    await editor.until(CREATE)
    come: dict[str, Any] = {"added": [{"uri": other.path.as_uri(), "name": "other"}], "removed": []}
    editor.notify("workspace/didChangeWorkspaceFolders", {"event": come})
    there = await followed(editor, other.path)
    await soon(lambda: there.has_listeners)
    go_on.set()
    await editor.until("experimental/serverStatus")
    await editor.nothing_more()
    assert there.has_listeners
