"""`file:` URIs as paths (RFC 8089, LSP 3.17 §uri).

Editors write the same path in different ways: `file:///c%3A/a%2Bb` and `file:///C:/a+b` are the same file. So documents
are compared by their keys, and an editor gets back the URI that it used to open a document.
"""

import os
import re
from functools import lru_cache
from types import ModuleType
from urllib.parse import unquote_to_bytes

_DRIVE = re.compile(r"/[A-Za-z][:|]")


def path_of(uri: str, flavour: ModuleType = os.path) -> str | None:
    """Return the absolute path of a `file:` URI; None for any other URI, and for a file of another machine.

    `?` and `#` belong to the path, because no editor uses URIs for parts of files.

    Args:
        uri: the URI as the editor wrote it.
        flavour: `posixpath` or `ntpath`.

    """
    scheme, _, rest = uri.partition(":")
    if scheme.lower() != "file":
        return None
    host = ""
    if rest.startswith("//"):
        host, slash, rest = rest[2:].partition("/")
        rest = slash + rest
    path = os.fsdecode(unquote_to_bytes(rest.encode("utf-8", "surrogatepass")))
    if not path.startswith("/") or "\0" in path:
        return None
    if flavour.sep == "\\":
        return _windows_path(host, path, flavour)
    # POSIX gives two leading slashes a different meaning.
    return flavour.normpath("/" + path.lstrip("/")) if _is_here(host) else None


# Asked a dozen times for each message about a document.
@lru_cache(maxsize=256)
def document_key(uri: str) -> str:
    """Return a key that all URIs of the same document share."""
    path = path_of(uri)
    return uri if path is None else f"file:{os.path.normcase(path)}"


def _windows_path(host: str, path: str, flavour: ModuleType) -> str:
    if not _is_here(host):
        return str(flavour.normpath(f"//{host}{path}"))
    if _DRIVE.match(path):
        # Some editors write the drive in lower case, others in upper case.
        path = f"{path[1].lower()}:{path[3:]}"
    return str(flavour.normpath(path))


def _is_here(host: str) -> bool:
    return host.lower() in ("", "localhost")
