"""`gto/plots`: the plots of versions."""

from typing import TYPE_CHECKING, cast

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.known_names import artifact_named
from gto_daemon.daemon.queries.plotting import plots_of
from gto_daemon.daemon.queries.views import View, view
from gto_daemon.registry.queries.version_values import rows_of
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import WorktreeQuery
from gto_daemon.rpc.schema.params import AsOfParams

if TYPE_CHECKING:
    from gto_daemon.protocol.evidence import PlotsResult


class PlotsParams(AsOfParams):
    """The versions, and which of their plots to show."""

    name: str = Field(description="The artifact: `model` or `some/dir:model`.")
    versions: list[str] = Field(["latest"], description="The versions: `v1.2.3`, `latest` or `#stage`.", max_length=100)
    plots: list[str] | None = Field(None, description="The ids of the plots. By default all.")
    images: bool = Field(False, description="Include the pictures themselves, up to 1 MiB each and 8 MiB together.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: PlotsParams) -> "PlotsResult":
    seen = view(worktree, snapshot, View(as_of=params.as_of))
    _, artifact = artifact_named(worktree, seen, params.name)
    rows = rows_of(artifact, params.versions, deprecated=True, against=None)
    plots, problems = plots_of(worktree, seen, rows, params.plots, images=params.images)
    result = cast("PlotsResult", {"plots": plots, **seen.stated(problems)})
    params.add_note(result)
    return result


METHOD = WorktreeQuery(
    name="gto/plots",
    summary="Show the plots of versions: the points, as DVC reads them, or the pictures.",
    params=PlotsParams,
    errors=("ArtifactNotFound", "VersionRequired"),
    answer=_answer,
)
