"""Files of a repository are opened in one place, which opens nothing but regular files."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gto_daemon

_PACKAGE = Path(gto_daemon.__file__).parent
#: Layers that see a repository. The client and the commands do not.
_LAYERS = ("git", "daemon", "rpc", "app")
#: Whose business it is.
_READER = "git/regular_files.py"
_READING = {"read_text", "read_bytes", "open", "fromfile"}
#: Files of the user's own, in the runtime directory, the cache, or this package; new ones that are written; and what
#: Python itself keeps of files, which is forgotten.
_OWN = {
    "app/lsp.py", "app/destination.py", "app/site_directory.py", "daemon/acts/file_change.py", "daemon/locks.py",
    "daemon/lifecycle/listener.py", "daemon/lifecycle/lock.py", "daemon/lifecycle/log.py",
    "daemon/lifecycle/readiness.py", "daemon/sinks/http_sender.py", "daemon/sinks/secrets.py", "daemon/sinks/sinks.py",
    "daemon/stored/file.py", "daemon/stored/ledger.py", "git/export.py",
    "rpc/lsp/early_initialize.py", "rpc/lsp/lsprotocol_memory.py", "rpc/methods/sessions/discover.py",
}  # fmt: skip
#: What has a method `open` that opens a repository.
_REPOSITORIES = {"self", "hub", "worktree", "reader", "_reader", "runner"}
_MODULES = {"mmap", "fileinput", "linecache", "io", "shelve", "configparser", "tokenize"}


def opened(source: str) -> Iterator[str]:
    """Whatever opens or reads a file by its path."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id == "open":
                yield "open"
            elif isinstance(called, ast.Attribute) and called.attr in _READING:
                owner = ast.unparse(called.value)
                if called.attr != "open" or owner.rpartition(".")[2] not in _REPOSITORIES:
                    yield f"{owner}.{called.attr}"
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in _MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in _MODULES:
            yield node.module


def test_nothing_else_opens_a_file_of_a_repository() -> None:
    found = {
        path.relative_to(_PACKAGE).as_posix()
        for layer in _LAYERS
        for path in (_PACKAGE / layer).rglob("*.py")
        if list(opened(path.read_text("utf-8")))
    }
    assert found - _OWN == {_READER}


@pytest.mark.parametrize(
    "source",
    [
        "open(path)",
        "os.open(path, flags)",
        "Path(name).open()",
        "path.open('rb')",
        "(root / 'HEAD').read_text()",
        "place.read_bytes()",
        "import mmap",
        "from io import open",
    ],
)
def test_the_rule_sees_what_it_is_there_for(source: str) -> None:
    assert list(opened(source))
