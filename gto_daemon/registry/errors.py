"""The named refusals: every reason for which a request about a registry is not answered.

Kinds are named after GTO's exceptions (GTO 1.10.1, exceptions.py) where GTO has one. They are the stable,
machine-readable part of an error; messages and hints may be reworded.
"""

from typing import Any

#: Every kind that may be raised, and what it means. The OpenRPC document is generated from this table.
KINDS: dict[str, str] = {
    "ArtifactNotFound": "No artifact of that name has tags or an annotation in this repository.",
    "RefNotFound": "The revision does not name a commit in this repository.",
    "InvalidTagName": "The name is not a GTO tag name.",
    "WrongArgs": "The arguments contradict each other or are out of range; `reason` says which.",
    "NotImplementedInGTO": "The question has more than one answer, and GTO refuses to choose.",
    "NotARepository": "The path is not inside a Git repository.",
    "UnsupportedRepository": "The repository has a format that cannot be read here.",
    "UnreadableRepository": "Git or the file system refused to open or read the repository.",
    "RelativePath": "A path sent over a socket is relative; the daemon has no working directory of yours.",
    "RepositoryRequired": "The request names no repository, and there is no default.",
    "RegistryChanged": "The registry moved since the clock or cursor that the request is bound to.",
    "Untrusted": "The session is untrusted, and the request would run a program or write.",
    "MissingCapability": "The client requires a capability that this server does not have.",
    "ProtocolMismatch": "Client and server speak different versions of the protocol.",
    "Unauthorized": "The first message did not carry the token of this server.",
    "SubscriptionNotFound": "This connection has no subscription of that id.",
    "AnswerTooLarge": "The answers of a batch exceed the limit of a frame together.",
    "DaemonRequired": "The method needs a running daemon; there is none in one-shot use.",
}


class RegistryError(Exception):
    """A named refusal. It crosses one boundary only, where the protocol turns it into an error with a `kind`.

    Args:
        kind: one of `KINDS`.
        message: names the thing and the reason.
        hint: the remedy, as a sentence.
        retryable: whether the same request may succeed later without being changed.
        data: further machine-readable fields of this kind.

    """

    def __init__(self, kind: str, message: str, *, hint: str = "", retryable: bool = False, **data: Any) -> None:
        super().__init__(message)
        if kind not in KINDS:
            raise ValueError(f"undeclared error kind {kind!r}")
        self.kind = kind
        self.message = message
        self.hint = hint
        self.retryable = retryable
        self.data = data

    def as_json(self) -> dict[str, Any]:
        """The `data` member of the JSON-RPC error object."""
        return {"kind": self.kind, "hint": self.hint, "retryable": self.retryable, **self.data}
