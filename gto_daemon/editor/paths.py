"""Paths of annotations as paths of the repository."""

import posixpath
from functools import lru_cache

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.entries import ArtifactEntry


def inside(document: ParsedDocument, entry: ArtifactEntry) -> str | None:
    """The artifact's path relative to the root of the repository; None for none, a URL or one that leads outside."""
    # The annotation's, because variables of dvc.yaml are resolved there.
    text = entry.annotation.path if entry.annotation is not None else None
    return _inside(document.directory, text) if text else None


# The same paths are asked about with every keystroke.
@lru_cache(maxsize=8192)
def _inside(directory: str, text: str) -> str | None:
    if "://" in text or "${" in text or posixpath.isabs(text):
        return None
    path = posixpath.normpath(posixpath.join(directory, text))
    return None if path in (".", "..") or path.startswith("../") else path
