"""Bytes become frames the same way, however they arrive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.rpc.jsonrpc.framing import MAX_FRAME, FrameParser, FramingError, Style, frame

BODIES = st.lists(st.binary(max_size=40).map(lambda rest: b"{" + rest.replace(b"\n", b" ") + b"}"), max_size=8)
CUTS = st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=30)


def fed(parser: FrameParser, data: bytes, cuts: list[int]) -> list[bytes]:
    frames, place = [], 0
    while place < len(data):
        size = cuts[place % len(cuts)]
        frames += parser.feed(data[place : place + size])
        place += size
    return frames


@given(bodies=BODIES, cuts=CUTS, style=st.sampled_from(["lines", "headers"]), before=st.sampled_from([b"", b" \r\n\t"]))
def test_any_cutting_of_the_stream_gives_the_same_frames(
    bodies: list[bytes], cuts: list[int], style: Style, before: bytes
) -> None:
    parser = FrameParser()
    assert fed(parser, before + b"".join(b"".join(frame(style, body)) for body in bodies), cuts) == bodies
    assert parser.style == (style if bodies else None)
    assert parser.end() is None


@given(data=st.binary(max_size=200), cuts=CUTS)
def test_garbage_is_framed_or_refused_and_never_anything_else(data: bytes, cuts: list[int]) -> None:
    parser = FrameParser(max_frame=100)
    try:
        frames = fed(parser, data, cuts)
    except FramingError as error:
        reason, frames = error.args
        assert reason
    assert all(len(each) <= 100 for each in frames)


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 2\r\n\r\n",
        b"content-length:2\r\n\r\n",
        b"CONTENT-LENGTH:  2 \r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n",
        b"\r\n\nContent-Length: 2\r\n\r\n",
    ],
)
def test_headers_are_read_as_http_reads_them(headers: bytes) -> None:
    assert FrameParser().feed(headers + b"{}" + headers + b"[]") == [b"{}", b"[]"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Content-Length: 99\r\n\r\n", "99 bytes or more is too large; 16 are allowed"),
        (b"Content-Length: -1\r\n\r\n{}", "not a header"),
        (b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "contradict"),
        (b"Content-Type: x\r\n\r\n{}", "no Content-Length"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "not a header: b'GET / HTTP/1.1'"),
        (b"X" * 9000, "longer than 8192"),
        (b"\x16\x03\x01", "starts with"),
        (b"42\n", "starts with"),
    ],
)
def test_what_is_no_framing_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(FramingError) as caught:
        FrameParser(16 if b"99" in data else MAX_FRAME).feed(data)
    assert reason in caught.value.args[0]


def test_a_line_may_have_the_limit_and_not_a_byte_more() -> None:
    assert FrameParser(max_frame=10).feed(b"{" + b"x" * 9 + b"\n") == [b"{" + b"x" * 9]
    for data in (b"{" + b"x" * 10 + b"\n", b"{" + b"x" * 10):
        with pytest.raises(FramingError, match="11 bytes or more"):
            FrameParser(max_frame=10).feed(data)


def test_frames_before_the_fault_are_kept() -> None:
    with pytest.raises(FramingError) as caught:
        FrameParser(max_frame=10).feed(b"{}\n" + b"x" * 11 + b"\n{}\n")
    assert caught.value.args[1] == [b"{}"]
    with pytest.raises(FramingError) as caught:
        FrameParser().feed(b"".join(frame("headers", b"{}")) + b"nonsense\r\n\r\n")
    assert caught.value.args[1] == [b"{}"]


def test_the_last_line_needs_no_newline() -> None:
    parser = FrameParser()
    assert parser.feed(b'{"a":1}\n{"b"') == [b'{"a":1}']
    assert parser.feed(b":2}") == []
    assert parser.end() == b'{"b":2}'
    unfinished = FrameParser()
    unfinished.feed(b"Content-Length: 10\r\n\r\n{}")
    with pytest.raises(FramingError, match="the input ended within a message"):
        unfinished.end()
