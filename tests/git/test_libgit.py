"""The part of pygit2 that is loaded without the rest is the rest's own."""

import subprocess
import sys

_PROGRAM = """
import sys
from gto_daemon.git import libgit
assert not {"pygit2", "pygit2.enums", "ssl", "tarfile"} & set(sys.modules), "all of pygit2 was loaded"
import pygit2
from pygit2 import enums
assert pygit2.Odb is libgit.native.Odb and pygit2.GitError in libgit.FAILURES
assert enums.RepositoryOpenFlag.NO_SEARCH | enums.RepositoryOpenFlag.NO_DOTGIT == libgit.HERE
assert enums.SortMode.NONE == libgit.ANY_ORDER
assert enums.SortMode.TOPOLOGICAL | enums.SortMode.TIME == libgit.NEWEST_FIRST
kinds = (enums.ObjectType.COMMIT, enums.ObjectType.TREE, enums.ObjectType.BLOB, enums.ObjectType.TAG)
assert libgit.KINDS == {int(kind): kind.name.lower() for kind in kinds}
assert libgit._LEVELS == ((enums.ConfigLevel.GLOBAL, ".gitconfig"), (enums.ConfigLevel.XDG, "config"))
"""


def test_it_is_loaded_alone_and_agrees_with_the_rest() -> None:
    subprocess.run([sys.executable, "-c", _PROGRAM], check=True)


def test_it_takes_what_is_loaded() -> None:
    program = "import pygit2; from gto_daemon.git import libgit; assert pygit2.Odb is libgit.native.Odb"
    subprocess.run([sys.executable, "-c", program], check=True)
