"""No module holds anything that changes: what is remembered has an owner, which ends, and which tests make anew."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gto_daemon

_PACKAGE = Path(gto_daemon.__file__).parent
_MODULES = [str(path.relative_to(_PACKAGE)) for path in sorted(_PACKAGE.rglob("*.py"))]
#: What changes a container in place.
_MUTATORS = {
    "add", "append", "clear", "discard", "extend", "insert", "move_to_end", "pop", "popitem", "remove", "setdefault",
    "update",
}  # fmt: skip
#: Containers that are made to be filled, and what is one of a kind for as long as the process lives.
_HOLDERS = {
    "ContextVar", "Counter", "Lock", "OrderedDict", "Queue", "RLock", "Semaphore", "SimpleQueue", "WeakKeyDictionary",
    "WeakSet", "WeakValueDictionary", "defaultdict", "deque",
}  # fmt: skip
#: Functions that remember more than a bounded number of values that follow from their arguments alone.
_REMEMBERING = {
    "rpc/methods/__init__.py": {"_load"},  # one value for each method that there is
}


def _name(node: ast.expr) -> str:
    return ast.unparse(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2]


def _variables(module: ast.Module) -> Iterator[tuple[str, ast.expr | None]]:
    """What is assigned when the module is imported, and not in a function or a class."""
    for node in module.body:
        for each in ast.walk(node) if isinstance(node, ast.If | ast.Try | ast.With) else (node,):
            if isinstance(each, ast.Assign):
                yield from ((target.id, each.value) for target in each.targets if isinstance(target, ast.Name))
            elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                yield each.target.id, each.value


def _functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _changed(node: ast.AST) -> Iterator[str]:
    """The names of what a statement or expression changes in place."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MUTATORS:
        target: ast.expr = node.func.value
    elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        target = node.value
    else:
        return
    if isinstance(target, ast.Name):
        yield target.id


def faults(text: str, remembering: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """What in a module may change after it was imported."""
    module = ast.parse(text)
    variables = dict(_variables(module))
    found = [f"{name} is made to be filled" for name, value in variables.items() if value and _name(value) in _HOLDERS]
    for node in ast.walk(module):
        if isinstance(node, ast.Global):
            found += [f"{name} is global" for name in node.names]
        if isinstance(node, ast.ClassDef):
            found += [
                f"{node.name} has a container of its own"
                for each in node.body
                if isinstance(each, ast.Assign | ast.AnnAssign)
                and isinstance(each.value, ast.List | ast.Dict | ast.Set)
            ]
    for function in _functions(module):
        own = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        own |= {argument.arg for argument in ast.walk(function) if isinstance(argument, ast.arg)}
        changed = {name for node in ast.walk(function) for name in _changed(node)}
        found += [f"{function.name} changes {name}" for name in sorted((changed & variables.keys()) - own)]
        caches = [each for each in function.decorator_list if _name(each) in ("cache", "lru_cache")]
        if caches and function.args.args and function.name not in remembering and not _is_bounded(caches[0]):
            found.append(f"{function.name} remembers without a bound")
    return found


def _is_bounded(cache: ast.expr) -> bool:
    sizes = [each.value for each in cache.keywords if each.arg == "maxsize"] if isinstance(cache, ast.Call) else []
    return any(not (isinstance(size, ast.Constant) and size.value is None) for size in sizes)


@pytest.mark.parametrize("name", _MODULES)
def test_a_module_holds_nothing_that_changes(name: str) -> None:
    assert faults((_PACKAGE / name).read_text("utf-8"), _REMEMBERING.get(name, set())) == []


@pytest.mark.parametrize(
    "text",
    [
        "known = {}\ndef f(x):\n    known[x] = 1\n",
        "known: list[int] = []\ndef f(x):\n    known.append(x)\n",
        "known = set()\ndef f(x):\n    known.discard(x)\n",
        "from weakref import WeakKeyDictionary\nknown: object = WeakKeyDictionary()\n",
        "count = 0\ndef f():\n    global count\n    count += 1\n",
        "@cache\ndef f(x):\n    return x\n",
        "@functools.lru_cache(maxsize=None)\ndef f(x):\n    return x\n",
        "@lru_cache\ndef f(x):\n    return x\n",
        "class A:\n    known = []\n",
        "known = {}\ndef f(x):\n    del known[x]\n",
    ],
)
def test_what_changes_is_found(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "known = {1: 2}\ndef f(x):\n    return known[x]\n",
        "known = []\ndef f(known):\n    known.append(1)\n",
        "@lru_cache(maxsize=8)\ndef f(x):\n    return x\n",
        "@cache\ndef f():\n    return 1\n",
    ],
)
def test_what_does_not_change_is_not(text: str) -> None:
    assert not faults(text)
