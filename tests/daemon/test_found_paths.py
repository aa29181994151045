"""Paths that annotations name are looked for again only in folders that changed, and each change is noticed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.daemon.queries.tracked_files import FoundPaths, Tracked
from tests.waiting import eventually

PATHS = ["models/a.pkl", "models/b.pkl", "top.pkl", "gone/c.pkl"]


def settled(files: Tracked) -> FoundPaths:
    """What is found once the folders that are there are older than a change that could go unnoticed."""
    eventually(lambda: len(files.look(PATHS, FoundPaths()).folders) == 2)
    return files.look(PATHS, FoundPaths())


def touch_below(root: Path) -> None:
    (root / "gone").mkdir()
    (root / "gone/c.pkl").touch()


def replace_by_link(root: Path) -> None:
    (root / "models").rename(root / "elsewhere")
    (root / "empty").mkdir()
    (root / "models").symlink_to("empty")


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "a path appears": (lambda root: (root / "models/b.pkl").touch(), {"models/a.pkl", "models/b.pkl", "top.pkl"}),
    "a path goes": (lambda root: (root / "models/a.pkl").unlink(), {"top.pkl"}),
    "a path at the top goes": (lambda root: (root / "top.pkl").unlink(), {"models/a.pkl"}),
    "a path moves": (lambda root: (root / "models/a.pkl").rename(root / "models/b.pkl"), {"models/b.pkl", "top.pkl"}),
    "a folder goes": (lambda root: (root / "models").rename(root / "other"), {"top.pkl"}),
    "a folder appears": (touch_below, {"models/a.pkl", "top.pkl", "gone/c.pkl"}),
    "a folder becomes a link": (replace_by_link, {"top.pkl"}),
    "DVC begins to track a path": (lambda root: (root / "models/b.pkl.dvc").touch(), {"models/a.pkl", "top.pkl"}),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/a.pkl").touch()
    (tmp_path / "top.pkl").touch()
    return tmp_path


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_noticed(root: Path, change: str) -> None:
    files = Tracked(root)
    before = settled(files)
    assert before.present == {"models/a.pkl", "top.pkl"}
    assert before.missing == {"models/b.pkl", "gone/c.pkl"}
    act, present = CHANGES[change]
    act(root)
    after = files.look(PATHS, before)
    assert after.present == present
    assert after.missing == files.look(PATHS, FoundPaths()).missing


def test_what_is_the_same_is_the_same_object(root: Path) -> None:
    files = Tracked(root)
    before = settled(files)
    after = files.look([*PATHS, "models/new.pkl"], before)
    assert after.present is before.present
    assert after.missing == {*before.missing, "models/new.pkl"}


def test_an_output_of_dvc_is_not_missed_nor_what_is_in_it(root: Path) -> None:
    (root / "dvc.yaml").write_text("stages: {train: {cmd: x, outs: [models/out, exact.pkl]}}\n")
    found = Tracked(root).look(["models/out/deep/x.pkl", "exact.pkl", "models/outer.pkl"], FoundPaths())
    assert found.missing == {"models/outer.pkl"}
