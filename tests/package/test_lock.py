"""What development and users install: pinned, hashed, bounded, and named in the page about it."""

import json
import re
import tomllib
from importlib.metadata import distribution, version
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


def brought() -> dict[str, str]:
    """What comes with the package on this system, by its canonical name: the licence that it states."""
    found: dict[str, str] = {}
    waiting = [requirement.name for requirement in RUNTIME]
    while waiting:
        package = distribution(waiting.pop())
        name = canonicalize_name(package.metadata["Name"])
        if name not in found:
            classifiers = [each for each in package.metadata.get_all("Classifier") or [] if "License ::" in each]
            stated = package.metadata.get("License-Expression") or package.metadata.get("License") or str(classifiers)
            found[name] = stated
            needed = [Requirement(each) for each in package.requires or []]
            waiting += [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return found


#: How metadata says it, where that is not its short name.
_STATED = {"GPL-2.0 with linking exception": "GPLv2 with linking exception", "MIT": "MIT License"}


def test_the_licence_of_everything_that_comes_with_it_is_on_the_page() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    table = page[page.index("## Licences") :]
    told = {
        canonicalize_name(row[0]): row[1]
        for row in re.findall(r"^\| ([\w.-]+)[^|]* \| ([^`|]+) \|$", table, re.MULTILINE)
    }
    del told["package"]
    stated = brought()
    assert told.keys() == stated.keys()
    for name, licence in told.items():
        assert stated[name] == licence or _STATED.get(licence, licence) in stated[name], (name, stated[name])


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
