"""`gto stages`: the stages that are allowed, or in use."""

from typing import TYPE_CHECKING

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.index import Index
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import StagesAnswer


def used_stages(index: Index) -> list[str]:
    """Return the stages that have a version, sorted, including those of deprecated artifacts (GTO 1.10.1)."""
    return sorted({held.stage for _, overview in index.overviews() for held in overview.stages})


def stage_columns(snapshot: Snapshot) -> list[str]:
    """Return the columns of `show`: the configured stages in their order, or else the used ones."""
    allowed = snapshot.config.stages
    return used_stages(snapshot.index) if allowed is None else list(allowed)


def stages(snapshot: Snapshot, *, allowed: bool = False, used: bool = False) -> "StagesAnswer":
    """Return the configured stages (`allowed`; None without configuration), the used ones, or the columns of `show`.

    Raises:
        RegistryError: `WrongArgs` if both are requested.

    """
    if allowed and used:
        raise RegistryError(
            "WrongArgs",
            "Stages are either the allowed or the used ones, not both",
            hint="Ask for one, then for the other.",
            reason="allowed and used",
        )
    if allowed:
        found = None if snapshot.config.stages is None else list(snapshot.config.stages)
    else:
        found = used_stages(snapshot.index) if used else stage_columns(snapshot)
    return {"stages": found}
