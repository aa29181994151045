"""The outline of a message that is too large, without its long strings: the request, or the document it is about.

An editor sends a document as one string, and cannot limit its length. So such a message does not end the connection:
it is skipped, and its outline is enough to refuse the request, or to ignore the document.
"""

import re
from dataclasses import dataclass
from typing import Final

from gto_daemon.editor.limits import MAX_DOCUMENT

#: Bytes of a string that are kept.
_MAX_STRING: Final = 64 * 1024
#: In place of a longer one: more than any document may have, so that it is left alone as if it were the document.
_FILLER: Final = b" " * (MAX_DOCUMENT + 1)
_WITHIN: Final = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)


@dataclass(frozen=True, slots=True)
class LargeMessage:
    """A message that was skipped.

    Attributes:
        size: in bytes.
        outline: the message, with blanks instead of its long strings.

    """

    size: int
    outline: bytes


class Outline:
    """Skips one message, and keeps its outline.

    Attributes:
        size: the size of the message in bytes.

    Args:
        size: the same.
        max_size: bytes that are kept of it.

    """

    def __init__(self, size: int, max_size: int) -> None:
        self.size = size
        self._max_size = max_size
        self._left = size
        self._kept = bytearray()
        self._string: bytearray | None = None
        self._is_long = False
        self._is_escaped = False

    @property
    def held(self) -> int:
        """The number of bytes that are kept."""
        return len(self._kept) + len(self._string or b"")

    def feed(self, data: bytes) -> int:
        """Take the bytes of the message from the start of `data`, and return their number.

        Raises:
            ValueError: also without its long strings it is too large.

        """
        data = data[: self._left]
        self._left -= len(data)
        place = 0
        while place < len(data):
            place = self._outside(data, place) if self._string is None else self._inside(data, place)
            if self.held > self._max_size:
                raise ValueError("it is more than a long text")
        return len(data)

    def message(self) -> LargeMessage | None:
        """Return the message once all of it was read, else None."""
        return None if self._left else LargeMessage(self.size, bytes(self._kept))

    def _outside(self, data: bytes, place: int) -> int:
        end = data.find(b'"', place) + 1
        if not end:
            self._kept += data[place:]
            return len(data)
        self._kept += data[place:end]
        self._string, self._is_long = bytearray(), False
        return end

    def _inside(self, data: bytes, place: int) -> int:
        start = place
        if self._is_escaped:
            self._is_escaped = False
            place += 1
        match = _WITHIN.match(data, place)
        end = match.end() if match is not None else place
        self._is_escaped = data[end : end + 1] == b"\\"
        if self._is_escaped:
            end += 1
        string = self._string = self._string if self._string is not None else bytearray()
        if not self._is_long:
            string += data[start:end]
            self._is_long = len(string) > _MAX_STRING
        if end < len(data):
            self._kept += (_FILLER if self._is_long else string) + b'"'
            self._string = None
            return end + 1
        return end
