"""The named refusals: every reason for which a request about a registry can be refused.

Kinds are named after GTO's exceptions (GTO 1.10.1, exceptions.py) where GTO has one. They are the stable,
machine-readable part of an error; messages and hints may be reworded.
"""

from typing import Any

from gto_daemon.protocol import JsonObject

#: Every kind that can be raised, and what it means. The OpenRPC document is generated from this table.
KINDS: dict[str, str] = {
    "ArtifactNotFound": "No artifact with this name has tags or an annotation in the repository.",
    "RefNotFound": "The revision does not name a commit in the repository.",
    "InvalidTagName": "The name is not a GTO tag name.",
    "InvalidVersion": "The version is not `v` and a semantic version.",
    "ValidationError": "A name, stage, type or label contains characters that GTO does not allow.",
    "WrongArgs": "The arguments contradict each other or are out of range; `reason` says which.",
    "NotImplementedInGTO": "The request is ambiguous, and GTO does not define which answer is right.",
    "VersionRequired": "The artifact has no version at the given place.",
    "ManyVersions": "A commit has, or would have, several versions of the artifact, but exactly one is needed.",
    "VersionAlreadyRegistered": "The version is already registered on another commit.",
    "VersionExistsForCommit": "The commit is already registered, as this version or another.",
    "WrongConfig": "The configuration cannot be read, so gtod does not know what it allows and does nothing.",
    "UnknownStage": "The configuration does not allow the stage.",
    "UnknownType": "The configuration does not allow the type.",
    "TagExists": "A tag with this name already exists, and gtod never overwrites a tag.",
    "TagNotFound": "No tag has this name.",
    "TagConflict": "Git cannot store both this tag and an existing one: one name is a folder in the other.",
    "NoEarlierVersion": "The stage has no earlier version to roll back to.",
    "NoFile": "The commit has no file at this path.",
    "ArtifactHasTags": "The artifact has tags, and tags cannot be renamed.",
    "PathIsUsed": "The path is the path of another artifact, or one contains the other.",
    "WrongArtifactsYaml": "The annotation file is not valid, so gtod leaves it unchanged.",
    "AnnotationNotEditable": "The entry cannot be changed without changing other entries.",
    "UnsavedChanges": "The client's editor has unsaved changes in the annotation file.",
    "UncommittedChanges": "The annotation file has uncommitted changes, which the commit would include.",
    "IdentityRequired": "Git has no name or e-mail address for a tag or a commit.",
    "SigningFailed": "The tag could not be signed.",
    "HookRefused": "A hook of the repository refused; `words` is its output.",
    "RefLocked": "A ref or the index is locked, by a running git or by one that was killed.",
    "ActInProgress": "Another act on this repository did not end in time, or acts in hooks are nested too deeply.",
    "GitNotFound": "gtod cannot find git.",
    "GitFailed": "Git failed for another reason; the message has Git's own words.",
    "RemoteNotFound": "The repository has no remote with this name.",
    "RemoteUnavailable": "The remote does not respond, or is not a repository.",
    "AuthenticationFailed": "The remote requires credentials, and none were given or it rejected them.",
    "UnsupportedUrl": "gtod does not clone this URL: its transport is not supported, or it looks like an option.",
    "CacheUnusable": "The directory for clones of remote repositories cannot be used.",
    "LedgerUnusable": "The record of the tags that were seen before cannot be written.",
    "SecretUnusable": "The secret of a sink cannot be read, or is no secret of Standard Webhooks.",
    "SinkNotFound": "The user's fleet.yaml has no sink with this name.",
    "OutboxUnusable": "The record of the events that are on their way to sinks cannot be used.",
    "RuntimeDirectoryUnusable": "The directory for sockets and locks cannot be used.",
    "DeletedAtRemote": "The tags depend on a tag that was deleted at the remote, so they are not sent.",
    "PushRejected": "The remote refused the push; `tags` has its reason for each tag.",
    "NotARepository": "The path is not inside a Git repository.",
    "UnsupportedRepository": "gtod cannot read the format of the repository.",
    "UnreadableRepository": "Git or the file system refused to open or read the repository.",
    "RefsMigrating": "The refs are being migrated to another format, and for a moment they are in neither.",
    "RelativePath": "A path sent over a socket is relative, but the daemon does not know your working directory.",
    "RepositoryRequired": "The request names no repository, and there is no default.",
    "RegistryChanged": "The registry has changed since the clock or cursor in the request.",
    "Untrusted": "The session is untrusted, and the request would run a program or write.",
    "MissingCapability": "The client requires a capability that this server does not have.",
    "ProtocolMismatch": "Client and server speak different versions of the protocol.",
    "Unauthorized": "The first message did not carry the token of this server.",
    "SubscriptionNotFound": "This connection has no subscription with this id.",
    "AnswerTooLarge": "Together the responses of a batch exceed the maximum frame size. Nothing was done for this one.",
    "InstallationDamaged": "Part of gtod's code is missing or cannot be loaded; another daemon takes over.",
    "ResourcesExhausted": "The system has no open files or memory left for the daemon at the moment.",
    "RulesUnreadable": "The rules of promotion (`.gtod.yaml`) cannot be read, so gtod does not know what they allow.",
    "TransitionNotAllowed": "The rules let a version into this stage from other stages only.",
    "TooEarly": "The rules want the version to hold another stage for longer first.",
    "NotOnBranch": "The commit is on none of the branches that the rules name, or it is not known whether it is.",
    "SignatureRequired": "The rules want a signature that the signers file vouches for.",
    "NotAllowed": "The rules do not let this person do it.",
    "DeletionNotAllowed": "The rules let nobody delete or move tags of the registry.",
    "WrongDate": "A pushed tag is dated too far from the server's clock.",
    "AmbiguousKey": "Several files have a metric or param of this name; `candidates` are their whole keys.",
    "NoSuchKey": "No version has a metric or param of this name; `near` are similar ones.",
    "FleetUnreadable": "The file of the fleet cannot be read.",
    "FleetNotEditable": "An entry cannot be added to the file of the fleet, or taken out, without changing others.",
    "NotFollowed": "The remote repository of the fleet has not been looked at yet.",
    "DaemonRequired": "The method needs a running daemon, and one-shot use has none.",
}


class RegistryError(Exception):
    """A named refusal, which the protocol turns into an error with a `kind`.

    Args:
        kind: one of `KINDS`.
        message: what is wrong, and why.
        hint: the remedy, as a sentence. It names no param: `allow` in `data` holds the params that make the request
            succeed, and each front end puts them in its own words.
        retryable: whether the same, unchanged request may succeed later.
        data: more machine-readable fields of this kind.

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
        """Return the `data` member of the JSON-RPC error object."""
        return {"kind": self.kind, "hint": self.hint, "retryable": self.retryable, **self.data}
