"""What docs/python.md shows works as it is shown."""

import ast
import re
from pathlib import Path

import pytest

from gto_daemon import client
from tests.builders import RepositoryBuilder

_PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text()
_BLOCKS = re.findall(r"^```python\n(.*?)^```$", _PAGE, re.DOTALL | re.MULTILINE)
_AWAITED = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST


def test_every_name_that_it_imports_is_there() -> None:
    imports = [
        (node.module, alias.name)
        for block in _BLOCKS
        for node in ast.walk(compile(block, "python.md", "exec", _AWAITED))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert {module for module, _ in imports} == {"gto_daemon.client"}
    assert {name for _, name in imports} <= set(client.__all__)


def test_every_public_function_is_mentioned() -> None:
    assert [name for name in client.__all__ if name not in _PAGE] == []


def test_what_asks_and_ends_runs(runtime: Path, repo: RepositoryBuilder, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit({"artifacts.yaml": "churn:\n  type: model\n"})
    for tag in ("churn@v3.0.0", "churn#prod#3"):
        repo.tag(tag)
    # Not run: what waits for changes for ever, what needs pandas or a network, and what writes (`test_acts.py` does).
    unrun = r"await|notifications|pandas|https|register|gto/apply"
    blocks = [block for block in _BLOCKS if not re.search(unrun, block)]
    assert len(blocks) == 3
    names: dict[str, object] = {}
    for block in blocks:
        exec(block.replace('"path/to/anything/in/the/repository"', repr(str(repo.path))), names)
    assert capsys.readouterr().out == "churn 1\n"
