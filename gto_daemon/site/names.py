"""The names of files: safe on every file system, the same in every run, and different for different artifacts."""

import re
from hashlib import sha256

_PLAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,59}", re.ASCII)
#: Names that Windows keeps for devices.
_DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
_OTHER = re.compile(r"[^a-z0-9]+")
_DIGITS = 16


def page_of(artifact: str) -> str:
    """Return the path of an artifact's page.

    A name of lower-case letters, digits and hyphens is its own file name. Any other is made one, with an underscore
    and a part of its hash behind it, which no plain name has.
    """
    if _PLAIN.fullmatch(artifact) and not _DEVICES.fullmatch(artifact):
        return f"artifacts/{artifact}.html"
    readable = _OTHER.sub("-", artifact.lower())[:40].strip("-")
    return f"artifacts/{readable}_{sha256(artifact.encode('utf-8', 'surrogatepass')).hexdigest()[:_DIGITS]}.html"
