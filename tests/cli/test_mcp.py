"""`gtod mcp` where it cannot serve; where it can, see tests/mcp."""

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Gtod, refused


@pytest.mark.parametrize("missing", ["mcp", "mcp_types"])
def test_without_the_sdk_it_says_how_to_have_it(gtod: Gtod, models: Path, tmp_path: Path, missing: str) -> None:
    blocked = f"import sys\nsys.modules[{missing!r}] = None\n"
    (tmp_path / "sitecustomize.py").write_text(blocked)
    path = {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"}
    ended = gtod("mcp", cwd=models, env=path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Install the package 'mcp' beside gtod." in ended.stderr
    assert "gto-daemon[mcp]" not in ended.stderr


def test_a_repository_that_is_not_there(gtod: Gtod, models: Path) -> None:
    pytest.importorskip("mcp")
    assert "Check the path given to -r." in refused(gtod, models, "mcp", "-r", "nowhere")
    assert "git clone" in refused(gtod, models, "mcp", "-r", "https://example.com/models.git")


def test_a_folder_that_no_daemon_can_be_told_of(gtod: Gtod, tmp_path: Path) -> None:
    pytest.importorskip("mcp")
    place = tmp_path / os.fsdecode(b"\xff")
    place.mkdir()
    assert "is not UTF-8" in refused(gtod, place, "mcp")
