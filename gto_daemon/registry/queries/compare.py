"""Two versions of an artifact side by side: which they are, and in what their annotations differ."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gto_daemon.registry import commands
from gto_daemon.registry.artifact import Artifact, Version
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.objects import Commit

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import CommitRow, ComparedVersion
    from gto_daemon.protocol.registry import Annotation, Content

#: Stages that a refusal names.
_MAX_NAMED = 10
_FIELDS = ("type", "path", "virtual", "labels", "description", "custom")


def version_named(artifact: Artifact, text: str) -> Version | None:
    """Return the version that `text` names: `v1.2.3`, `latest`, `greatest` or `#stage`; otherwise None.

    Raises:
        RegistryError: `VersionRequired`: there is no latest version, or nothing is in the stage.

    """
    if text.startswith("#"):
        held = artifact.get_stages().get(text[1:])
        if not held:
            raise _nothing(artifact, f"Nothing of '{artifact.name}' is in '{text[1:]}'")
        return held[0].version
    if text in ("latest", "greatest"):
        if artifact.latest is None:
            raise _nothing(artifact, f"'{artifact.name}' has no version")
        return artifact.latest
    named = [version for version in artifact.versions if version.name == text and version.has_tags]
    # One that was registered again on another commit is there twice; the one that counts is meant.
    return next((version for version in named if version.is_active), named[0] if named else None)


def version_at(artifact: Artifact, commit: str) -> Version | None:
    """Return the version on a commit, if one is registered there."""
    return next((v for v in artifact.versions if v.hexsha == commit and v.is_active and not v.discovered), None)


def side(asked: str, artifact: Artifact, version: Version | None, commit: str) -> "ComparedVersion":
    """Return one side of the comparison, without its annotation."""
    event = version.authoring_event if version else None
    held = artifact.get_stages()
    holds = [name for name, stages in held.items() if any(each.version is version for each in stages)]
    return {
        "asked": asked,
        "version": version.name if version else None,
        "ref": event.ref if event else None,
        "commit": commit,
        "created_at": event.time.isoformat() if event else None,
        "author": event.author if event else None,
        "stages": holds,
    }


def changed_fields(left: "Annotation | None", right: "Annotation | None") -> list[str]:
    """Return the fields of the annotation that differ."""
    before: Mapping[str, object] = left or {}
    after: Mapping[str, object] = right or {}
    return [field for field in _FIELDS if before.get(field) != after.get(field)]


def same_content(left: "Content | None", right: "Content | None") -> bool | None:
    """Return whether the artifact's file or folder is the same on both sides; None if Git does not know."""
    before, after = (each.get("oid") if each else None for each in (left, right))
    return None if before is None or after is None else before == after


def commit_row(commit: Commit) -> "CommitRow":
    """Return the row of a commit."""
    return {
        "commit": commit.oid,
        "subject": commit.message.strip().partition("\n")[0],
        "author": commit.author,
        "author_email": commit.author_email,
        "created_at": commit.time.isoformat(),
    }


def _nothing(artifact: Artifact, message: str) -> RegistryError:
    return RegistryError("VersionRequired", message, hint=what_there_is(artifact), artifact=artifact.name)


def what_there_is(artifact: Artifact) -> str:
    """Return a hint that names the stages of an artifact, and the command that shows its versions."""
    held = [*artifact.get_stages()]
    more = f" and {len(held) - _MAX_NAMED} more" if len(held) > _MAX_NAMED else ""
    stages = (
        f"Its {'stages are' if len(held) > 1 else 'only stage is'} {', '.join(held[:_MAX_NAMED])}{more}. "
        if held
        else ""
    )
    return f"{stages}See: {commands.show_artifact(artifact.name, '--deprecated')}"
