"""Kinds of refusals: tests ask for those of the table, and for no other."""

import ast
from collections.abc import Iterator
from pathlib import Path

from gto_daemon.registry.errors import KINDS

_TESTS = Path(__file__).parents[1]


def _is_kind(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value == "kind"
    return isinstance(node, ast.Attribute) and node.attr == "kind"


def _words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for each in node.elts:
            yield from _words(each)


def kinds_compared(source: str) -> Iterator[str]:
    """The kinds that something's kind is compared with; kinds of events and code actions begin with a small letter."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and any(map(_is_kind, sides := [node.left, *node.comparators])):
            yield from (word for side in sides for word in _words(side) if word[:1].isupper())


def test_no_test_asks_for_a_kind_that_does_not_exist() -> None:
    # The server for agents has some kinds of its own, such as that of a plan that it does not know.
    files = (path for path in _TESTS.rglob("*.py") if "mcp" not in path.parts)
    found = {kind for path in files for kind in kinds_compared(path.read_text("utf-8"))}
    assert len(found) > 20
    assert found <= set(KINDS)


def test_one_that_does_not_exist_would_be_seen() -> None:
    source = "assert error.kind in ('WrongArgs', 'NoSuchKind') or data['kind'] == 'NeitherThis'"
    assert list(kinds_compared(source)) == ["WrongArgs", "NoSuchKind", "NeitherThis"]
