"""Globs in rules: what they match, and that a repository cannot make them slow."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.registry.rules.globs import matches

_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|.", re.DOTALL)
_MEANINGS = {"**/": "(?:.*[/:])?", "**": ".*", "*": "[^/:]*", "?": "[^/:]"}


@pytest.mark.parametrize(
    ("pattern", "names", "others"),
    [
        ("churn", ["churn"], ["Churn", "churn2", "a/churn", ""]),
        ("fraud/**", ["fraud/x", "fraud/x/y:z", "fraud/"], ["fraud", "a/fraud/x", "fraud:x"]),
        ("*", ["churn"], ["a/b", "a:b"]),
        ("**", ["churn", "a/b:c", ""], []),
        ("**/model", ["model", "a/model", "a/b:model"], ["amodel", "model/a"]),
        ("teams/*:model-?", ["teams/a:model-1"], ["teams/a/b:model-1", "teams/a:model-", "teams/a:model-:"]),
        ("release/*", ["release/1.0"], ["release", "release/1/2"]),
        ("a.c", ["a.c"], ["abc"]),
    ],
)
def test_what_a_glob_matches(pattern: str, names: list[str], others: list[str]) -> None:
    assert [name for name in names + others if matches(pattern, name)] == names


@given(st.text("ab/:*?.", max_size=10), st.text("ab/:.", max_size=12))
def test_it_means_what_a_regular_expression_would(pattern: str, name: str) -> None:
    expression = "".join(_MEANINGS.get(part) or re.escape(part) for part in _PARTS.findall(pattern))
    assert matches(pattern, name) == (re.fullmatch(expression, name, re.DOTALL) is not None)


@pytest.mark.parametrize("pattern", ["**a" * 8 + "b", "**/a" * 8 + "b", "*a" * 8 + "b", "*" * 256 + "b"])
def test_no_glob_takes_long(pattern: str) -> None:
    # With a regular expression this would not end in a lifetime.
    assert not matches(pattern, "a/" * 2_000 + "a" * 300)
