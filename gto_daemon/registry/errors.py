"""The named refusals: every reason for which a request about a registry is not answered.

Kinds are named after GTO's exceptions (GTO 1.10.1, exceptions.py) where GTO has one. They are the stable,
machine-readable part of an error; messages and hints may be reworded.
"""

from typing import Any

from gto_daemon.protocol import JsonObject

#: Every kind that may be raised, and what it means. The OpenRPC document is generated from this table.
KINDS: dict[str, str] = {
    "ArtifactNotFound": "No artifact of that name has tags or an annotation in this repository.",
    "RefNotFound": "The revision does not name a commit in this repository.",
    "InvalidTagName": "The name is not a GTO tag name.",
    "InvalidVersion": "The version is not `v` and a semantic version.",
    "ValidationError": "A name, stage, type or label has characters that GTO does not allow.",
    "WrongArgs": "The arguments contradict each other or are out of range; `reason` says which.",
    "NotImplementedInGTO": "The question has more than one answer, and GTO refuses to choose.",
    "VersionRequired": "The artifact has no version at the place that was given.",
    "ManyVersions": "A commit has, or would have, several versions of the artifact where one is needed.",
    "VersionAlreadyRegistered": "The version is registered already, on another commit.",
    "VersionExistsForCommit": "The commit is registered already, as another version or the same one.",
    "WrongConfig": "The configuration cannot be read. What it allows is not known, so nothing is done.",
    "UnknownStage": "The configuration does not allow the stage.",
    "UnknownType": "The configuration does not allow the type.",
    "TagExists": "A tag of that name is there already, and no tag is ever overwritten.",
    "TagNotFound": "There is no tag of that name.",
    "TagConflict": "Git cannot hold a tag of that name beside one whose name is a folder of it.",
    "NoEarlierVersion": "The stage held nothing before that it could be rolled back to.",
    "NoFile": "The commit has no file of that path.",
    "ArtifactHasTags": "The artifact has tags, and tags cannot be renamed.",
    "PathIsUsed": "The path is, holds or lies in the path of another artifact.",
    "WrongArtifactsYaml": "The annotation file is not one, so it is left as it is.",
    "AnnotationNotEditable": "The entry is written in a way that cannot be changed without touching others.",
    "UnsavedChanges": "The client's editor has typing in the annotation file that is not saved.",
    "UncommittedChanges": "The annotation file has changes that a commit would take along.",
    "IdentityRequired": "Git knows no name or e-mail to make a tag or a commit with.",
    "SigningFailed": "The tag was to be signed, and could not be.",
    "HookRefused": "A hook of the repository refused; `words` is what it said.",
    "RefLocked": "A ref or the index is locked, by a running git or one that was killed.",
    "ActInProgress": "Another act on this repository has not ended in time, or acts in hooks of acts go too deep.",
    "GitNotFound": "There is no git to run.",
    "GitFailed": "Git failed for a reason of its own; the message has its words.",
    "RemoteNotFound": "The repository has no remote of that name.",
    "RemoteUnavailable": "The remote does not answer, or is no repository.",
    "AuthenticationFailed": "The remote wants to know who asks, and was not told or did not believe it.",
    "UnsupportedUrl": "The URL is none that is cloned here: another transport, or an option in its guise.",
    "CacheUnusable": "The directory for clones of remote repositories cannot be used.",
    "RuntimeDirectoryUnusable": "The directory for sockets and locks cannot be used.",
    "DeletedAtRemote": "What the tags rest on was at the remote and was deleted there, so they are not sent either.",
    "PushRejected": "The remote refused; `tags` has its words for each tag.",
    "NotARepository": "The path is not inside a Git repository.",
    "UnsupportedRepository": "The repository has a format that cannot be read here.",
    "UnreadableRepository": "Git or the file system refused to open or read the repository.",
    "RefsMigrating": "The refs are being migrated to another format, so for a moment they are in neither.",
    "RelativePath": "A path sent over a socket is relative; the daemon has no working directory of yours.",
    "RepositoryRequired": "The request names no repository, and there is no default.",
    "RegistryChanged": "The registry moved since the clock or cursor that the request is bound to.",
    "Untrusted": "The session is untrusted, and the request would run a program or write.",
    "MissingCapability": "The client requires a capability that this server does not have.",
    "ProtocolMismatch": "Client and server speak different versions of the protocol.",
    "Unauthorized": "The first message did not carry the token of this server.",
    "SubscriptionNotFound": "This connection has no subscription of that id.",
    "AnswerTooLarge": "The answers of a batch exceed the limit of a frame together. Nothing was done for this request.",
    "InstallationDamaged": "A part of gtod's code is gone or cannot be loaded; another daemon takes over.",
    "DaemonRequired": "The method needs a running daemon; there is none in one-shot use.",
}


class RegistryError(Exception):
    """A named refusal. It crosses one boundary only, where the protocol turns it into an error with a `kind`.

    Args:
        kind: one of `KINDS`.
        message: names the thing and the reason.
        hint: the remedy, as a sentence. It names no param: what a request has to say for it is `allow` in `data`, which
            each front end puts in its own words.
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

    def as_json(self) -> JsonObject:
        """The `data` member of the JSON-RPC error object."""
        return {"kind": self.kind, "hint": self.hint, "retryable": self.retryable, **self.data}
