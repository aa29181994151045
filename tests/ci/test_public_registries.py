"""Every public registry: a pushed tag of each kind, by action.yml and by GitLab; and all its tags in a full clone.

What a tag did is taken from its name, and from the tags of the registry's manifest, without any of gtod's code.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from gto_daemon.cli.program import program
from tests.ci.checkouts import checkout_by_github, checkout_by_gitlab, git
from tests.ci.github_runner import run_action
from tests.ci.test_gitlab import run_job
from tests.registries import NAMES

_TAG = re.compile(
    r"(?:(?P<folder>[^=]+)=)?(?P<name>[^@#=]+)"
    r"(?:@(?P<version>v[^!#]+)|#(?P<stage>[^!#]+)|@(?P<deprecated>deprecated))(?P<gone>!)?(?:#\d+)?"
)
_REGISTRIES = pytest.mark.parametrize("name", NAMES)


def expected(registry: Path, tag: str) -> dict[str, str]:
    """What the tag did: event, name, version and stage as far as it has them."""
    found = _TAG.fullmatch(tag)
    if found is None:
        return {}
    commit = git(registry, "rev-parse", f"{tag}^{{commit}}")
    if git(registry, "cat-file", "-t", f"refs/tags/{tag}") != "tag":
        return {}
    if found["deprecated"]:
        event = "deprecation"
    elif found["stage"]:
        event = "unassignment" if found["gone"] else "assignment"
    else:
        event = "deregistration" if found["gone"] else "registration"
    told = {
        "event": event,
        "name": f"{found['folder']}:{found['name']}" if found["folder"] else found["name"],
        "version": found["version"],
        "stage": found["stage"],
        "ref": tag,
        "commit": commit,
        "author": git(registry, "for-each-ref", "--format=%(taggername)", f"refs/tags/{tag}"),
    }
    if found["stage"]:
        prefix = tag.partition("#")[0] + "@v"
        dates = git(registry, "for-each-ref", "--points-at", commit, "--format=%(taggerdate:unix) %(refname:short)")
        there = sorted(line.split() for line in dates.splitlines() if f" {prefix}" in line and "!" not in line)
        told["version"] = re.sub(r"#\d+$", "", there[0][1].partition("@")[2]) if there else commit
    return {name: value for name, value in told.items() if value}


def pushed(registry: Path) -> list[str]:
    """A tag of each kind that the registry has, the last of several, and one that is no event."""
    tags = git(registry, "tag", "--list").splitlines()
    return list({expected(registry, tag).get("event"): tag for tag in tags}.values())


@_REGISTRIES
def test_a_tag_of_each_kind_on_github(
    name: str, public_registry: Callable[[str], Path], temporary: Path, tmp_path: Path
) -> None:
    registry = public_registry(name)
    for number, tag in enumerate(pushed(registry)):
        place = checkout_by_github(registry, tmp_path / f"checkout-{number}", tag)
        ran = run_action(f"refs/tags/{tag}", place, temporary)
        assert ran.succeeded, ran.log
        want = expected(registry, tag)
        assert {each: value for each, value in ran.outputs.items() if value and each in want} == want
        assert bool(ran.outputs["registry"]) is bool(want)
        assert ran.commands == []


@_REGISTRIES
def test_a_tag_of_each_kind_on_gitlab(
    name: str, public_registry: Callable[[str], Path], temporary: Path, tmp_path: Path
) -> None:
    registry = public_registry(name)
    for number, tag in enumerate(pushed(registry)):
        place = checkout_by_gitlab(registry, tmp_path / f"checkout-{number}", tag)
        told = run_job(tag, place, temporary)
        want = expected(registry, tag)
        assert {key: value for key, value in told.items() if value and key.removeprefix("GTOD_").lower() in want} == {
            f"GTOD_{key.upper()}": value for key, value in want.items()
        }


@_REGISTRIES
def test_all_tags_in_a_clone(name: str, public_registry: Callable[[str], Path]) -> None:
    registry = public_registry(name)
    for tag in git(registry, "tag", "--list").splitlines():
        done = CliRunner().invoke(program, ["ci-event", "-r", str(registry), "--json", "--fetched", tag])
        assert done.exit_code == 0, done.output
        told, want = json.loads(done.stdout), expected(registry, tag)
        assert {key: value for key, value in told.items() if value and key in want} == want
        assert bool(told["event"]) is bool(want)
