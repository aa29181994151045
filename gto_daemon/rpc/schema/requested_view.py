"""The state that a question is about: the present one, or a view of the daemon's."""

from gto_daemon.daemon.queries.views import View
from gto_daemon.rpc.schema.params import ViewParams

#: Said with every answer about the past.
_NOTE = "Tags that were deleted since then are not known any more; the configuration is today's."


def note_of(params: ViewParams) -> dict[str, str]:
    """What an answer about the past adds to its result."""
    return {} if params.as_of is None else {"note": _NOTE}


def view_of(params: ViewParams) -> View | None:
    """The view that `params` ask for; None for the present state as GTO sees it, which is answered from memory."""
    view = View(
        as_of=params.as_of,
        worktree=params.worktree,
        all_branches=params.all_branches,
        all_commits=params.all_commits,
        annotations=params.annotations,
    )
    return None if view.is_current else view
