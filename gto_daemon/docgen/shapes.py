"""The TypedDicts of `gto_daemon/protocol/` as pydantic knows them, for the documents and for tests of answers."""

import ast
import importlib
import inspect
import sys
import typing
from functools import cache
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Final

import typing_extensions
from pydantic import ConfigDict, TypeAdapter

from gto_daemon import protocol
from gto_daemon.protocol import JsonObject

#: Objects that may have more members than they declare.
_OPEN: Final = ("DiscoverResult",)


@cache
def shapes() -> JsonObject:
    """Return the objects of the protocol, by name."""
    found = {
        name: each
        for module in _modules()
        for name, each in vars(module).items()
        if typing_extensions.is_typeddict(each) and each.__module__ == module.__name__ and not name.startswith("_")
    }
    for name, each in found.items():
        each.__pydantic_config__ = ConfigDict(strict=True, extra="allow" if name in _OPEN else "forbid")
    return found


def adapter(name: str) -> TypeAdapter[Any]:
    """Return a validator of one object."""
    return TypeAdapter(shapes()[name])


@cache
def descriptions() -> dict[str, dict[str, str]]:
    """Return the descriptions of each object's members: the strings below them, including inherited ones."""
    own: dict[str, dict[str, str]] = {}
    bases: dict[str, list[str]] = {}
    for module in _modules():
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                own[node.name] = _described(node)

    def of(name: str) -> dict[str, str]:
        inherited = [of(base) for base in bases.get(name, ())]
        return {member: words for each in (*inherited, own.get(name, {})) for member, words in each.items()}

    return {name: of(name) for name in own}


def own_members(name: str) -> list[str]:
    """Return the members that an object does not share with others, in their order."""
    shape = shapes()[name]
    inherited = {member for base in shape.__orig_bases__ for member in getattr(base, "__annotations__", ())}
    return [member for member in shape.__annotations__ if member not in inherited]


def _described(node: ast.ClassDef) -> dict[str, str]:
    found: dict[str, str] = {}
    for member, after in zip(node.body, node.body[1:], strict=False):
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name) and isinstance(after, ast.Expr):
            found[member.target.id] = " ".join(str(ast.literal_eval(after.value)).split())
    return found


@cache
def _modules() -> list[ModuleType]:
    names = [f"{protocol.__name__}.{each.name}" for each in iter_modules(protocol.__path__)]
    if sys.version_info >= (3, 12):
        return [importlib.import_module(name) for name in names]
    # Before 3.12 pydantic accepts only TypedDicts of typing_extensions, so it gets copies.
    loaded = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    standard = typing.TypedDict
    setattr(typing, "TypedDict", typing_extensions.TypedDict)  # noqa: B010  (mypy knows it as a special form)
    try:
        return [importlib.import_module(name) for name in names]
    finally:
        setattr(typing, "TypedDict", standard)  # noqa: B010
        for name in names:
            del sys.modules[name]
        sys.modules.update(loaded)
