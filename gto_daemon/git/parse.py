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

from gto_daemon.registry.objects import CUT, MAX_MESSAGE, Commit, made

#: The date follows the last `>`, which need not be the e-mail's: any other is part of the name or the e-mail. Git reads
#: the zone as a number, wherever that ends, and GTO one with two signs.
_PERSON = re.compile(rb"(.*)>\s*([+-]?\d{1,100})(?:\s*([+-]{0,2}\d{1,100}))?")
#: Without `<` and `>` as well the last two words are a date, where they look like one.
_UNBRACKETED = re.compile(rb"(.*)\s([+-]?\d{1,100})\s+([+-]\d{1,100})\s*$")
#: Name and e-mail as GTO finds them.
_IDENTITY = re.compile(rb"(.+)\s<(.+)")
_ZONE = re.compile(rb"[+-]\d{4}")
#: SHA-1 or SHA-256.
_OID = r"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_BY = r"([^<\n]{0,500}<[^>\n]{0,500})> (\d{1,10}) ([+-]\d{4})"
#: Tags and commits as Git writes them, up to the message. One match for all headers, in place of one header after the
#: other: a third of the time of parsing. What it does not match, the long way reads. Of text, a character for each
#: byte (Latin-1), because most of it is ASCII and need not be decoded piece by piece then.
_REGULAR_TAG = re.compile(rf"object ({_OID})\ntype ([a-z]+)\ntag ([^\n]+)\ntagger {_BY}\n\n", re.ASCII)
#: The same with signatures in the headers, for the other hash algorithm.
_PLAIN_TAG = re.compile(
    _REGULAR_TAG.pattern.encode().removesuffix(rb"\n\n") + rb"(?:\ngpgsig(?:-sha256)? [^\n]*(?:\n [^\n]*)*){0,2}\n\n"
)
_REGULAR_COMMIT = re.compile(rf"tree ({_OID})\n((?:parent {_OID}\n)*)author {_BY}\ncommitter {_BY}\n\n", re.ASCII)
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
    regular = _REGULAR_TAG.match(data.decode("latin-1"))
    if regular is not None:
        target, kind, name, who, written, zone = regular.groups()
        kind = intern(kind)
        if not name.isascii():
            name = name.encode("latin-1").decode("utf-8", "surrogateescape")
        tagger, email, offset, wrong = _zoned(who, zone)
        if wrong:
            _complain(odd, wrong, "tagger")
        seconds = int(written)
        body = data[regular.end() :]
    else:
        head, _, body = data.partition(b"\n\n")
        fields = _headers(head)
        target = fields.get(b"object", b"")[:_MAX_OID].decode("ascii", "replace")
        kind = intern(fields.get(b"type", b"")[:_MAX_OID].decode("ascii", "replace"))
        if not target or not kind:
            return None
        name = fields.get(b"tag", b"").decode("utf-8", "surrogateescape")
        tagger, email, seconds, offset = _person(fields.get(b"tagger"), odd, "tagger", "utf-8")
    if b"-----BEGIN " in body:
        signatures = list(_SIGNATURE.finditer(body))
        body = body[: signatures[-1].start()] if signatures else body
    message = _message(body, "utf-8", odd).strip()
    return made(RawTag, (target, kind, name, tagger, email, seconds, offset, message, tuple(odd)))


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
    regular = _REGULAR_COMMIT.match(data.decode("latin-1"))
    if regular is not None:
        tree, parents, who, _, written_zone, by, committed, zone = regular.groups()
        # What is odd about a person or a message is not told of a commit.
        author, author_email, _, _ = _zoned(who, written_zone)
        committer, committer_email, offset, _ = _zoned(by, zone)
        seconds = int(committed)
        message = _message(data[regular.end() :], "utf-8", odd)
        links = made(CommitLinks, (tree, tuple(parents.split()[1 : 2 * MAX_PARENTS : 2])))
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
    commit = (oid, author, author_email, committer, committer_email, seconds, offset, message)
    return made(Commit, commit), links


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
    _complain(odd, wrong, role)
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


def _complain(odd: list[str], wrong: tuple[str, ...], role: str) -> None:
    odd.extend(what.replace("{}", role) for what in wrong)


# Few people make many tags: remembering them is a third of the time of reading 100,000.
@lru_cache(maxsize=4096)
def _zoned(who: str, zone: str) -> tuple[str, str, int, tuple[str, ...]]:
    """Return name, e-mail, zone, and what is odd, of a person whose date has so few digits that it is in range.

    `who` has a character for each byte.
    """
    name, email, wrong = _identity(who.encode("latin-1"), "utf-8")
    offset, complaint = _offset(zone.encode())
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
