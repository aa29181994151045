"""How a call fails: the daemon refused it, or there is no daemon to ask."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class CallError(Exception):
    """The error object of a JSON-RPC answer.

    `code` and `message` are JSON-RPC's; `data` is its data member or None. For a refusal about a registry (code
    -32803) `kind` is its stable name (`ArtifactNotFound`, …) and `hint` the remedy.
    """

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data
        if self.hint:
            # Tracebacks end with it, so that who does not catch the error reads the remedy too.
            self.add_note(self.hint)

    @property
    def kind(self) -> str | None:
        """The name of the refusal, None for a fault of the protocol."""
        return self.data.get("kind") if isinstance(self.data, dict) else None

    @property
    def hint(self) -> str:
        """The remedy as a sentence, empty when there is none."""
        if not isinstance(self.data, dict):
            return ""
        allow = self.data.get("allow")
        given = ", ".join(f"{name}={value!r}" for name, value in allow.items()) if isinstance(allow, dict) else ""
        deletes = self.data.get("deletes")
        does = "it is done" if deletes is None else f"every one of its tags is deleted ({deletes})"
        said = str(self.data.get("hint", ""))
        if said and given and not said.endswith((".", "?", "!")):
            said += "."
        return " ".join(filter(None, (said, given and f"With {given} {does}.")))

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later."""
        return isinstance(self.data, dict) and self.data.get("retryable") is True


class DaemonUnavailable(Exception):  # noqa: N818  (a state of things)
    """No daemon could be reached or started; `reason` names the thing, the reason and the remedy."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LostAct(DaemonUnavailable):
    """The connection broke before an act was answered; `reason` says whether its tags are there.

    `tags` has the names of those that are: of those it was to make, or of those it was to delete. It is None where
    that could not be found out.
    """

    def __init__(self, reason: str, tags: list[str] | None) -> None:
        super().__init__(reason)
        self.tags = tags


class NoConnectionTaken(DaemonUnavailable):
    """There is a daemon, and its queue of connections is full: it hangs, or was stopped."""
