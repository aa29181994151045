"""Git's tag and commit objects, parsed from their bytes.

Parsed here, not by libgit2, because libgit2 and dulwich refuse a whole object for one odd header (a tagger without
e-mail, a message that is not UTF-8), and GTO with them; what can be read of it is read, and what is odd is said.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from gto_daemon.registry.objects import Commit

_PERSON = re.compile(rb"([^<\n]*<[^>\n]*)>(?: (-?\d{1,18}) ([+-]\d{4}))?")
_SIGNATURE = re.compile(rb"^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----", re.MULTILINE)
#: What datetime can print; GTO fails beyond it.
_LATEST = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
_EARLIEST = int(datetime(1, 1, 2, tzinfo=UTC).timestamp())
_DAY = 24 * 60


class RawTag(NamedTuple):
    """A tag object before it is peeled. `odd` names what could not be read as Git writes it."""

    target: str
    target_type: str
    name: str
    tagger: str
    email: str
    seconds: int
    offset: int
    message: str
    odd: tuple[str, ...]


def parse_tag_object(data: bytes) -> RawTag | None:
    """A tag object; None when not even its target can be read."""
    head, _, body = data.partition(b"\n\n")
    fields = _headers(head)
    target, kind = fields.get(b"object", b""), fields.get(b"type", b"")
    if not target or not kind:
        return None
    odd: list[str] = []
    tagger, email, seconds, offset = _person(fields.get(b"tagger"), odd, "tagger")
    if b"-----BEGIN " in body:
        signatures = list(_SIGNATURE.finditer(body))
        body = body[: signatures[-1].start()] if signatures else body
    message = _text(body, "utf-8", odd, "message").strip()
    return RawTag(
        target.decode("ascii", "replace"),
        kind.decode("ascii", "replace"),
        fields.get(b"tag", b"").decode("utf-8", "surrogateescape"),
        tagger,
        email,
        seconds,
        offset,
        message,
        tuple(odd),
    )


class CommitLinks(NamedTuple):
    """What a commit leads to."""

    tree: str
    parents: tuple[str, ...]


def parse_links(data: bytes) -> CommitLinks | None:
    """Where a commit object leads; None when it has no tree."""
    head, _, _ = data.partition(b"\n\n")
    tree, *lines = head.split(b"\n")
    if not tree.startswith(b"tree "):
        return None
    parents = (line[7:].decode("ascii", "replace") for line in lines if line.startswith(b"parent "))
    return CommitLinks(tree[5:].decode("ascii", "replace"), tuple(parents))


def parse_commit_object(oid: str, data: bytes) -> Commit:
    """A commit object, without where it leads."""
    head, _, body = data.partition(b"\n\n")
    fields = _headers(head)
    encoding = fields.get(b"encoding", b"utf-8").decode("ascii", "replace")
    odd: list[str] = []
    author, author_email, _, _ = _person(fields.get(b"author"), odd, "author", encoding)
    committer, committer_email, seconds, offset = _person(fields.get(b"committer"), odd, "committer", encoding)
    return Commit(
        oid,
        author,
        author_email,
        committer,
        committer_email,
        seconds,
        offset,
        _text(body, encoding, odd, "message"),
    )


def _headers(head: bytes) -> dict[bytes, bytes]:
    """The first value of each header; continued lines (signatures) are left out."""
    fields: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key and key not in fields:
            fields[key] = value
    return fields


def _person(line: bytes | None, odd: list[str], role: str, encoding: str = "utf-8") -> tuple[str, str, int, int]:
    match = _PERSON.match(line) if line is not None else None
    if match is None:
        odd.append(f"no {role}")
        return "", "", 0, 0
    who, seconds, zone = match.groups()
    name, email, wrong = _identity(who, encoding)
    odd.extend(what.format(role) for what in wrong)
    if seconds is None:
        odd.append(f"a {role} without a date")
        return name, email, 0, 0
    when, offset = int(seconds), _offset(zone)
    if not _EARLIEST <= when <= _LATEST or offset is None:
        odd.append(f"a {role}'s date out of range")
        when, offset = min(max(when, _EARLIEST), _LATEST), 0
    return name, email, when, offset


# Few people make many tags: remembering them is a third of the time of reading 100,000.
@lru_cache(maxsize=4096)
def _identity(who: bytes, encoding: str) -> tuple[str, str, tuple[str, ...]]:
    name, _, email = who.partition(b"<")
    odd: list[str] = []
    texts = intern(_text(name.strip(), encoding, odd, "{}")), intern(_text(email, encoding, odd, "{}"))
    if not all(texts):
        odd.append("a {} without " + ("e-mail" if texts[0] else "name"))
    return *texts, tuple(odd)


@lru_cache(maxsize=256)
def _offset(zone: bytes) -> int | None:
    """Minutes from UTC, None when no clock shows it."""
    minutes = int(zone[1:3]) * 60 + int(zone[3:5])
    return None if minutes >= _DAY else -minutes if zone[:1] == b"-" else minutes


def _text(data: bytes, encoding: str, odd: list[str], role: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        odd.append(f"a {role} that is not {encoding}")
        return data.decode(encoding, "replace")
    except LookupError:
        odd.append(f"a {role} in an unknown encoding")
        return data.decode("utf-8", "replace")
