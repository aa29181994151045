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

#: The date follows the last `>`, which need not be the e-mail's: any other is part of the name or the e-mail. Git reads
#: the zone as a number, wherever that ends, and GTO one with two signs.
_PERSON = re.compile(rb"(.*)>\s*([+-]?\d{1,100})(?:\s*([+-]{0,2}\d{1,100}))?")
#: Without `<` and `>` as well the last two words are a date, where they look like one.
_UNBRACKETED = re.compile(rb"(.*)\s([+-]?\d{1,100})\s+([+-]\d{1,100})\s*$")
#: Name and e-mail as GTO finds them.
_IDENTITY = re.compile(rb"(.+)\s<(.+)")
_ZONE = re.compile(rb"[+-]\d{4}")
#: SHA-1 or SHA-256.
_OID = rb"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_BY = rb"([^<\n]*<[^>\n]*)> (\d{1,10}) ([+-]\d{4})"
#: Tags and commits as Git writes them, up to the message. One match for all headers, in place of one header after the
#: other: a third of the time of parsing. What it does not match, the long way reads.
_REGULAR_TAG = re.compile(rb"object (" + _OID + rb")\ntype ([a-z]+)\ntag ([^\n]+)\ntagger " + _BY + rb"\n\n")
_REGULAR_COMMIT = re.compile(
    rb"tree (" + _OID + rb")\n((?:parent " + _OID + rb"\n)*)author " + _BY + rb"\ncommitter " + _BY + rb"\n\n"
)
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
    odd: list[str] = []
    regular = _REGULAR_TAG.match(data)
    if regular is not None:
        target, kind, name, who, seconds, zone = regular.groups()
        person = _dated(who, seconds, zone, odd, "tagger", "utf-8")
        body = data[regular.end() :]
    else:
        head, _, body = data.partition(b"\n\n")
        fields = _headers(head)
        target, kind, name = fields.get(b"object", b""), fields.get(b"type", b""), fields.get(b"tag", b"")
        if not target or not kind:
            return None
        person = _person(fields.get(b"tagger"), odd, "tagger", "utf-8")
    if b"-----BEGIN " in body:
        signatures = list(_SIGNATURE.finditer(body))
        body = body[: signatures[-1].start()] if signatures else body
    message = _text(body, "utf-8", odd, "message").strip()
    return RawTag(
        target.decode("ascii", "replace"),
        kind.decode("ascii", "replace"),
        name.decode("utf-8", "surrogateescape"),
        *person,
        message,
        tuple(odd),
    )


class CommitLinks(NamedTuple):
    """What a commit leads to."""

    tree: str
    parents: tuple[str, ...]


def parse_commit_object(oid: str, data: bytes) -> tuple[Commit, CommitLinks] | None:
    """A commit object, and where it leads; None when it has no tree."""
    odd: list[str] = []
    regular = _REGULAR_COMMIT.match(data)
    if regular is not None:
        tree, parents, who, written, written_zone, by, committed, zone = regular.groups()
        author, author_email, _, _ = _dated(who, written, written_zone, odd, "author", "utf-8")
        committer, committer_email, seconds, offset = _dated(by, committed, zone, odd, "committer", "utf-8")
        message = _text(data[regular.end() :], "utf-8", odd, "message")
        links = CommitLinks(tree.decode("ascii"), tuple(parents.decode("ascii").split()[1::2]))
    else:
        head, _, body = data.partition(b"\n\n")
        if not head.startswith(b"tree "):
            return None
        fields = _headers(head)
        encoding = fields.get(b"encoding", b"utf-8").decode("ascii", "replace")
        author, author_email, _, _ = _person(fields.get(b"author"), odd, "author", encoding)
        committer, committer_email, seconds, offset = _person(fields.get(b"committer"), odd, "committer", encoding)
        message = _text(body, encoding, odd, "message")
        lines = (line[7:].decode("ascii", "replace") for line in head.split(b"\n") if line.startswith(b"parent "))
        links = CommitLinks(fields[b"tree"].decode("ascii", "replace"), tuple(lines))
    return Commit(oid, author, author_email, committer, committer_email, seconds, offset, message), links


def _headers(head: bytes) -> dict[bytes, bytes]:
    """The first value of each header; continued lines (signatures) are left out."""
    fields: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key and key not in fields:
            fields[key] = value
    return fields


_Person = tuple[str, str, int, int]


def _person(line: bytes | None, odd: list[str], role: str, encoding: str) -> _Person:
    match = (_PERSON.match(line) or _UNBRACKETED.match(line)) if line is not None else None
    if match is not None:
        who, seconds, zone = match.groups()
        if zone is not None and match.end() < len(line or b""):
            odd.append(f"a {role} with something after the time zone")
        return _dated(who, seconds, zone, odd, role, encoding)
    if not line or b"<" not in line:
        odd.append(f"no {role}")
        return "", "", 0, 0
    return _dated(line.rpartition(b">")[0] or line, None, None, odd, role, encoding)


def _dated(who: bytes, seconds: bytes | None, zone: bytes | None, odd: list[str], role: str, encoding: str) -> _Person:
    name, email, wrong = _identity(who, encoding)
    if wrong:
        odd.extend(what.replace("{}", role) for what in wrong)
    if seconds is None:
        odd.append(f"a {role} without a date")
        return name, email, 0, 0
    when, offset = int(seconds), 0 if zone is None else _offset(zone)
    if not _EARLIEST <= when <= _LATEST:
        odd.append(f"a {role}'s date out of range")
        when, offset = min(max(when, _EARLIEST), _LATEST), 0
    if zone is None:
        odd.append(f"a {role} without a time zone")
    elif offset is None:
        odd.append(f"a {role}'s time zone out of range")
    elif not _ZONE.fullmatch(zone):
        odd.append(f"a {role} with an odd time zone")
    return name, email, when, offset or 0


# Few people make many tags: remembering them is a third of the time of reading 100,000.
@lru_cache(maxsize=4096)
def _identity(who: bytes, encoding: str) -> tuple[str, str, tuple[str, ...]]:
    found = _IDENTITY.match(who)
    if found is not None:
        name, email = found.groups()
    else:
        name, _, email = who.partition(b"<")
        name, email = name.strip(), email.partition(b">")[0]
    odd: list[str] = []
    texts = intern(_text(name, encoding, odd, "{}")), intern(_text(email, encoding, odd, "{}"))
    if not all(texts):
        odd.append("a {} without " + ("e-mail" if texts[0] else "name"))
    return *texts, tuple(odd)


@lru_cache(maxsize=256)
def _offset(zone: bytes) -> int | None:
    """Minutes from UTC, None when no clock shows it."""
    hours, minutes = divmod(int(zone.lstrip(b"+-")), 100)
    minutes += hours * 60
    return None if minutes >= _DAY else -minutes if zone.count(b"-") == 1 else minutes


def _text(data: bytes, encoding: str, odd: list[str], role: str) -> str:
    try:
        return _decoded(data, encoding)
    except UnicodeDecodeError:
        odd.append(f"a {role} that is not {encoding}")
    except (LookupError, ValueError):
        # ValueError: a codec of Python's own that is none for text, or a name that is none (`punycode`, a null byte).
        odd.append(f"a {role} in an unknown encoding")
    try:
        return _decoded(data, encoding, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _decoded(data: bytes, encoding: str, errors: str = "strict") -> str:
    text = data.decode(encoding, errors)
    if encoding != "utf-8":
        # Some codecs make lone surrogates, which no JSON takes; this raises then.
        text.encode()
    return text
