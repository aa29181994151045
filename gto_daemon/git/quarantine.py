"""Objects that are being pushed: in quarantine until the hooks have let them in (git-receive-pack(1))."""

import os
import re
from pathlib import Path

from gto_daemon.git.layout import Layout
from gto_daemon.git.parse import MAX_NESTED_TAGS, RawTag, is_plain_tag, parse_tag_object, peel
from gto_daemon.git.process import Finished, Git
from gto_daemon.git.signatures import read_tags
from gto_daemon.registry.errors import RegistryError

_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LATER_HOOKS = ("update", "reference-transaction", "proc-receive")
_FILES = (b"100644", b"100755")


class NotAFileError(Exception):
    """A commit has a folder or a link at a path."""


class TooLongError(Exception):
    """A file of a commit is longer than what is read."""


class PushedTags:
    """The tag objects of a push.

    Args:
        git: the git command line, which sees the quarantine.
        oids: of objects that refs are to point at.

    """

    def __init__(self, git: Git, oids: list[str]) -> None:
        self.objects = read_tags(git, oids)
        # All of one depth at once, because each reading takes a git.
        self._inner: dict[str, RawTag | None] = {}
        depth = self.objects
        for _ in range(MAX_NESTED_TAGS):
            parsed = (parse_tag_object(data) for data in depth.values())
            targets = {each.target for each in parsed if each is not None and each.target_type == "tag"}
            depth = read_tags(git, [target for target in targets if _OID.fullmatch(target)])
            if not depth:
                break
            self._inner |= {oid: parse_tag_object(data) for oid, data in depth.items()}

    def tag(self, oid: str) -> RawTag | str | None:
        """Return the tag object, peeled through tags of tags; `commit` for what is no tag; None for a damaged one."""
        data = self.objects.get(oid)
        if data is None:
            return "commit"
        outer = parse_tag_object(data)
        return None if outer is None else peel(outer, self._inner.get)

    def is_plain(self, oid: str) -> bool:
        """Return whether an object is no tag object, or has headers on which no two readers could differ."""
        data = self.objects.get(oid)
        return data is None or is_plain_tag(data)


def is_left_to_this_hook(git: Git, layout: Layout) -> bool:
    """Return whether no branch can be refused any more once `pre-receive` has let the push in.

    Git asks the other hooks about each ref alone, so tags come in beside a branch that is refused; and it refuses the
    branch that is checked out.
    """
    if layout.worktree is not None or (layout.common / "worktrees").exists():
        return False
    asked = (git.run("rev-parse", "--git-path", f"hooks/{name}") for name in _LATER_HOOKS)
    return not any(os.access(Path(layout.repo, os.fsdecode(_succeeded(each)).rstrip("\n")), os.X_OK) for each in asked)


def read_file(git: Git, commit: str, path: str, limit: int) -> bytes | None:
    """Return a file of a commit; None if it has none at that path.

    Raises:
        NotAFileError, TooLongError: it cannot be read.
        RegistryError: `GitNotFound`, `GitFailed`.

    """
    env = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_LITERAL_PATHSPECS": "1"}
    listed = _succeeded(git.run("ls-tree", "-z", "-l", "--full-tree", commit, "--", path, env=env))
    if not listed:
        return None
    mode, _, oid, size = listed.partition(b"\t")[0].split()
    if mode not in _FILES:
        raise NotAFileError
    if int(size) > limit:
        raise TooLongError
    return _succeeded(git.run("cat-file", "blob", oid.decode("ascii"), env=env))


def _succeeded(ran: Finished) -> bytes:
    if ran.succeeded:
        return ran.stdout
    raise RegistryError(
        "GitFailed",
        f"git does not read what is pushed: {ran.complaint}",
        hint="The words are Git's own.",
        words=ran.complaint,
    )
