"""Editors of a repository with two versions of `churn` and a `segment` that is only described."""

from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.rpc.lsp.editor import Editor
from tests.rpc.peer import Peer


@pytest.fixture
def root(path: str) -> Path:
    return Path(path)


@pytest.fixture
def new_editor(connect: Callable[..., Peer]) -> Callable[[], Editor]:
    return lambda: Editor(connect("headers"))


@pytest_asyncio.fixture
async def editor(new_editor: Callable[[], Editor], root: Path) -> Editor:
    """One that can everything, with the repository as its only folder."""
    editor = new_editor()
    await editor.initialize(root)
    return editor
