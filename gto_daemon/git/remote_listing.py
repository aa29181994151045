"""What a remote has, as one `git ls-remote --symref` tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BRANCHES: Final = "refs/heads/"
TAGS: Final = "refs/tags/"
_PEELED: Final = "^{}"
_SYMBOLIC: Final = "ref: "


@dataclass(frozen=True, slots=True)
class RemoteRefs:
    """The branches and tags of a remote.

    Attributes:
        refs: their full names, to the ids of what they point at.
        head: HEAD: a branch's full name, an id, or None where there is none.
        annotated: the tags, without `refs/tags/`, that point at tag objects.

    """

    refs: Mapping[str, str]
    head: str | None
    annotated: frozenset[str] = frozenset()


def read_listing(said: bytes) -> RemoteRefs:
    """Return what the lines of `git ls-remote --symref` say of HEAD, branches and tags."""
    refs: dict[str, str] = {}
    annotated: set[str] = set()
    head: str | None = None
    # Not `splitlines`, which ends a line at U+2028 too, and names of refs may have that.
    for line in said.decode("utf-8", "surrogateescape").split("\n"):
        value, _, ref = line.partition("\t")
        if ref == "HEAD":
            # Its branch comes first, then its commit; a detached HEAD has the commit alone.
            branch = value.removeprefix(_SYMBOLIC)
            if not value.startswith(_SYMBOLIC) or branch.startswith(BRANCHES):
                head = head or branch
        elif not ref.startswith((BRANCHES, TAGS)):
            continue
        elif ref.endswith(_PEELED):
            annotated.add(ref.removeprefix(TAGS).removesuffix(_PEELED))
        else:
            refs[ref] = value
    return RemoteRefs(refs, head, frozenset(annotated))
