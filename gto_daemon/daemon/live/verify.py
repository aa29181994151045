"""The debug mode: after every delta the index is compared with one folded from zero."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gto_daemon.registry.index import Index
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.queries.state import artifact_state

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import StateArtifact


class IndexDivergedError(AssertionError):
    """The index after deltas differs from the index folded from its tags: a bug in gtod."""


def check_against_zero(index: Index, refs: Iterable[TagRef]) -> None:
    """Compare with a fold from zero of `refs`.

    Raises:
        IndexDivergedError: they differ.

    """
    zero = Index.build(refs, index.facts, index.annotated)
    for what, left, right in (
        ("order", list(index.order), list(zero.order)),
        ("refs", index.refs, zero.refs),
        ("artifacts", _states(index), _states(zero)),
        ("problems", index.troubled, zero.troubled),
    ):
        if left != right:
            raise IndexDivergedError(f"the {what} of the index differ from a fold from zero: {left!r} != {right!r}")


def _states(index: Index) -> "dict[str, StateArtifact]":
    return {name: artifact_state(artifact) for name, artifact in index.artifacts.items()}
