"""Remotes: what they have, what is sent and fetched. By the git command line, which knows helpers, ssh and proxies."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gto_daemon.git.lines import lines_of
from gto_daemon.git.process import Finished, Git
from gto_daemon.git.remote_failures import PROGRESS, remote_failure, remote_messages
from gto_daemon.git.remote_listing import read_listing

_TAGS = "refs/tags/"
_STATUS = re.compile(r"(?P<flag>[ +\-*!=])\t(?P<from>[^:\t]*):(?P<to>[^\t]+)\t(?P<summary>.*)")
_REASON = re.compile(r"\[(?:remote )?[^\]]+\](?: \((?P<reason>.*)\))?")
_NOT_ATOMIC = "does not support --atomic"
_NOT_THERE = "remote ref does not exist"

PushStatus = Literal["pushed", "deleted", "up to date", "rejected", "not sent"]
Report = Callable[[str, int | None], None]


@dataclass(frozen=True, slots=True)
class PushedTag:
    """What became of one tag. `reason` is the remote's or Git's, where it was rejected."""

    tag: str
    status: PushStatus
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push.

    Attributes:
        tags: each of them.
        atomic: whether the remote took all or none.
        messages: what the server and its hooks said, line by line.

    """

    tags: tuple[PushedTag, ...]
    atomic: bool
    messages: tuple[str, ...] = ()

    @property
    def rejected(self) -> tuple[PushedTag, ...]:
        """The tags that the remote does not have as they are here."""
        return tuple(tag for tag in self.tags if tag.status in ("rejected", "not sent"))


def push(
    git: Git,
    remote: str,
    create: Sequence[str],
    delete: Sequence[str],
    report: Report,
    resting: Mapping[str, str] | None = None,
    *,
    all_or_none: bool = False,
) -> Pushed:
    """Send tags, and delete tags there, in one push; never by force.

    A remote that cannot take all or none takes each by itself, but none that rests on one that it rejected. What it
    does not have need not be deleted there.

    Args:
        git: of the repository.
        remote: where to.
        create: the tags to send.
        delete: the tags to delete there.
        report: told how far it is.
        resting: tags to send, each with the one that it rests on.
        all_or_none: send nothing to a remote that cannot take all or none.

    Raises:
        RegistryError: `AuthenticationFailed`, `RemoteNotFound`, `RemoteUnavailable`, `GitFailed`. What the remote
            rejected is in the result.
        CancelledError: it was cancelled; what arrived is not known.

    """
    gone = list(delete)
    if gone:
        there = ls_remote(git, remote)
        gone = [tag for tag in gone if tag in there]
    absent = tuple(PushedTag(tag, "up to date") for tag in delete if tag not in gone)
    deletions = [f":{_TAGS}{tag}" for tag in gone]
    specs = [*map(_spec, create), *deletions]
    if not specs:
        return Pushed(absent, atomic=True)
    finished = _push(git, remote, specs, report, atomic=True)
    if _NOT_ATOMIC not in finished.stderr:
        tags, messages = _outcome(git, remote, finished)
        return Pushed((*tags, *absent), atomic=True, messages=messages)
    if all_or_none:
        none = tuple(PushedTag(tag, "rejected", "the remote cannot take all or none") for tag in (*create, *gone))
        return Pushed((*none, *absent), atomic=False)
    later = {tag: under for tag, under in (resting or {}).items() if tag in create}
    first = [*(_spec(tag) for tag in create if tag not in later), *deletions]
    tags, messages = _outcome(git, remote, _push(git, remote, first, report, atomic=False)) if first else ((), ())
    rejected = {tag.tag for tag in tags if tag.status == "rejected"}
    then = [tag for tag in later if later[tag] not in rejected]
    if then:
        more, said = _outcome(git, remote, _push(git, remote, [*map(_spec, then)], report, atomic=False))
        tags, messages = (*tags, *more), (*messages, *said)
    unsent = (PushedTag(tag, "rejected", f"'{under}' was") for tag, under in later.items() if tag not in then)
    return Pushed((*tags, *unsent, *absent), atomic=False, messages=messages)


