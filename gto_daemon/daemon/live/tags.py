"""Convert a ref and its tag object to a `TagRef`: GTO's rules of what counts, and the problems of the rest."""

from typing import Protocol

from gto_daemon.daemon.live.message_budget import MessageBudget
from gto_daemon.git.objects import ObjectTooLongError
from gto_daemon.git.parse import RawTag
from gto_daemon.protocol import Severity
from gto_daemon.registry import commands
from gto_daemon.registry.objects import Tag, TagRef, made
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import TagName


class TagReader(Protocol):
    """What reads tag objects; see `ObjectReader.tag`."""

    def tag(self, oid: str) -> RawTag | str | None:
        """Return the tag object, peeled; the type's name of another object; None when it is missing."""


def read_tag(name: str, parsed: TagName, oid: str, reader: TagReader, messages: MessageBudget) -> TagRef:
    """Return the ref `name` (without `refs/tags/`) at the object `oid`."""
    problems: list[Problem] = []
    try:
        raw = reader.tag(oid)
    except ObjectTooLongError as error:
        message = f"points at an object of {error.size} bytes, more than is read of a tag, so it counts for nothing"
        problem = _problem(name, oid, "long-tag", "error", message, "Delete it, and make it again with less message.")
        return TagRef(name, parsed.artifact, oid, None, (problem,))
    if parsed.kind is None:
        problems.append(
            _problem(name, oid, "created-tag", "warning", _CREATED, f"Delete it: {commands.delete_tags([name])}.")
        )
    if raw is None:
        problems.append(_problem(name, oid, _UNREADABLE_CODE, "error", _UNREADABLE, "See what `git fsck` says of it."))
        return TagRef(name, parsed.artifact, oid, None, tuple(problems))
    if isinstance(raw, str):
        return TagRef(name, parsed.artifact, oid, None, tuple(problems))
    target, target_type, named, tagger, email, seconds, offset, message, odd = raw = messages.take_tag(raw)
    if odd or named != name or target_type != "commit":
        problems.extend(_oddities(name, parsed, oid, raw))
    tag = made(Tag, (oid, target, target_type, tagger, email, seconds, offset, message))
    return made(TagRef, (name, parsed.artifact, oid, tag, tuple(problems)))


def is_unreadable(ref: TagRef) -> bool:
    """Return whether the object of the ref was unreadable."""
    return ref.tag is None and bool(ref.problems) and any(problem.code == _UNREADABLE_CODE for problem in ref.problems)


#: Characters of the name in a tag object that are shown; it may contain any.
_MAX_OTHER_NAME = 200
_UNREADABLE_CODE = "unreadable-tag"
_CREATED = "names a creation, which GTO reserves; GTO 1.10.1 fails for the whole repository because of it"
_UNREADABLE = "points at an object that is missing or damaged, so it counts for nothing"


def _oddities(name: str, parsed: TagName, oid: str, raw: RawTag) -> list[Problem]:
    found = []
    if raw.target_type != "commit" and parsed.kind != "deprecation":
        message = f"is on a {raw.target_type}, not on a commit, so it counts for nothing"
        found.append(_problem(name, oid, "not-a-commit", "error", message, "Delete it, and tag the commit."))
    if raw.name != name:
        message = f"was made under another name, '{raw.name[:_MAX_OTHER_NAME]}'; its name now counts"
        found.append(_problem(name, oid, "renamed-tag", "warning", message, "Make it again under this name."))
    if raw.odd:
        message = f"has {', '.join(raw.odd)}; it is read as far as it can be"
        found.append(_problem(name, oid, "odd-tag", "warning", message, "Nothing has to be done about it."))
    return found


def _problem(name: str, oid: str, code: str, severity: Severity, message: str, hint: str) -> Problem:
    return Problem(code=code, severity=severity, message=f"The tag '{name}' {message}.", hint=hint, tag=name, oid=oid)
