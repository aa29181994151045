"""Versions sort as Semantic Versioning says; the `semver` package is the judge."""

import semver
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.registry.artifact import Version, sort_versions
from gto_daemon.registry.tag_names import is_version, precedence
from tests.registry.strategies import VERSIONS

_SMALL = st.from_regex(r"v[0-2]\.[0-2]\.[0-9]{1,2}(-(a|b|0|1|10|2)(\.(a|0|1|10|alpha|-))?)?(\+(x|1))?", fullmatch=True)


@given(st.one_of(_SMALL, VERSIONS), st.one_of(_SMALL, VERSIONS))
def test_the_order_of_two_versions_is_that_of_semver(left: str, right: str) -> None:
    if not (is_version(left) and is_version(right)):
        return
    judged = semver.Version.parse(left[1:]).compare(right[1:])
    ours = (precedence(left) > precedence(right)) - (precedence(left) < precedence(right))
    assert ours == judged


def test_the_examples_of_the_specification_are_in_order() -> None:
    examples = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 2.0.0"
    versions = [f"v{text}" for text in examples.split()]
    assert list(versions) == sorted({*versions}, key=precedence)


def test_build_metadata_does_not_count() -> None:
    assert precedence("v1.0.0+a") == precedence("v1.0.0+b") == precedence("v1.0.0")


def test_commits_come_after_versions_and_ties_in_reverse() -> None:
    names = ["v1.0.0+a", "b" * 40, "v2.0.0", "a" * 40, "v1.0.0+b"]
    versions = [Version(name, "c" * 40) for name in names]
    assert [version.name for version in sort_versions(versions, "semver")] == [
        "v2.0.0",
        "v1.0.0+b",
        "v1.0.0+a",
        "b" * 40,
        "a" * 40,
    ]
