"""The grammar of GTO's tag names: what is a tag, what it says, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.tag_names import (
    Shortcut,
    TagName,
    is_artifact_name,
    is_stage_name,
    is_version,
    parse_shortcut,
    parse_tag,
    parse_tag_name,
)
from tests.registry.strategies import ARTIFACTS, COUNTERS, NAMES, VERSIONS

_TAGS = {
    "a@v1.0.0": TagName("a", "registration", "v1.0.0", None, None),
    "a@v1.0.0!": TagName("a", "deregistration", "v1.0.0", None, None),
    "a@v1.0.0#3": TagName("a", "registration", "v1.0.0", None, 3),
    "a@v1.0.0!#3": TagName("a", "deregistration", "v1.0.0", None, 3),
    "a@v1.0.0-rc.1+build.5": TagName("a", "registration", "v1.0.0-rc.1+build.5", None, None),
    "a@v0.0.0": TagName("a", "registration", "v0.0.0", None, None),
    "a#prod": TagName("a", "assignment", None, "prod", None),
    "a#prod#1": TagName("a", "assignment", None, "prod", 1),
    "a#prod!": TagName("a", "unassignment", None, "prod", None),
    "a#prod!#2": TagName("a", "unassignment", None, "prod", 2),
    "a@deprecated": TagName("a", "deprecation", None, None, None),
    "a@deprecated#4": TagName("a", "deprecation", None, None, 4),
    "a@created": TagName("a", None, None, None, None),
    "h#prod#0": TagName("h", "assignment", None, "prod", 0),
    "i#prod#007": TagName("i", "assignment", None, "prod", 7),
    # A stage and a counter look alike: the first is the stage.
    "j#1": TagName("j", "assignment", None, "1", None),
    "k#1#2": TagName("k", "assignment", None, "1", 2),
    "1@v1.0.0": TagName("1", "registration", "v1.0.0", None, None),
    "A_b-C/d@v1.0.0": TagName("A_b-C/d", "registration", "v1.0.0", None, None),
    "a/b=c@v1.0.0": TagName("a/b:c", "registration", "v1.0.0", None, None),
    "x.y=z@v1.0.0": TagName("x.y:z", "registration", "v1.0.0", None, None),
    "./-_=z#prod": TagName("./-_:z", "assignment", None, "prod", None),
    "a#team/prod#1": TagName("a", "assignment", None, "team/prod", 1),
    "a@v1.0.0-0a": TagName("a", "registration", "v1.0.0-0a", None, None),
    "a@v1.0.0--": TagName("a", "registration", "v1.0.0--", None, None),
}

_NO_TAGS = [
    "",
    "a",
    "a@1.0.0",
    "a@V1.0.0",
    "a@v1.0",
    "a@v01.0.0",
    "a@v1.0.0-01",
    "a@v1.0.0-",
    "a@v1.0.0+",
    "a@v1.0.0.0",
    "a@v1.0.0#",
    "a@v1.0.0#-1",
    "a@v1.0.0#x",
    "a@v1.0.0#prod",
    "a#prod@v1.0.0",
    "a#prod!!",
    "a#prod#1!",
    "a#",
    "a#!",
    "a@deprecated!",
    "a@unknown",
    "a@",
    "@v1.0.0",
    "w_@v1.0.0",
    "_w@v1.0.0",
    "-a@v1.0.0",
    "a-@v1.0.0",
    "/a@v1.0.0",
    "x.y@v1.0.0",
    "u=v=w@v1.0.0",
    "=a@v1.0.0",
    "a=@v1.0.0",
    "a:b@v1.0.0",
    "a@v1.0.0\n",
    "a@v1.0.0 ",
    " a@v1.0.0",
    "ä@v1.0.0",
    "a@v1.0.٣",
    "a#prod#٣",
    "release-1.0",
    "v1.0.0",
    "caf\udce9@v1.0.0",
]


@pytest.mark.parametrize(("name", "parsed"), _TAGS.items(), ids=_TAGS.keys())
def test_a_tag_says_what_its_name_says(name: str, parsed: TagName) -> None:
    assert parse_tag_name(name) == parsed


@pytest.mark.parametrize("name", _NO_TAGS, ids=ascii)
def test_what_is_outside_the_grammar_is_no_tag(name: str) -> None:
    assert parse_tag_name(name) is None
    with pytest.raises(RegistryError) as caught:
        parse_tag(name)
    assert caught.value.kind == "InvalidTagName"


@given(ARTIFACTS, st.sampled_from(["@", "#"]), VERSIONS, NAMES, st.booleans(), COUNTERS)
def test_what_goes_into_a_tag_name_comes_out_of_it(
    artifact: str, kind: str, version: str, stage: str, cancelled: bool, counter: int | None
) -> None:
    said = version if kind == "@" else stage
    name = artifact.replace(":", "=") + kind + said + "!" * cancelled + (f"#{counter}" if counter is not None else "")
    parsed = parse_tag_name(name)
    assert parsed is not None
    assert parsed.artifact == artifact
    assert (parsed.version, parsed.stage) == ((version, None) if kind == "@" else (None, stage))
    assert parsed.counter == counter
    expected = {"@": ("registration", "deregistration"), "#": ("assignment", "unassignment")}[kind]
    assert parsed.kind == expected[cancelled]


@given(st.text(max_size=12), st.text(alphabet="a1@#!v.0=-/_:", max_size=16))
def test_any_text_is_a_tag_or_none(text: str, likely: str) -> None:
    for name in (text, likely):
        parsed = parse_tag_name(name)
        if parsed is not None:
            assert is_artifact_name(parsed.artifact)
            assert parsed.version is None or is_version(parsed.version)
            assert parsed.stage is None or is_stage_name(parsed.stage)


def test_the_parts_are_printed_as_gto_prints_them() -> None:
    assert list(parse_tag("a/b=churn@v1.0.0-rc.1!#3").items()) == [
        ("name", "a/b:churn"),
        ("version", "v1.0.0-rc.1"),
        ("action", "deregister"),
        ("counter", 3),
    ]
    assert parse_tag("m#prod#0") == {"name": "m", "stage": "prod", "action": "assign", "counter": 0}
    assert parse_tag("m#prod!") == {"name": "m", "stage": "prod", "action": "unassign"}
    assert parse_tag("m@deprecated") == {"name": "m", "action": "deprecate"}
    assert parse_tag("m@v1.0.0") == {"name": "m", "version": "v1.0.0", "action": "register"}
    assert parse_tag("m@created") == {"name": "m"}


@pytest.mark.parametrize(
    ("text", "shortcut"),
    [
        ("a", Shortcut("a")),
        ("a@latest", Shortcut("a", latest=True)),
        ("a@greatest", Shortcut("a", latest=True)),
        ("a@v1.2.3", Shortcut("a", version="v1.2.3")),
        ("a#prod", Shortcut("a", stage="prod")),
        ("some/dir:a#prod", Shortcut("some/dir:a", stage="prod")),
        ("some/dir:a@latest", Shortcut("some/dir:a", latest=True)),
        # What is no shortcut is taken for a name, as GTO does.
        ("a@newest", Shortcut("a@newest")),
        ("a@1.2.3", Shortcut("a@1.2.3")),
        ("a#prod#1", Shortcut("a#prod#1")),
        ("some/dir=a@latest", Shortcut("some/dir=a@latest")),
        ("", Shortcut("")),
    ],
)
def test_shortcuts_narrow_a_name(text: str, shortcut: Shortcut) -> None:
    assert parse_shortcut(text) == shortcut
    assert shortcut.narrows == (shortcut.artifact != text)


@pytest.mark.parametrize("name", ["a", "0", "a-b_c/d", "some/dir:a", ".:a", "A"])
def test_names_of_artifacts(name: str) -> None:
    assert is_artifact_name(name)


@pytest.mark.parametrize("name", ["", "-a", "a-", "a.b", "some/dir=a", "a:b:c", ":a", "a:", "a b", "a\n", "ä"])
def test_what_is_no_name_of_an_artifact(name: str) -> None:
    assert not is_artifact_name(name)
    assert not is_stage_name(name)


@given(VERSIONS)
def test_every_version_of_the_grammar_is_one(version: str) -> None:
    assert is_version(version)
    assert not is_version(version[1:])
    assert not is_version(version + "\n")
