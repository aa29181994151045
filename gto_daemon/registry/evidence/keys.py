"""Keys of metrics and params: how they are written, shortened and found.

A whole key is the path of a file, a colon, and the keys on the way to the value, joined by dots. A dot within one of
them is written `\\.`, and a colon in the path `\\:`. Backslashes before these, or at an end, are doubled; any other
stands for itself.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.near_names import MAX_SUGGESTED, did_you_mean, near_names
from gto_daemon.registry.rules.globs import matches

#: Keys that a refusal lists.
_MAX_LISTED: Final = 20
#: Keys, and letters of one, that are compared for a slip.
_MAX_COMPARED: Final = 500
_MAX_LETTERS: Final = 100

_DOTS: Final = re.compile(r"(\\*)(\.|\Z)")
_COLONS: Final = re.compile(r"(\\*)(:|\Z)")


def whole_key(path: str, parts: Iterable[object]) -> str:
    """Return the key of the value that is at `parts` in a file; the path itself, if that is a single value."""
    names = [escaped_part(str(part)) for part in parts]
    return f"{escaped_path(path)}:{'.'.join(names)}" if names else escaped_path(path)


def escaped_part(part: str) -> str:
    """Return one of the keys on the way to a value as it is written in a whole key."""
    return _escaped(part, ".", _DOTS)


def escaped_path(path: str) -> str:
    """Return a path as it is written in a whole key."""
    return _escaped(path, ":", _COLONS)


def split_key(key: str) -> tuple[str, tuple[str, ...]]:
    """Return the path of a whole key, and the keys on the way to the value."""
    path, *rest = _split(key, ":", once=True)
    return path, tuple(_split(rest[0], ".")) if rest else ()


def dotted_name(key: str) -> str:
    """Return a whole key without the file: `train.loss`; the path for a file that is a single value."""
    return key[_end_of_path(key) + 1 :] or key


def short_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the shortest name of each whole key that means no other: the key itself where several files have it."""
    names = {key: dotted_name(key) for key in keys}
    uses: dict[str, int] = {}
    for name in names.values():
        uses[name] = uses.get(name, 0) + 1
    return {key: name if uses[name] == 1 and (name not in names or name == key) else key for key, name in names.items()}


def find_key(text: str, keys: Iterable[str]) -> str:
    """Return the whole key that is meant: by itself, or by its short name if only one file has that.

    Raises:
        RegistryError: `AmbiguousKey`, `NoSuchKey`.

    """
    known = dict.fromkeys(keys)
    found = _meant(text, known)
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(f"'{key}'" for key in found[:_MAX_LISTED])
        raise RegistryError(
            "AmbiguousKey",
            f"'{text}' is in several files: {shown}.",
            hint="Write the whole key, with the file.",
            key=text,
            candidates=found,
        )
    raise _no_such_key(text, known)


def matching_keys(patterns: Iterable[str], keys: Iterable[str]) -> list[str]:
    """Return the keys that any of the patterns means, in the order of the patterns, then of the keys.

    A pattern is a whole key or a short name, or a glob of either; a short name of several files means all of them.

    Raises:
        RegistryError: `NoSuchKey`: a pattern means nothing.

    """
    known = dict.fromkeys(keys)
    found: dict[str, None] = {}
    for pattern in patterns:
        meant = meant_keys(pattern, known)
        if not meant:
            raise _no_such_key(pattern, known)
        found.update(dict.fromkeys(meant))
    return list(found)


def named_keys(name: str, keys: Iterable[str]) -> list[str]:
    """Return the keys that a whole key or a short name means."""
    return _meant(name, dict.fromkeys(keys))


def meant_keys(pattern: str, keys: Iterable[str]) -> list[str]:
    """Return the keys that a pattern means, as for `matching_keys`; none where it means nothing."""
    known = dict.fromkeys(keys)
    meant = _meant(pattern, known)
    if not meant and ("*" in pattern or "?" in pattern):
        return [key for key in known if matches(pattern, dotted_name(key)) or matches(pattern, key)]
    return meant


def _meant(text: str, known: Mapping[str, None]) -> list[str]:
    if text in known:
        return [text]
    found = [key for key in known if dotted_name(key) == text]
    # Nobody has to know how a dot is escaped, as long as it is clear what is meant.
    return found or [key for key in known if "\\" in key and text in _plainly(key)]


def _plainly(key: str) -> tuple[str, str]:
    path, parts = split_key(key)
    return ".".join(parts), f"{path}:{'.'.join(parts)}"


def _no_such_key(text: str, known: Mapping[str, None]) -> RegistryError:
    near = _near(text, known)
    question = f"{did_you_mean(near)} " if near else ""
    if not known:
        hint = "`gtod metrics` and `gtod params` tell what could not be read, and where such files are named."
        return RegistryError("NoSuchKey", f"There is no '{text}': no version has any.", hint=hint, key=text, near=[])
    return RegistryError(
        "NoSuchKey",
        f"No version has '{text}'.",
        hint=f"{question}`gtod metrics` and `gtod params` show the names that there are.",
        key=text,
        near=near,
    )


def _near(text: str, known: Mapping[str, None]) -> list[str]:
    """Return the shortest names of the keys that are probably meant: both of `auc` where two files have it."""
    import difflib  # noqa: PLC0415  (only where a name is wrong)

    short = short_names(known)
    meant: dict[str, list[str]] = {}
    for key in known:
        meant.setdefault(dotted_name(key), []).append(short[key])
    for key in known:
        meant.setdefault(key, [short[key]])
    names = list(meant)[:_MAX_COMPARED]
    inner = [name for name in names if name.endswith(f".{text}")]
    begun = [name for name in names if text and any(part.startswith(text) for part in (name, name.rpartition(".")[2]))]
    # Metrics have short names: `acu` for `auc` is two letters of three.
    alike = difflib.get_close_matches(text[:_MAX_LETTERS], names, MAX_SUGGESTED, cutoff=0.6)
    near = dict.fromkeys([*inner, *near_names(text, names), *begun, *alike])
    return list(dict.fromkeys(each for name in near for each in meant[name]))[:MAX_SUGGESTED]


def _escaped(text: str, sign: str, ends: re.Pattern[str]) -> str:
    if sign not in text and not text.endswith("\\"):
        return text
    return ends.sub(lambda found: found[1] * 2 + (f"\\{sign}" if found[2] else ""), text)


def _end_of_path(key: str) -> int:
    """Return where the colon behind the path is; the length of the key if it is a path only."""
    start = 0
    while (end := key.find(":", start)) >= 0:
        before = key[:end]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return end
        start = end + 1
    return len(key)


def _split(text: str, sign: str, *, once: bool = False) -> list[str]:
    parts, part = [], ""
    ends = _COLONS if sign == ":" else _DOTS
    end = 0
    for found in ends.finditer(text):
        part += text[end : found.start()] + found[1][: len(found[1]) // 2]
        end = found.end()
        if len(found[1]) % 2 and found[2]:
            part += sign
            continue
        parts.append(part)
        part = ""
        if once and found[2]:
            return [*parts, text[end:]]
        if not found[2]:
            break
    return parts
