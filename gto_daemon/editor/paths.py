"""Paths of annotations as paths of the repository."""

import posixpath

from gto_daemon.editor.document import Document, Entry


def inside(document: Document, entry: Entry) -> str | None:
    """The artifact's path relative to the root of the repository; None for none, a URL or one that leads outside."""
    field = entry.field("path")
    annotation = (document.annotations or {}).get(entry.name)
    # The annotation's, because variables of dvc.yaml are resolved there.
    text = annotation.path if annotation is not None else None
    if field is None or not text or "://" in text or "${" in text or posixpath.isabs(text):
        return None
    path = posixpath.normpath(posixpath.join(document.directory, text))
    return None if path in (".", "..") or path.startswith("../") else path