def _spec(tag: str) -> str:
    return f"{_TAGS}{tag}:{_TAGS}{tag}"


def _outcome(git: Git, remote: str, finished: Finished) -> tuple[tuple[PushedTag, ...], tuple[str, ...]]:
    """Return what became of each tag, and what the server said.

    Raises:
        RegistryError: the push failed as a whole.

    """
    tags = tuple(_statuses(lines_of(finished.stdout, "replace")))
    if not finished.succeeded and not any(tag.status == "rejected" for tag in tags):
        raise remote_failure(git, remote, finished)
    return tags, remote_messages(finished.stderr)


def _push(git: Git, remote: str, specs: Sequence[str], report: Report, *, atomic: bool) -> Finished:
    options = ["--porcelain", "--progress", "--no-follow-tags", *(["--atomic"] if atomic else [])]
    return git.run("push", *options, "--", remote, *specs, on_stderr=lambda text: tell_progress(text, report))


def _statuses(lines: list[str]) -> list[PushedTag]:
    """From the lines of `--porcelain` (git-push(1) §OUTPUT)."""
    found = []
    for line in lines:
        match = _STATUS.fullmatch(line)
        if match is None:
            continue
        tag = match["to"].removeprefix(_TAGS)
        if match["flag"] == "!":
            reason = _REASON.fullmatch(match["summary"])
            found.append(PushedTag(tag, "rejected", (reason["reason"] if reason else None) or match["summary"]))
        elif match["flag"] == "=":
            found.append(PushedTag(tag, "up to date"))
        else:
            found.append(PushedTag(tag, "deleted" if match["flag"] == "-" else "pushed"))
    return found


def tell_progress(text: str, report: Report) -> None:
    """Report what a piece of git's `--progress` says."""
    for match in PROGRESS.finditer(text):
        report(match["what"], int(match["percent"]))


def ls_remote(git: Git, remote: str) -> dict[str, str]:
    """Tag's name to the id of what it points at (the tag object's), on the remote now.

    Raises:
        RegistryError: `AuthenticationFailed`, `RemoteNotFound`, `RemoteUnavailable`, `GitFailed`.

    """
    finished = git.run("ls-remote", "--tags", "--refs", "--", remote)
    if not finished.succeeded:
        raise remote_failure(git, remote, finished)
    refs = read_listing(finished.stdout).refs
    return {ref.removeprefix(_TAGS): oid for ref, oid in refs.items()}


def fetch_tags(git: Git, remote: str, tags: Sequence[str], report: Report) -> None:
    """Fetch the remote's tags. One that exists here with another value is never overwritten.

    Raises:
        RegistryError: `AuthenticationFailed`, `RemoteNotFound`, `RemoteUnavailable`, `GitFailed`.

    """
    _fetch(git, remote, [f"{_TAGS}{tag}:{_TAGS}{tag}" for tag in tags], report)


def fetch_objects(git: Git, remote: str, tags: Sequence[str], report: Report) -> None:
    """Fetch the objects of the remote's tags, under no ref, so that they can be inspected.

    Raises:
        RegistryError: as `fetch_tags`.

    """
    _fetch(git, remote, [f"{_TAGS}{tag}" for tag in tags], report)


def _fetch(git: Git, remote: str, specs: Sequence[str], report: Report) -> None:
    if not specs:
        return
    finished = git.run(
        # Only what is asked for: a configured `+refs/tags/*:refs/tags/*` would overwrite tags, pruning delete them.
        "fetch", "--progress", "--refmap=", "--no-prune", "--no-tags", "--no-write-fetch-head",
        "--no-auto-maintenance", "--stdin", "--", remote,
        stdin="".join(f"{spec}\n" for spec in specs).encode(),
        on_stderr=lambda text: tell_progress(text, report),
    )  # fmt: skip
    if not finished.succeeded:
        raise remote_failure(git, remote, finished)
