"""The questions of `gto_daemon/cli/quick.py`, answered by the registry itself: its params are right as they are.

The models that check the params of others, and all else that the protocol is made of, take longer to load than such an
answer to find. Nothing is decided here: these are the functions that the methods of the same names call.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from gto_daemon.daemon.hub import Hub
    from gto_daemon.protocol import JsonObject
    from gto_daemon.registry.snapshot import Snapshot


def read(hub: Hub, method: str, params: JsonObject, environment: Mapping[str, str]) -> JsonObject | None:
    """Return the result of a method in `METHODS`, or None where it has a reason to tell.

    Args:
        hub: the repositories.
        method: its name.
        params: `repo`, and those that the short command lines have.
        environment: whose `GTO_*` variables count.

    Raises:
        RegistryError: the refusal of the method.

    """
    given = dict(params)
    snapshot = hub.worktree(given.pop("repo"), environment=environment).fresh_blocking()
    result = METHODS[method](snapshot, **given)
    return None if result is None else {**snapshot.stated(), **result}


def _show(snapshot: Snapshot, name: str | None = None, **options: Any) -> JsonObject | None:
    from gto_daemon.registry.queries.show import show_registry, show_versions
    from gto_daemon.registry.tag_names import is_choice

    if name is None:
        artifacts = show_registry(snapshot, **options)
        return {"artifacts": artifacts} if artifacts else None
    if is_choice(name):
        return None  # its commits are read
    versions = show_versions(snapshot, name, **options)
    return {"versions": versions} if versions else None


def _history(snapshot: Snapshot, name: str | None = None, **options: Any) -> JsonObject | None:
    from gto_daemon.registry.queries.history import history

    events = history(snapshot, name, **options)
    return {"events": events} if events else None


def _check_ref(snapshot: Snapshot, ref: str) -> JsonObject:
    from gto_daemon.registry.queries.check_ref import check_ref

    return {**check_ref(snapshot, ref)}


def _stages(snapshot: Snapshot) -> JsonObject | None:
    from gto_daemon.registry.queries.stages import stages

    found = stages(snapshot)
    return {**found} if found["stages"] else None


METHODS: dict[str, Callable[..., JsonObject | None]] = {
    "gto/show": _show,
    "gto/history": _history,
    "gto/checkRef": _check_ref,
    "gto/stages": _stages,
}
