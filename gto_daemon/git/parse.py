"""Git's tag and commit objects, parsed from their bytes.

Parsed here, not by libgit2, because libgit2 and dulwich refuse a whole object for one odd header (a tagger without
e-mail, a message that is not UTF-8), and GTO with them; what can be read of it is read, and what is odd is said.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from gto_daemon.registry.objects import Commit, Moment

_PERSON = re.compile(rb"(.*?) ?<([^>\n]*)>(?: (-?\d{1,18}) ([+-])(\d\d)(\d\d))?")
_SIGNATURE = re.compile(rb"^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----", re.MULTILINE)
#: What datetime can print; GTO fails beyond it.
_LATEST = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
_EARLIEST = int(datetime(1, 1, 2, tzinfo=UTC).timestamp())
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class RawTag:
    """A tag object before it is peeled. `odd` names what could not be read as Git writes it."""

    target: str
    target_type: str
    name: str
    tagger: str
    email: str
    time: Moment
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
    tagger, email, time = _person(fields.get(b"tagger"), odd, "tagger")
    signatures = list(_SIGNATURE.finditer(body))
    if signatures:
        body = body[: signatures[-1].start()]
    message = _text(body, "utf-8", odd, "message").strip()
    return RawTag(
        target.decode("ascii", "replace"),
        kind.decode("ascii", "replace"),
        fields.get(b"tag", b"").decode("utf-8", "surrogateescape"),
        tagger,
        email,
        time,
        message,
        tuple(odd),
    )


def parse_commit_object(oid: str, data: bytes) -> Commit | None:
    """A commit object; None when it has no tree."""
    head, _, body = data.partition(b"\n\n")
    lines = head.split(b"\n")
    fields = _headers(head)
    tree = fields.get(b"tree")
    if tree is None:
        return None
    encoding = fields.get(b"encoding", b"utf-8").decode("ascii", "replace")
    odd: list[str] = []
    author, author_email, _ = _person(fields.get(b"author"), odd, "author", encoding)
    committer, committer_email, time = _person(fields.get(b"committer"), odd, "committer", encoding)
    return Commit(
        oid,
        tree.decode("ascii", "replace"),
        tuple(line[7:].decode("ascii", "replace") for line in lines if line.startswith(b"parent ")),
        author,
        author_email,
        committer,
        committer_email,
        time,
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


def _person(line: bytes | None, odd: list[str], role: str, encoding: str = "utf-8") -> tuple[str, str, Moment]:
    match = _PERSON.match(line) if line is not None else None
    if match is None:
        odd.append(f"no {role}")
        return "", "", Moment(0, 0)
    name, email, seconds, sign, hours, minutes = match.groups()
    if not name or not email:
        odd.append(f"a {role} without {'name' if not name else 'e-mail'}")
    time = Moment(0, 0)
    if seconds is None:
        odd.append(f"a {role} without a date")
    else:
        offset = (int(hours) * 60 + int(minutes)) * (-1 if sign == b"-" else 1)
        when = int(seconds)
        if not _EARLIEST <= when <= _LATEST or abs(offset) >= _DAY:
            odd.append(f"a {role}'s date out of range")
            when, offset = min(max(when, _EARLIEST), _LATEST), 0
        time = Moment(when, offset)
    return _text(name, encoding, odd, role), _text(email, encoding, odd, role), time


def _text(data: bytes, encoding: str, odd: list[str], role: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        odd.append(f"a {role} that is not {encoding}")
        return data.decode(encoding, "replace")
    except LookupError:
        odd.append(f"a {role} in an unknown encoding")
        return data.decode("utf-8", "replace")
