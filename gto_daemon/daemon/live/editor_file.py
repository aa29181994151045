"""A file as the client's editor knows it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EditorFile:
    """A file as the client's editor knows it.

    Attributes:
        uri: by which the editor opened it, or would.
        version: the version of the text, if it is open.
        text: None where it is not open, or too large.
        encoding: the encoding of positions in edits: `utf-8`, `utf-16` or `utf-32`.
        is_too_large: it is open, with more text than is kept here.

    """

    uri: str
    version: int | None = None
    text: str | None = None
    encoding: str = "utf-16"
    is_too_large: bool = False


def unopened(path: str) -> EditorFile:
    """Return a file that no editor has open, by its absolute path."""
    return EditorFile(Path(path).as_uri())
