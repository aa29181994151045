"""Names of artifacts as DVC and tags write them: `dir/dvc.yaml:name` and `dir=name` for GTO's `dir:name`."""

import posixpath
import re
from collections.abc import Container

from gto_daemon.registry.tag_names import Shortcut, is_artifact_name, parse_shortcut

_DVC_YAML = "dvc.yaml"
_ENDING = re.compile("[@#]")


def other_spelling(name: str) -> str | None:
    """Return GTO's spelling of a name that DVC, a shell's completion or a tag spell otherwise; None for any other."""
    folder, found, last = name.replace("=", ":").rpartition(":")
    if not found:
        return None
    folder = posixpath.normpath(folder or ".")
    if posixpath.basename(folder) == _DVC_YAML:
        folder = posixpath.dirname(folder)
    spelled = last if folder in ("", ".") else f"{folder}:{last}"
    return spelled if spelled != name and not folder.startswith("..") and is_artifact_name(spelled) else None


def known_name(name: str, known: Container[str]) -> str:
    """Return the known name: as written, or in GTO's spelling; as written if neither is known."""
    if name in known:
        return name
    spelled = other_spelling(name)
    return spelled if spelled is not None and spelled in known else name


def known_shortcut(text: str, known: Container[str]) -> Shortcut:
    """Return what a shortcut asks for, as `parse_shortcut`, of an artifact that is known in any spelling."""
    shortcut = parse_shortcut(text)
    if shortcut.artifact in known:
        return shortcut
    ending = _ENDING.search(text)
    end = ending.start() if ending else len(text)
    name = known_name(text[:end], known)
    return shortcut if name == text[:end] else parse_shortcut(name + text[end:])
