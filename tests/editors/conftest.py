"""A registry that an editor of somebody else opens, and `gtod` on the PATH."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gto_daemon.client.control import stop
from tests.builders import RepositoryBuilder
from tests.docs.pages import ROOT, blocks


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    first = repo.commit({"models/churn.pkl": "1"})
    repo.tag("churn@v1.0.0", first)
    repo.tag("churn#prod#1", first)
    second = repo.commit({"artifacts.yaml": "churn:\n  type: model\n  path: models/churn.pkl\n  typo: 1\n"})
    repo.tag("churn@v2.0.0", second)
    repo.checkout()
    # A folder whose URI is encoded, by each editor in its way.
    repo.rename("my models (é) + #1")
    return repo


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Of the editor: `gtod` is found, and what it starts is stopped."""
    beside = Path(sys.executable).parent
    # Helix gives a server 20 s to introduce itself, eglot 30, and on a busy machine a daemon may need those to start.
    subprocess.run([str(beside / "gtod"), "start"], check=True, stdout=subprocess.DEVNULL)
    yield {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb"}
    stop()


def set_up(language: str, nth: int = 0) -> str:
    """The nth set-up of docs/editors.md that is written in a language."""
    return [each for each in blocks(ROOT / "docs" / "editors.md") if each.language == language][nth].text
