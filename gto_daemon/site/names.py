"""The names of files: safe on every file system, the same in every run, and different for different artifacts."""

import re
from hashlib import sha256

_PART = "[a-z0-9_-]+"
_PLAIN = re.compile(f"{_PART}(?:/{_PART})*(?::{_PART}(?:/{_PART})*)?", re.ASCII)
#: Names that Windows keeps for devices, whatever follows after a dot.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
_OTHER = re.compile(r"[^a-z0-9]+")
_MAX_READABLE = 80
_DIGITS = 12


def page_of(artifact: str) -> str:
    """Return the path of an artifact's page.

    A name in lower case stays readable, with a dot for each slash and two for the colon. Of any other, what is readable
    is followed by a tilde, which no such name has, and a part of its hash.
    """
    if _PLAIN.fullmatch(artifact) and len(artifact) <= _MAX_READABLE:
        plain = artifact.replace("/", ".").replace(":", "..")
        if not _DEVICES.match(plain):
            return f"artifacts/{plain}.html"
    readable = _OTHER.sub("-", artifact.lower())[:_MAX_READABLE].strip("-")
    return f"artifacts/{readable}~{sha256(artifact.encode('utf-8', 'surrogatepass')).hexdigest()[:_DIGITS]}.html"
