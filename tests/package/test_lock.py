"""What development and users install: pinned, hashed, bounded, and named in the page about it."""

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements-dev.txt").read_text()
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]


def locked() -> dict[str, tuple[str, list[str]]]:
    """Package to its version and hashes."""
    found = {}
    for block in re.split(r"\n(?=\S)", LOCK):
        match = re.match(r"([\w.-]+)==([\w.]+)", block)
        if match:
            found[canonicalize_name(match[1])] = (
                match[2],
                re.findall(r"--hash=sha256:([0-9a-f]{64})(?![0-9a-f])", block),
            )
    return found


def test_everything_is_pinned_and_hashed() -> None:
    lines = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(lines) == len(locked()) > 40
    assert all(hashes for _, hashes in locked().values())


def test_what_is_declared_is_locked_within_its_bounds() -> None:
    declared = [*RUNTIME, *map(Requirement, PROJECT["optional-dependencies"]["dev"])]
    for requirement in declared:
        pinned, _ = locked()[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pinned), f"{requirement} and {pinned}: run make lock"


def test_what_is_tested_is_what_is_locked() -> None:
    different = {
        name: (pinned, version(name))
        for name, (pinned, _) in locked().items()
        if name in _RUNTIME and version(name) != pinned
    }
    assert different == {}


_RUNTIME = {canonicalize_name(requirement.name) for requirement in RUNTIME}


def test_what_users_install_has_a_lower_and_an_upper_bound_and_a_reason() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    rows = {row[0]: row[1] for row in re.findall(r"^\| ([\w.-]+) \| `([^`]+)` \|", page, re.MULTILINE)}
    for requirement in RUNTIME:
        assert {each.operator for each in requirement.specifier} == {">=", "<"}, requirement
        assert Requirement(f"{requirement.name}{rows[requirement.name]}").specifier == requirement.specifier
    assert len(rows) == len(RUNTIME)


def test_no_lock_file_names_a_host() -> None:
    assert "://" not in LOCK + (ROOT / "requirements-fuzz.txt").read_text()
    npm = json.loads((ROOT / "clients" / "vscode" / "package-lock.json").read_text())
    packages = {name: package for name, package in npm["packages"].items() if name}
    assert packages
    assert all("resolved" not in package and package["integrity"] for package in packages.values())
