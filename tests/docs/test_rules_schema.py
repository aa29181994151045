"""The JSON schema of `.gtod.yaml` and its reader agree, as far as a schema can say it."""

import copy
import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from gto_daemon.registry.rules.reading import read_rules
from tests.registry.rules.strategies import BRANCHES, MEMBERS, RULES_FILES, written
from tests.registry.rules.test_reading import EXAMPLE, WRONG

SCHEMA: Final = Draft7Validator(
    json.loads((Path(__file__).resolve().parents[2] / "docs/gtod-yaml.schema.json").read_text())
)
#: What a schema cannot say: which roles there are, and what one rule means for another.
_BEYOND: Final = {"unknown-role", "closed-stages", "soak-without-from", "no-signers"}
#: What another reader of YAML does not see, or sees as another value.
_OF_YAML: Final = (
    "has an anchor",
    "has an alias",
    "has a tag",
    "twice",
    "there is no such time",
    "is a boolean",
    "a key that is a list",
)


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA.schema)


class _Loader(yaml.SafeLoader):
    """Reads dates as text, as YAML 1.2 does."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_example_is_valid() -> None:
    assert list(SCHEMA.iter_errors(yaml.load(EXAMPLE, _Loader))) == []


#: To JSON 1.0 is 1, and a key is always text.
_ROWS: Final = [
    row[0]
    for row in WRONG
    if row[3] not in {*_BEYOND, "invalid-yaml", "too-large"}
    and not any(words in row[4] for words in _OF_YAML)
    and row[0] != "version: 1.0\n"
]


@pytest.mark.parametrize("text", _ROWS)
def test_what_the_reader_refuses_the_schema_refuses(text: str | bytes) -> None:
    content = yaml.load(text, _Loader)
    assert not SCHEMA.is_valid(content), f"{content}"


_ODD: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [None, 0, 1, 2, -1, "", "x", "a b", "1h", "24", "required", "never", "2026-01-01", "x/", "../x", "ann@example.com",
     "*@x", "ml-team", "m/*.json", "a//b", "a" * 257, "*?" * 5, "refs/x",
     [], ["x"], [1], [[]], [""], {}, {"x": {}}, {"": []}, {"who": []},
     *BRANCHES, *MEMBERS]
)  # fmt: skip


def _mutated(content: Any, data: st.DataObject) -> Any:
    """Return the content with another value, or another key, somewhere in it."""
    content = copy.deepcopy(content)
    at = content
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not keys:
            return content
        key = data.draw(st.sampled_from(keys))
        if isinstance(at[key], dict | list) and at[key] and data.draw(st.booleans()):
            at = at[key]
            continue
        if isinstance(at, dict) and data.draw(st.booleans()):
            at[data.draw(st.sampled_from(["x", "whom", "a b", "version", "stages"]))] = at.pop(key)
        else:
            at[key] = data.draw(_ODD)
        return content


@given(RULES_FILES, st.data())
def test_schema_and_reader_agree(content: dict[str, Any], data: st.DataObject) -> None:
    if data.draw(st.booleans()):
        content = _mutated(content, data)
    problems = read_rules(written(content, None)).problems
    # What is wrong with evidence is a warning, but wrong.
    errors = {each.code for each in problems if each.severity == "error" or each.code == "wrong-evidence"}
    assert SCHEMA.is_valid(content) == (errors <= _BEYOND), [*problems, *SCHEMA.iter_errors(content)]
