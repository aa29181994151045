"""The messages and remedies for a refused push."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gto_daemon.registry import commands


def failed(remote: str, created: Sequence[str], deleted: Iterable[str]) -> str:
    """Return GTO's words for a push that failed (1.10.1, git_utils.py)."""
    words = [remote, *created] if created else ["--delete", remote, *deleted]
    return (
        f"The command `git push {' '.join(words)}` failed. Make sure your local repository is in sync with the remote."
    )


def again(remote: str, created: Sequence[str], deleted: Iterable[str]) -> str:
    """Return how to push later what an act did here."""
    gone = list(deleted)
    send = f" To push it later: {commands.push_tags(created, remote)}." if created else ""
    delete = f" To delete it there later: {commands.push_tags(gone, remote, delete=True)}." if gone else ""
    return f"The change was made locally.{send}{delete}"


def one_of_two(remote: str, clashes: Mapping[str, object]) -> str:
    """Return the ways out where the remote has other tags of these names."""
    tags = list(clashes)
    theirs = f"{commands.delete_tags(tags)}, then {commands.fetch_tags(tags, remote)}"
    ours = f"{commands.push_tags(tags, remote, delete=True)}, then {commands.push_tags(tags, remote)}"
    return f"One of the two has to go. To keep the remote's: {theirs}; to keep yours: {ours}"


def sentence(tag: str, clash: Mapping[str, Any]) -> str:
    """Return a clash in words: who made the tag here and there, and when."""
    here, there = clash["local"], clash["remote"]
    if here is None or there is None:
        return f"'{tag}' is another tag on the remote."
    return (
        f"'{tag}' was made by {there['tagger']} at {there['created_at']} on the remote, on the commit "
        f"{there['target'][:7]}, and by {here['tagger']} at {here['created_at']} here, on {here['target'][:7]}."
    )
