"""The part of pygit2 that reading needs: its module in C, and libgit2.

Around it the package loads a hundred enumerations, `ssl` and `tarfile`, four fifths of the time that importing it takes
and 3 MiB. What deals with configuration, remotes or new objects imports `pygit2`, which takes these two as they are.
"""

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pygit2 import _pygit2 as native

__all__ = ["ANY_ORDER", "FAILURES", "HERE", "KINDS", "NEWEST_FIRST", "native", "open_repository"]


def _loaded(name: str) -> ModuleType:
    """Return a module of the package, without importing the package.

    Raises:
        ImportError: there is none.

    """
    name = f"pygit2.{name}"
    if name not in sys.modules:
        package = find_spec("pygit2")
        spec = PathFinder.find_spec(name, None if package is None else package.submodule_search_locations)
        if spec is None or spec.loader is None:
            raise ImportError(f"No module named '{name}'", name=name)
        module = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


if not TYPE_CHECKING:
    native = _loaded("_pygit2")
_bindings: Final = _loaded("_libgit2")
_ffi: Final[Any] = _bindings.ffi
_libgit2: Final[Any] = _bindings.lib

#: What pygit2 raises, by the kind of failure: not found, not so, the system refuses, anything else.
FAILURES: Final = (KeyError, ValueError, OSError, native.GitError)
#: The kinds of objects by their numbers.
KINDS: Final = {
    native.GIT_OBJECT_COMMIT: "commit",
    native.GIT_OBJECT_TREE: "tree",
    native.GIT_OBJECT_BLOB: "blob",
    native.GIT_OBJECT_TAG: "tag",
}
#: Exactly this directory, not a `.git` in it or above it: `GIT_REPOSITORY_OPEN_NO_SEARCH` and `…_NO_DOTGIT`
#: (git2/repository.h).
HERE: Final[Any] = 1 << 0 | 1 << 3
#: Orders of commits, without the enumeration of pygit2.
ANY_ORDER: Final[Any] = native.GIT_SORT_NONE
NEWEST_FIRST: Final[Any] = native.GIT_SORT_TOPOLOGICAL | native.GIT_SORT_TIME
#: Packs that are open at once, of all repositories: a quarter of the descriptors that a process has at least.
_MAX_OPEN_PACKS: Final = 256
#: `GIT_CONFIG_LEVEL_XDG` and `GIT_CONFIG_LEVEL_GLOBAL` (git2/config.h), each with the file that is looked for.
_LEVELS: Final = ((4, ".gitconfig"), (3, "config"))


def open_repository(git_dir: str) -> native.Repository:
    """Open exactly this directory, not a `.git` in it or above it.

    Raises:
        OSError, GitError: it cannot be opened.

    """
    return native.Repository(native.init_file_backend(git_dir, HERE))


def _configure() -> None:
    """Set what holds for all repositories of this process."""
    # Objects are kept as the values that the registry is made of, and a second copy cost 33 MB at 100,000 tags.
    _set(_libgit2.GIT_OPT_ENABLE_CACHING, _ffi.cast("int", 0))
    # libgit2 keeps every pack open that it has read of, and a thousand repositories would use up the descriptors.
    _set(_libgit2.GIT_OPT_SET_MWINDOW_FILE_LIMIT, _ffi.cast("size_t", _MAX_OPEN_PACKS))
    # Git before 2.29 or so names the remote of a partial clone in an extension, for which libgit2 refuses the
    # repository. It promises only that objects may be missing, and everything here can do without any object.
    name = _ffi.new("char []", b"partialclone")
    _set(_libgit2.GIT_OPT_SET_EXTENSIONS, _ffi.new("char *[]", [name]), _ffi.cast("size_t", 1))
    for level, file in _LEVELS:
        _leave_out_unreadable_configuration(_ffi.cast("int", level), file)


def _leave_out_unreadable_configuration(level: Any, file: str) -> None:
    """Let libgit2 carry on where the user's configuration cannot be read, as git does.

    So it is for a process whose HOME is somebody else's: in a container that runs as another user, or under sudo.
    """
    found = _ffi.new("git_buf *")
    _set(_libgit2.GIT_OPT_GET_SEARCH_PATH, level, found)
    try:
        paths = os.fsdecode(_ffi.string(found.ptr)).split(os.pathsep)
    finally:
        _libgit2.git_buf_dispose(found)
    kept = [path for path in paths if _may_be_looked_at(f"{path}/{file}")]
    if kept != paths:
        _set(_libgit2.GIT_OPT_SET_SEARCH_PATH, level, _ffi.new("char []", os.fsencode(os.pathsep.join(kept))))


def _may_be_looked_at(path: str) -> bool:
    try:
        os.stat(path)  # noqa: PTH116 - a command waits for it
    except PermissionError:
        return False
    except OSError:
        # There is none, or what else is wrong with it libgit2 tells.
        return True
    return True


def _set(option: int, *values: Any) -> None:
    if _libgit2.git_libgit2_opts(option, *values):
        raise RuntimeError(f"libgit2 does not take its option {option}")


_configure()
