"""Command lines that messages recommend: complete, and quoted for a shell."""

import shlex
from collections.abc import Iterable

ORIGIN = "origin"


def delete_tags(tags: Iterable[str]) -> str:
    """Return the command that deletes tags of the repository at hand."""
    return shlex.join(["git", "tag", "-d", *_operands(tags)])


def push_tags(tags: Iterable[str], remote: str = ORIGIN, *, delete: bool = False) -> str:
    """Return the command that sends tags to a remote, or deletes them there."""
    return shlex.join(["gtod", "push", *_remote(remote), *(["--delete"] if delete else []), *_operands(tags)])


def push_everything(remote: str = ORIGIN) -> str:
    """Return the command that sends what a remote lacks, and what was deleted there as well."""
    return shlex.join(["gtod", "push", *_remote(remote), "--all"])


def fetch_tags(tags: Iterable[str], remote: str = ORIGIN) -> str:
    """Return the command that brings tags from a remote."""
    return shlex.join(["gtod", "fetch", *_remote(remote), *_operands(tags)])


def _remote(remote: str) -> list[str]:
    return [] if remote == ORIGIN else [f"--remote={remote}"]


def _operands(tags: Iterable[str]) -> list[str]:
    words = list(tags)
    # Of a folder whose name begins like an option.
    return ["--", *words] if any(word.startswith("-") for word in words) else words
