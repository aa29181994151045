"""From bytes to frames: one JSON text per line, or LSP's headers; the first byte of a connection selects which.

Source: LSP 3.17 §Base Protocol. Header names are taken in any case, with or without a space after the colon, as HTTP
has them and as clients write them.
"""

import re
from typing import Final, Literal

from gto_daemon.rpc.jsonrpc.large_messages import LargeMessage, Outline

Style = Literal["lines", "headers"]

#: Bytes of one frame, whatever the framing. With headers, a larger one of a client that is known is read past.
MAX_FRAME: Final = 16 * 1024 * 1024
_MAX_HEADERS: Final = 8192
_WHITE: Final = b" \t\r\n"
_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*([0-9]{1,12})[ \t]*", re.IGNORECASE)
_USUAL = re.compile(rb"Content-Length: ([0-9]{1,7})\r\n\r\n")
_HEADER = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*:[^\r\n]*")


Frame = bytes | LargeMessage


class FramingError(Exception):
    """The bytes can no longer be cut into frames, so the connection has to close. The message says why."""


class FrameParser:
    """Cuts a stream of bytes into frames.

    Attributes:
        style: None until the first byte that is not white space.
        max_frame: bytes that a frame may have; may be changed at any time.

    """

    def __init__(self, max_frame: int = MAX_FRAME) -> None:
        self.style: Style | None = None
        self.max_frame = max_frame
        self._buffer = bytearray()
        self._searched = 0
        self._expected: int | None = None
        self._outline: Outline | None = None
        self._judged = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that `data` completes.

        Raises:
            FramingError: the bytes cannot be framed. Frames before the fault are in `FramingError.args[1]`.

        """
        if self.style is None:
            data = bytes(self._buffer) + data
            self._buffer.clear()
            data = data.lstrip(_WHITE)
            if not data:
                return []
            self.style = _style(data[0])
        return [*self._lines(data)] if self.style == "lines" else self._framed(data)

    @property
    def is_within_frame(self) -> bool:
        """Whether part of a frame has arrived."""
        return bool(self._buffer) or self._outline is not None

    @property
    def held(self) -> int:
        """The number of bytes of an incomplete frame."""
        return len(self._buffer) + (self._outline.held if self._outline is not None else 0)

    def end(self) -> bytes | None:
        """Handle the end of input: return the last line if it was not ended, otherwise None.

        Raises:
            FramingError: it ended within a message that has headers.

        """
        if self.style == "headers" and (self.is_within_frame or self._expected is not None):
            raise FramingError("the input ended within a message", [])
        rest = bytes(self._buffer).strip(_WHITE)
        self._buffer.clear()
        return rest if rest and self.style == "lines" else None

    def _lines(self, data: bytes) -> list[bytes]:
        if self._buffer:
            # Only what is new is searched: a line that comes in small pieces would cost its square otherwise.
            self._buffer += data
            if b"\n" not in data:
                return self._checked([], len(self._buffer))
            data = bytes(self._buffer)
            self._buffer.clear()
        lines = data.split(b"\n")
        self._buffer += lines.pop()
        return self._checked(lines, len(data))

    def _checked(self, lines: list[bytes], size: int) -> list[bytes]:
        if size > self.max_frame:
            for place, line in enumerate(lines):
                if len(line) > self.max_frame:
                    raise FramingError(self._too_large(len(line)), _not_blank(lines[:place]))
            if len(self._buffer) > self.max_frame:
                raise FramingError(self._too_large(len(self._buffer)), _not_blank(lines))
        return _not_blank(lines)

    def _framed(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        place = 0
        if not self._buffer and self._expected is None and self._outline is None:
            # Whole frames with the one header that clients send need no buffer, which is half of what a frame costs.
            while usual := _USUAL.match(data, place):
                size, begin = int(usual[1]), usual.end()
                if size > self.max_frame or begin + size > len(data):
                    break
                place = begin + size
                frames.append(data[begin:place])
        return self._framed_slowly(data[place:], frames) if place < len(data) else frames

    def _framed_slowly(self, data: bytes, frames: list[Frame]) -> list[Frame]:
        buffer = self._buffer
        buffer += data
        start = 0
        try:
            while True:
                if self._outline is not None:
                    start += self._pass_over(self._outline, bytes(buffer[start:]), frames)
                    if self._outline is not None:
                        break
                if self._expected is None:
                    start = _skip_newlines(buffer, start)
                    self._judge_headers(buffer, start)
                    end = buffer.find(b"\r\n\r\n", max(start, self._searched - 3))
                    # Not complete, what came may hold all of the empty line at the end but its last byte.
                    if (len(buffer) - 3 if end < 0 else end) - start > _MAX_HEADERS:
                        raise FramingError(f"the headers are longer than {_MAX_HEADERS} bytes")
                    if end < 0:
                        self._searched = len(buffer)
                        break
                    length = self._content_length(bytes(buffer[start:end]))
                    start = self._searched = self._judged = end + 4
                    if length > self.max_frame:
                        self._outline = Outline(length, MAX_FRAME)
                        continue
                    self._expected = length
                stop = start + self._expected
                if len(buffer) < stop:
                    break
                frames.append(bytes(buffer[start:stop]))
                start = self._searched = self._judged = stop
                self._expected = None
        except FramingError as fault:
            raise FramingError(fault.args[0], frames) from None
        if start:
            del buffer[:start]
            self._searched = max(0, self._searched - start)
            self._judged = max(0, self._judged - start)
        return frames

    def _pass_over(self, outline: Outline, data: bytes, frames: list[Frame]) -> int:
        try:
            taken = outline.feed(data)
        except ValueError:
            raise FramingError(self._too_large(outline.size)) from None
        message = outline.message()
        if message is not None:
            frames.append(message)
            self._outline = None
        return taken

    def _judge_headers(self, buffer: bytearray, start: int) -> None:
        """Refuse a line that is not a header as soon as it ends: its sender may wait for our response before the next.

        The browser that a web page has talk to us is hung up on with its first line.
        """
        begin = max(start, self._judged)
        while (end := buffer.find(b"\n", begin)) >= 0:
            ended = bytes(buffer[begin:end])
            line = ended.removesuffix(b"\r")
            if not line and ended:
                return
            if not _HEADER.fullmatch(line):
                raise FramingError(f"not a header: {line[:60]!r}")
            if line == ended:
                raise FramingError(f"a header has to end with a carriage return and a newline: {line[:60]!r}")
            begin = self._judged = end + 1

    def _content_length(self, headers: bytes) -> int:
        length: int | None = None
        for line in headers.split(b"\r\n"):
            if match := _LENGTH.fullmatch(line):
                if length is not None and length != int(match[1]):
                    raise FramingError("two Content-Length headers contradict each other")
                length = int(match[1])
            elif not _HEADER.fullmatch(line) or line.lower().startswith(b"content-length"):
                raise FramingError(f"not a header: {line[:60]!r}")
        if length is None:
            raise FramingError("there is no Content-Length header")
        # What has not said who it is may not have us read for ever.
        if length > self.max_frame and self.max_frame < MAX_FRAME:
            raise FramingError(self._too_large(length))
        return length

    def _too_large(self, size: int) -> str:
        return f"a message of {size} bytes or more is too large; {self.max_frame} are allowed"


def frame(style: Style, *pieces: bytes) -> tuple[bytes, ...]:
    """Frame the message in `pieces` for the wire, in pieces."""
    if style == "lines":
        return *pieces, b"\n"
    return b"Content-Length: %d\r\n\r\n" % sum(map(len, pieces)), *pieces


def _style(first: int) -> Style:
    if first in b"{[":
        return "lines"
    if chr(first).isascii() and chr(first).isalpha():
        return "headers"
    raise FramingError(
        "a connection starts with '{' or '[' (one JSON message per line) or with LSP's Content-Length header", []
    )


def _not_blank(lines: list[bytes]) -> list[bytes]:
    return [line for line in lines if line and not line.isspace()]


def _skip_newlines(buffer: bytearray, start: int) -> int:
    # Clients that end a message with a newline of their own are many; between two frames it means nothing.
    while start < len(buffer) and buffer[start] in b"\r\n":
        start += 1
    return start
