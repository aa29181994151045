"""What became of an act whose answer was lost with its connection: whether its tags are there now."""

from __future__ import annotations

from gto_daemon.client.errors import CallError, DaemonUnavailable, LostAct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from gto_daemon.protocol import JsonObject

#: The kind of event that an act's tag is.
_EVENTS = {
    "gto/register": "registration",
    "gto/assign": "assignment",
    "gto/rollback": "assignment",
    "gto/unassign": "unassignment",
    "gto/deregister": "deregistration",
    "gto/deprecate": "deprecation",
}
#: A date of the client's own is that of its tags, so they cannot be told from those before by theirs.
_DATE = "GIT_COMMITTER_DATE"


def explain_lost_act(
    reason: str,
    method: str,
    params: Mapping[str, Any],
    since: float,
    environment: Mapping[str, str],
    ask: Callable[[JsonObject], Any],
) -> DaemonUnavailable:
    """Check whether an act's tags exist, and return the error for its caller.

    Args:
        reason: why there is no answer.
        method: the act's.
        params: the act's.
        since: when it was sent, seconds since the epoch.
        environment: the client's.
        ask: asks `gto/history` over another connection.

    """
    acts = list(_acts(method, params))
    if not acts or "repo" not in params or params.get("dry_run"):
        return DaemonUnavailable(f"{reason}; see: `gtod logs`")
    deletes = any(act.get("delete") for _, act in acts)
    unknown = LostAct(f"{reason}, and whether it was done is not known; see: `gtod logs`", None)
    if _DATE in {**environment, **(params.get("env") or {})} or (deletes and len(acts) > 1):
        return unknown
    question: JsonObject = {"repo": params["repo"], **({"env": params["env"]} if params.get("env") else {})}
    question |= {"name": params.get("name")} if deletes else {"since": int(since)}
    try:
        rows = ask(question)["events"]
    except (CallError, DaemonUnavailable):
        return unknown
    tags = sorted({row["ref"] for row in rows if any(_is_of(row, kind, act) for kind, act in acts)})
    listed = ", ".join(tags)
    if deletes:
        said = f"of its tags these are there still: {listed}" if tags else "its tags are gone"
    else:
        said = f"its tags are there: {listed}" if tags else "no tag of it is there so far"
    return LostAct(f"{reason}; {said}", tags)


def _acts(method: str, params: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    if method == "gto/apply":
        for action in params.get("actions") or ():
            yield from _acts(f"gto/{action.get('method')}", action.get("params") or {})
    elif method in _EVENTS:
        yield _EVENTS[method], params


def _is_of(row: Mapping[str, Any], kind: str, act: Mapping[str, Any]) -> bool:
    """Whether a row of history is of a tag that the act makes, or deletes. What comes first comes with it, or not."""
    named = {"artifact": act.get("name"), "stage": act.get("stage"), "version": act.get("version")}
    if any(value is not None and row[member] != value for member, value in named.items()):
        return False
    return bool(act.get("delete")) or row["event"] == kind
