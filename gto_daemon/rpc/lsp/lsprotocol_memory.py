"""Loads lsprotocol's types, and drops what attrs leaves in memory with them: 5 of 16 MiB.

attrs compiles the methods of each of 550 classes with global names of their own, a copy of the whole module's (for
`typing.get_type_hints` of `__init__`, which nobody asks for), and keeps their lines in `linecache`, for debuggers. They
are dropped while this is imported, so that no other thread calls a method meanwhile: whoever needs the language server
comes through `preload.py`.
"""

import linecache
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from lsprotocol import types

_GENERATED = "<attrs generated "


def _generated() -> Iterator[FunctionType]:
    for kind in vars(types).values():
        if isinstance(kind, type) and kind.__module__ == types.__name__:
            for method in vars(kind).values():
                if isinstance(method, FunctionType) and method.__code__.co_filename.startswith(_GENERATED):
                    yield method


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _slim() -> None:
    copies: dict[int, tuple[dict[str, Any], set[str]]] = {}
    for method in _generated():
        names, used = copies.setdefault(id(method.__globals__), (method.__globals__, {"__builtins__", "__name__"}))
        used.update(_names(method.__code__))
        linecache.cache.pop(method.__code__.co_filename, None)
    for names, used in copies.values():
        kept = {name: value for name, value in names.items() if name in used}
        names.clear()  # which gives its table back, as deleting from it would not
        names.update(kept)


_slim()
