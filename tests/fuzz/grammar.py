"""The grammar of GTO's tag names once more, by hand and without a regular expression: the reference for the real one.

Source: GTO 1.10.1, constants.py.
"""

from string import ascii_letters, digits

#: GTO 1.10.1 has no limit of its own and breaks down with more digits than this (Python's for numbers).
MAX_LENGTH = 4300
_ALPHANUMERIC = frozenset(ascii_letters + digits)
_NAME = _ALPHANUMERIC | set("-/_")
_DIRECTORY = _NAME | {"."}
_IDENTIFIER = _ALPHANUMERIC | {"-"}


def reference(name: str) -> tuple[str, str | None, str | None, str | None, int | None] | None:  # noqa: PLR0911
    """Artifact, kind, version, stage and counter of a tag name; None when it is no tag of GTO's."""
    if len(name) > MAX_LENGTH:
        return None
    at = min((place for place in (name.find("#"), name.find("@")) if place >= 0), default=-1)
    if at < 0:
        return None
    directory, equals, artifact = name[:at].rpartition("=")
    if not _is_name(artifact) or (equals and not _consists_of(directory, _DIRECTORY)):
        return None
    said, hash_sign, counter = name[at + 1 :].partition("#")
    if hash_sign and not _consists_of(counter, frozenset(digits)):
        return None
    number = int(counter) if counter else None
    whole = f"{directory}:{artifact}" if equals else artifact
    if name[at] == "@" and said in ("deprecated", "created"):
        return whole, "deprecation" if said == "deprecated" else None, None, None, number
    cancelled = said.endswith("!")
    said = said.removesuffix("!")
    if name[at] == "#":
        if not _is_name(said):
            return None
        return whole, "unassignment" if cancelled else "assignment", None, said, number
    if not said.startswith("v") or not _is_version(said[1:]):
        return None
    return whole, "deregistration" if cancelled else "registration", said, None, number


def printed(artifact: str, kind: str | None, version: str | None, stage: str | None, counter: int | None) -> str:
    """The tag name that says this."""
    said = {"deprecation": "@deprecated", None: "@created"}.get(kind) or (f"#{stage}" if stage else f"@{version}")
    cancel = "!" if kind in ("deregistration", "unassignment") else ""
    return artifact.replace(":", "=") + said + cancel + ("" if counter is None else f"#{counter}")


def _consists_of(text: str, characters: frozenset[str] | set[str]) -> bool:
    return bool(text) and all(character in characters for character in text)


def _is_name(text: str) -> bool:
    return _consists_of(text, _NAME) and text[0] in _ALPHANUMERIC and text[-1] in _ALPHANUMERIC


def _is_number(text: str) -> bool:
    # After the first digit GTO takes the digits of any script.
    return text == "0" or (text[:1] in tuple("123456789") and all(character.isdecimal() for character in text))


def _is_version(text: str) -> bool:
    core, plus, build = text.partition("+")
    if plus and not all(_consists_of(part, _IDENTIFIER) for part in build.split(".")):
        return False
    numbers, minus, prerelease = core.partition("-")
    if len(parts := numbers.split(".")) != 3 or not all(_is_number(part) for part in parts):
        return False
    return not minus or all(_is_number(part) or _is_alphanumeric(part) for part in prerelease.split("."))


def _is_alphanumeric(text: str) -> bool:
    # Digits of any script, then a letter or a hyphen, then letters, digits and hyphens.
    rest = text.lstrip("".join({character for character in text if character.isdecimal()}))
    return bool(rest) and rest[0] not in digits and _consists_of(rest, _IDENTIFIER)
