"""What is published: the same bytes for the same commit, everything in it, and nothing else."""

import json
import shutil
import tarfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from gto_daemon import __version__
from tests.package.build import build
from tests.package.environments import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel and sdist of this checkout."""
    place = tmp_path_factory.mktemp("built")
    build(place)
    return place


def test_wheel_and_sdist_are_the_same_bytes_from_another_place(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    ignored = shutil.ignore_patterns(
        ".git", ".venv", ".oracles", "node_modules", ".e2e", "__pycache__", ".node", "dist"
    )
    shutil.copytree(ROOT, copy, ignore=ignored, symlinks=True)
    for file in copy.rglob("*.py"):
        file.touch()
    build(tmp_path / "again", source=copy)
    first = {file.name: file.read_bytes() for file in built.iterdir()}
    assert first == {file.name: file.read_bytes() for file in (tmp_path / "again").iterdir()}
    assert sorted(first) == [f"gto_daemon-{__version__}-py3-none-any.whl", f"gto_daemon-{__version__}.tar.gz"]


def test_the_wheel_holds_the_package_the_man_page_the_schema_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    files = {name for name in names if name.startswith("gto_daemon/")}
    sources = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "gto_daemon").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files == sources
    assert {"gto_daemon/py.typed", "gto_daemon/editor/diagnostics.md"} <= files
    release = f"gto_daemon-{__version__}"
    assert {name for name in names if not name.startswith(("gto_daemon/", f"{release}.dist-info/"))} == {
        f"{release}.data/data/share/man/man1/gtod.1",
        f"{release}.data/data/share/gtod/fleet-yaml.schema.json",
        f"{release}.data/data/share/gtod/gtod-yaml.schema.json",
    }


def test_the_wheel_can_be_built_from_the_sdist(built: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    build(tmp_path / "dist", source=tmp_path / f"gto_daemon-{__version__}")
    (wheel,) = built.glob("*.whl")
    assert (tmp_path / "dist" / wheel.name).read_bytes() == wheel.read_bytes()


def test_all_that_has_a_version_has_the_same() -> None:
    package = json.loads((ROOT / "clients" / "vscode" / "package.json").read_text())
    assert version("gto-daemon") == __version__ == package["version"]
