"""Tests look from outside: at no private name of another object or module, and with numbers given to constructors.

And no two classes have one name, whichever module they are in.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import gto_daemon

_TESTS = Path(__file__).parent
_PACKAGE = Path(gto_daemon.__file__).parent
_FILES = [str(path.relative_to(_TESTS)) for path in sorted(_TESTS.rglob("*.py"))]
#: Documented names of the standard library that begin as private ones do.
_PUBLIC = {"os._exit"}
#: Constants that say what a release or a system is, and how much or how long of nothing.
_WHAT_IT_IS = {"PROTOCOL", "UNIX_SOCKETS"}
_BY_NAME = {"getattr", "setattr", "delattr", "hasattr"}


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def faults(text: str) -> Iterator[str]:
    """What a test should not reach for."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and _is_private(node.attr):
            owner = ast.unparse(node.value)
            if owner not in ("self", "cls") and f"{owner}.{node.attr}" not in _PUBLIC:
                yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.ImportFrom):
            yield from (f"line {node.lineno}: {each.name}" for each in node.names if _is_private(each.name))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in _BY_NAME:
            for argument in node.args[:2]:
                value = argument.value if isinstance(argument, ast.Constant) else None
                name = value.rpartition(".")[2] if isinstance(value, str) else ""
                is_number = "monkeypatch" in ast.unparse(node.func) and name.isupper() and name not in _WHAT_IT_IS
                if _is_private(name) or is_number:
                    yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("name", _FILES)
def test_a_test_looks_from_outside(name: str) -> None:
    assert list(faults((_TESTS / name).read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "hub._worktrees",
        "hub.worktrees()[0]._state",
        "from gto_daemon.daemon.hub import _Open",
        "monkeypatch.setattr(hub, '_open', None)",
        "monkeypatch.setattr(hub, 'MAX_REPOSITORIES', 3)",
        "monkeypatch.setattr('gto_daemon.daemon.hub.MAX_REPOSITORIES', 3)",
        "getattr(loop, '_scheduled', ())",
    ],
)
def test_what_reaches_inside_is_found(text: str) -> None:
    assert len(list(faults(text))) == 1


@pytest.mark.parametrize(
    "text", ["self._own", "os._exit(1)", "a.__class__", "monkeypatch.setattr(hub, 'open', None)", "{'_a': 1}"]
)
def test_what_does_not_is_not(text: str) -> None:
    assert not list(faults(text))


def test_no_two_classes_have_one_name() -> None:
    """But for the systems' own, and the shapes of the protocol, each named after the value that it shows."""
    names = Counter(
        node.name
        for path in _PACKAGE.rglob("*.py")
        if path.parent.name not in ("protocol", "platform")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and not _is_private(node.name)
    )
    assert [name for name, count in names.items() if count > 1] == []
