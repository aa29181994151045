"""Tag and commit objects are read as far as they can be, and what is odd about them is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.git.parse import CommitLinks, parse_commit_object, parse_tag_object
from gto_daemon.registry.objects import Commit

OID = "1" * 40
_LATEST_SECOND = 253402128000


def tag(tagger: bytes | None = b"Tina <tina@example.com> 1700000000 +0100", body: bytes = b"A tag\n") -> bytes:
    lines = [b"object " + OID.encode(), b"type commit", b"tag a@v1.0.0"]
    if tagger is not None:
        lines.append(b"tagger " + tagger)
    return b"\n".join(lines) + b"\n\n" + body


def commit(*headers: bytes, body: bytes = b"A commit\n") -> bytes:
    lines = [b"tree " + b"2" * 40, b"author Ann <ann@e> 1 +0000", b"committer Carl <carl@e> 2 +0000", *headers]
    return b"\n".join(lines) + b"\n\n" + body


def read(data: bytes) -> Commit:
    found = parse_commit_object(OID, data)
    assert found is not None
    return found[0]


def links(data: bytes) -> CommitLinks | None:
    found = parse_commit_object(OID, data)
    return found[1] if found else None


def test_a_tag_as_git_writes_it_has_nothing_odd() -> None:
    raw = parse_tag_object(tag())
    assert raw is not None
    assert (raw.target, raw.target_type, raw.name) == (OID, "commit", "a@v1.0.0")
    assert (raw.tagger, raw.email, raw.seconds, raw.offset) == ("Tina", "tina@example.com", 1700000000, 60)
    assert (raw.message, raw.odd) == ("A tag", ())


@pytest.mark.parametrize(
    ("tagger", "expected", "odd"),
    [
        (None, ("", "", 0, 0), "no tagger"),
        (b"Tina tina@e", ("", "", 0, 0), "no tagger"),
        (b"Tina 1700000000 +0100", ("Tina", "", 1700000000, 60), "a tagger without e-mail"),
        (b"Tina <> 5 +0000", ("Tina", "", 5, 0), "a tagger without e-mail"),
        (b"<tina@e> 5 +0000", ("", "tina@e", 5, 0), "a tagger without name"),
        (b"<> 5 +0000", ("", "", 5, 0), "a tagger without name"),
        (b"Tina <tina@e>", ("Tina", "tina@e", 0, 0), "a tagger without a date"),
        (b"Tina <tina@e> soon", ("Tina", "tina@e", 0, 0), "a tagger without a date"),
        (b"T\xe9na <tina@e> 5 +0000", ("T\ufffdna", "tina@e", 5, 0), "a tagger that is not utf-8"),
        (b"Tina <tina@e> soon > or later", ("Tina", "tina@e> soon ", 0, 0), "a tagger without a date"),
        (b"Tina <tina@e> 5", ("Tina", "tina@e", 5, 0), "a tagger without a time zone"),
        (b"Tina <tina@e> 5 UTC", ("Tina", "tina@e", 5, 0), "a tagger without a time zone"),
        (b"Tina <tina@e> 5 +053", ("Tina", "tina@e", 5, 53), "a tagger with an odd time zone"),
        (b"Tina <tina@e> 5 0100", ("Tina", "tina@e", 5, 60), "a tagger with an odd time zone"),
        (b"Tina <tina@e> 5 +0100 ", ("Tina", "tina@e", 5, 60), "a tagger with something after the time zone"),
        (b"Tina <tina@e> 5 +9999", ("Tina", "tina@e", 5, 0), "a tagger's time zone out of range"),
        (b"Tina <tina@e> 999999999999999 +0000", ("Tina", "tina@e", _LATEST_SECOND, 0), "a tagger's date out of range"),
        (b"Tina <tina@e> -999999999999999 +0000", ("Tina", "tina@e", -62135510400, 0), "a tagger's date out of range"),
        (
            b"Tina <tina@e> " + b"9" * 40 + b" +0000",
            ("Tina", "tina@e", _LATEST_SECOND, 0),
            "a tagger's date out of range",
        ),
    ],
)
def test_an_odd_tagger_is_read_as_far_as_possible(
    tagger: bytes | None, expected: tuple[str, str, int, int], odd: str
) -> None:
    raw = parse_tag_object(tag(tagger))
    assert raw is not None
    assert (raw.tagger, raw.email, raw.seconds, raw.offset) == expected
    assert raw.odd == (odd,)


@pytest.mark.parametrize(
    ("zone", "offset"), [(b"+0000", 0), (b"-0000", 0), (b"+0530", 330), (b"-1130", -690), (b"+1400", 840)]
)
def test_offsets_are_minutes_from_utc(zone: bytes, offset: int) -> None:
    raw = parse_tag_object(tag(b"Tina <tina@e> 5 " + zone))
    assert raw is not None
    assert (raw.offset, raw.odd) == (offset, ())


def test_a_time_before_1970_is_a_time() -> None:
    raw = parse_tag_object(tag(b"Tina <tina@e> -5 +0000"))
    assert raw is not None
    assert (raw.seconds, raw.odd) == (-5, ())


def test_a_message_in_latin_1_is_readable() -> None:
    raw = parse_tag_object(tag(body=b"caf\xe9\n"))
    assert raw is not None
    assert raw.message == "caf\ufffd"
    assert raw.odd == ("a message that is not utf-8",)


@pytest.mark.parametrize("kind", [b"PGP SIGNATURE", b"SSH SIGNATURE", b"PGP MESSAGE", b"SIGNED MESSAGE"])
def test_a_signature_is_no_part_of_the_message(kind: bytes) -> None:
    signature = b"-----BEGIN %b-----\nabc\n-----END %b-----\n" % (kind, kind)
    raw = parse_tag_object(tag(body=b"Signed\n\nfor you\n" + signature))
    assert raw is not None
    assert raw.message == "Signed\n\nfor you"


def test_what_looks_like_a_signature_within_a_line_is_message() -> None:
    body = b"see -----BEGIN PGP SIGNATURE----- there\n-----BEGIN CERTIFICATE-----\n"
    raw = parse_tag_object(tag(body=body))
    assert raw is not None
    assert raw.message == body.decode().strip()


@pytest.mark.parametrize("data", [b"", b"\n\n", b"object\ntype commit\n\n", b"tag a\n\nobject x\n", b"type commit\n\n"])
def test_a_tag_without_a_target_is_none(data: bytes) -> None:
    assert parse_tag_object(data) is None


def test_a_tag_without_a_message_has_an_empty_one() -> None:
    raw = parse_tag_object(tag()[: tag().index(b"\n\n")])
    assert raw is not None
    assert raw.message == ""


def test_the_first_of_repeated_headers_counts() -> None:
    raw = parse_tag_object(tag().replace(b"\ntag ", b"\nobject " + b"9" * 40 + b"\ntag "))
    assert raw is not None
    assert raw.target == OID


def test_a_commit_is_read_with_its_people_and_its_whole_message() -> None:
    found = read(commit(body=b"Subject\n\nBody\n"))
    assert (found.author, found.author_email) == ("Ann", "ann@e")
    assert (found.committer, found.committer_email, found.seconds) == ("Carl", "carl@e", 2)
    assert found.message == "Subject\n\nBody\n"


@pytest.mark.parametrize(
    ("encoding", "body", "message"),
    [
        (b"ISO-8859-1", b"caf\xe9\n", "café\n"),
        (b"iso8859-15", b"\xa4\n", "€\n"),
        (b"Shift_JIS", "こ\n".encode("shift_jis"), "こ\n"),
        (b"no-such-encoding", "é\n".encode(), "é\n"),
        (b"utf-8", b"caf\xe9\n", "caf\ufffd\n"),
        (b"undefined", "é\n".encode(), "é\n"),
        (b"idna", b"xn--" + b"a" * 70, "xn--" + "a" * 70),
        (b"hex", b"zz\n", "zz\n"),
        (b"nul\0l", b"a\n", "a\n"),
        (b"x" * 5000, b"a\n", "a\n"),
        (b"unicode_escape", b"\\ud800\n", "\\ud800\n"),
        (b"raw_unicode_escape", b"\\ud800\n", "\\ud800\n"),
        (b"utf-7", b"+2AA-\n", "+2AA-\n"),
    ],
)
def test_the_encoding_header_is_honoured_as_far_as_it_names_one(encoding: bytes, body: bytes, message: str) -> None:
    assert read(commit(b"encoding " + encoding, body=body)).message == message


def test_a_signed_commit_keeps_its_headers_apart() -> None:
    signed = commit(
        b"gpgsig -----BEGIN PGP SIGNATURE-----\n committer Eve <eve@e> 9 +0000\n -----END PGP SIGNATURE-----"
    )
    found = read(signed)
    assert (found.committer, found.seconds) == ("Carl", 2)
    assert found.message == "A commit\n"


def test_a_commit_leads_to_its_tree_and_all_its_parents() -> None:
    data = commit().replace(b"\nauthor", b"\nparent " + b"3" * 40 + b"\nparent " + b"4" * 40 + b"\nauthor", 1)
    assert links(data) == CommitLinks("2" * 40, ("3" * 40, "4" * 40))
    assert links(commit(body=b"parent " + b"5" * 40)) == CommitLinks("2" * 40, ())
    assert links(b"author Ann <ann@e> 1 +0000\n\n") is None


@given(st.binary(max_size=200))
def test_no_bytes_make_the_parsers_fail(data: bytes) -> None:
    parse_tag_object(data)
    parse_commit_object(OID, data)


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_no_tagger_and_no_message_make_the_parser_fail(tagger: bytes, body: bytes) -> None:
    raw = parse_tag_object(tag(tagger, body))
    assert raw is None or "\ufffd" in raw.message or raw.message.encode() in body.strip() or raw.message == ""


@given(st.binary(max_size=30), st.binary(max_size=60))
def test_every_text_of_a_commit_can_be_sent(encoding: bytes, body: bytes) -> None:
    header = b"encoding " + encoding.replace(b"\n", b"")
    found = read(commit(header, body=body))
    f"{found.author}{found.committer}{found.message}".encode()
