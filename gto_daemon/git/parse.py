"""Git's tag and commit objects, parsed from their bytes.

Parsed here, not by libgit2, because libgit2 and dulwich refuse a whole object for one odd header (a tagger without
e-mail, a message that is not UTF-8), and GTO with them; what can be read of it is read, and what is odd is said.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern
from typing import Final, NamedTuple

from gto_daemon.registry.objects import CUT, MAX_MESSAGE, Commit

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
_BY = rb"([^<\n]{0,500}<[^>\n]{0,500})> (\d{1,10}) ([+-]\d{4})"
#: Tags and commits as Git writes them, up to the message. One match for all headers, in place of one header after the
#: other: a third of the time of parsing. What it does not match, the long way reads.
_REGULAR_TAG = re.compile(rb"object (" + _OID + rb")\ntype ([a-z]+)\ntag ([^\n]+)\ntagger " + _BY + rb"\n\n")
#: The same with signatures in the headers, for the other hash algorithm.
_PLAIN_TAG = re.compile(
    _REGULAR_TAG.pattern.removesuffix(rb"\n\n") + rb"(?:\ngpgsig(?:-sha256)? [^\n]*(?:\n [^\n]*)*){0,2}\n\n"
)
_REGULAR_COMMIT = re.compile(
    rb"tree (" + _OID + rb")\n((?:parent " + _OID + rb"\n)*)author " + _BY + rb"\ncommitter " + _BY + rb"\n\n"
)
_SIGNATURE = re.compile(rb"^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----", re.MULTILINE)
#: Bytes of an object that are looked at; what is behind them is message, but for a hostile one.
_MAX_PARSED = 1 << 20
#: Bytes of name and e-mail together, of the name of an encoding, and hexadecimal digits of an id.
MAX_IDENTITY: Final = 1024
_MAX_ENCODING = 64
#: Parents of a commit that are followed.
MAX_PARENTS: Final = 1000
_MAX_OID = 64
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


#: A chain of tags of tags longer than this is nobody's.
MAX_NESTED_TAGS = 16


def peel(outer: RawTag, read: Callable[[str], RawTag | None]) -> RawTag | None:
    """Return a tag with the target that is left after following tags of tags, which `read` reads; None if one lacks."""
    inner = outer
    for _ in range(MAX_NESTED_TAGS):
        if inner.target_type != "tag":
            break
        found = read(inner.target)
        if found is None:
            return None
        inner = found
    return outer if inner is outer else outer._replace(target=inner.target, target_type=inner.target_type)


def parse_tag_object(data: bytes) -> RawTag | None:
    """Return a tag object; None when not even its target can be read."""
    odd: list[str] = []
    if len(data) > _MAX_PARSED:
        data = _beginning(data, odd)
    regular = _REGULAR_TAG.match(data)
    if regular is not None:
        target, kind, name, who, seconds, zone = regular.groups()
        tagger, email, offset = _regular_person(who, zone, odd, "tagger")
        person = tagger, email, int(seconds), offset
        body = data[regular.end() :]
    else:
        head, _, body = data.partition(b"\n\n")
        fields = _headers(head)
        target, kind, name = fields.get(b"object", b""), fields.get(b"type", b""), fields.get(b"tag", b"")
        target, kind = target[:_MAX_OID], kind[:_MAX_OID]
        if not target or not kind:
            return None
        person = _person(fields.get(b"tagger"), odd, "tagger", "utf-8")
    if b"-----BEGIN " in body:
        signatures = list(_SIGNATURE.finditer(body))
        body = body[: signatures[-1].start()] if signatures else body
    message = _message(body, "utf-8", odd).strip()
    return RawTag(
        intern(target.decode("ascii", "replace")),
        intern(kind.decode("ascii", "replace")),
        name.decode("utf-8", "surrogateescape"),
        *person,
        message,
        tuple(odd),
    )


def is_plain_tag(data: bytes) -> bool:
    """Return whether the headers of a tag object are as Git writes them, so that no readers could differ on them."""
    return _PLAIN_TAG.match(data) is not None


class CommitLinks(NamedTuple):
    """What a commit leads to."""

    tree: str
    parents: tuple[str, ...]


def parse_commit_object(oid: str, data: bytes) -> tuple[Commit, CommitLinks] | None:
    """Return a commit object, and where it leads; None when it has no tree."""
    odd: list[str] = []
    if len(data) > _MAX_PARSED:
        data = _beginning(data, odd)
    regular = _REGULAR_COMMIT.match(data)
    if regular is not None:
        tree, parents, who, _, written_zone, by, committed, zone = regular.groups()
        author, author_email, _ = _regular_person(who, written_zone, odd, "author")
        committer, committer_email, offset = _regular_person(by, zone, odd, "committer")
        seconds = int(committed)
        message = _message(data[regular.end() :], "utf-8", odd)
        links = CommitLinks(tree.decode("ascii"), tuple(parents.decode("ascii").split()[1 : 2 * MAX_PARENTS : 2]))
    else:
        head, _, body = data.partition(b"\n\n")
        if not head.startswith(b"tree "):
            return None
        fields = _headers(head)
        encoding = fields.get(b"encoding", b"utf-8")[:_MAX_ENCODING].decode("ascii", "replace")
        author, author_email, _, _ = _person(fields.get(b"author"), odd, "author", encoding)
        committer, committer_email, seconds, offset = _person(fields.get(b"committer"), odd, "committer", encoding)
        message = _message(body, encoding, odd)
        found = (fields[b"tree"], *(line[7:] for line in head.split(b"\n") if line.startswith(b"parent ")))
        tree_oid, *parent_oids = (each[:_MAX_OID].decode("ascii", "replace") for each in found)
        links = CommitLinks(tree_oid, tuple(parent_oids[:MAX_PARENTS]))
    return Commit(oid, author, author_email, committer, committer_email, seconds, offset, message), links


def _beginning(data: bytes, odd: list[str]) -> bytes:
    if data.find(b"\n\n", 0, _MAX_PARSED) < 0:
        odd.append(f"headers of more than {_MAX_PARSED} bytes")
    return data[:_MAX_PARSED]


def _message(body: bytes, encoding: str, odd: list[str]) -> str:
    if len(body) <= MAX_MESSAGE:
        if body.isascii() and encoding == "utf-8":
            return body.decode("ascii")
        return _text(body, encoding, odd, "message")
    # Decoded in one piece, so that no character is cut in two but at the end of what is looked at at all.
    text = _text(body, encoding, odd if len(body) < _MAX_PARSED // 2 else [], "message").rstrip()
    if len(text) <= MAX_MESSAGE:
        return text
    odd.append(f"a message of more than {MAX_MESSAGE} characters")
    return text[:MAX_MESSAGE] + CUT


def _headers(head: bytes) -> dict[bytes, bytes]:
    """Return the first value of each header; continued lines (signatures) are left out."""
    fields: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key and key not in fields:
            fields[key] = value
    return fields


_Person = tuple[str, str, int, int]


def _person(line: bytes | None, odd: list[str], role: str, encoding: str) -> _Person:
    line = line or b""
    match = _PERSON.match(line) or _UNBRACKETED.match(line)
    if match is None and b"<" not in line:
        odd.append(f"no {role}")
        return "", "", 0, 0
    who, seconds, zone = match.groups() if match is not None else (line.rpartition(b">")[0] or line, None, None)
    if len(who) > MAX_IDENTITY:
        odd.append(f"a {role} of more than {MAX_IDENTITY} bytes")
        who = who[:MAX_IDENTITY]
    if match is not None and zone is not None and match.end() < len(line):
        odd.append(f"a {role} with something after the time zone")
    return _dated(who, seconds, zone, odd, role, encoding)


def _dated(who: bytes, seconds: bytes | None, zone: bytes | None, odd: list[str], role: str, encoding: str) -> _Person:
    name, email, wrong = _identity(who, encoding)
    if wrong:
        odd.extend(what.replace("{}", role) for what in wrong)
    if seconds is None:
        odd.append(f"a {role} without a date")
        return name, email, 0, 0
    when = int(seconds)
    offset, complaint = _offset(zone)
    if complaint:
        odd.append(complaint.format(role))
    if not _EARLIEST <= when <= _LATEST:
        odd.append(f"a {role}'s date out of range")
        when, offset = min(max(when, _EARLIEST), _LATEST), 0
    return name, email, when, offset


def _regular_person(who: bytes, zone: bytes, odd: list[str], role: str) -> tuple[str, str, int]:
    """Return name, e-mail and zone of a person whose date has so few digits that it is in range."""
    name, email, offset, wrong = _zoned(who, zone)
    if wrong:
        odd.extend(what.replace("{}", role) for what in wrong)
    return name, email, offset


# Few people make many tags: remembering them is a third of the time of reading 100,000.
@lru_cache(maxsize=4096)
def _zoned(who: bytes, zone: bytes) -> tuple[str, str, int, tuple[str, ...]]:
    name, email, wrong = _identity(who, "utf-8")
    offset, complaint = _offset(zone)
    return name, email, offset, (*wrong, complaint) if complaint else wrong


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
def _offset(zone: bytes | None) -> tuple[int, str]:
    """Minutes from UTC, and what is odd about the zone."""
    if zone is None:
        return 0, "a {} without a time zone"
    hours, minutes = divmod(int(zone.lstrip(b"+-")), 100)
    minutes += hours * 60
    if minutes >= _DAY:
        return 0, "a {}'s time zone out of range"
    complaint = "" if _ZONE.fullmatch(zone) else "a {} with an odd time zone"
    return (-minutes if zone.count(b"-") == 1 else minutes), complaint


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
