"""A bare clone that follows its remote: after an update it has the branches, tags and HEAD of the remote, and no more.

Nothing of the remote's is run here: there is no checkout, no hook, no submodule, and no template, and only Git's own
transports are allowed. The configuration holds the URL and what `git init` writes.
"""

import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gto_daemon.git.counters import Counters
from gto_daemon.git.layout import MAX_CONFIG, Layout
from gto_daemon.git.loose_refs import MAX_REF
from gto_daemon.git.objects import LINK, MissingObjectError, ObjectReader
from gto_daemon.git.process import Cancellation, Finished, Git
from gto_daemon.git.regular_files import NotRegularFileError, read_regular_file
from gto_daemon.git.remote_failures import remote_failure
from gto_daemon.git.remote_url import TRANSPORTS
from gto_daemon.git.remotes import Report, tell_progress
from gto_daemon.registry.errors import RegistryError

_ORIGIN = "origin"
_BRANCHES = "refs/heads/"
_TAGS = "refs/tags/"
#: Branches again: in the clone that GTO makes, `origin/main` is a revision.
_TRACKING = f"refs/remotes/{_ORIGIN}/"
#: By force: the remote is right, also about a tag that was made here and never arrived there.
_SPECS = (f"+{_TAGS}*:{_TAGS}*", f"+{_BRANCHES}*:{_BRANCHES}*", f"+{_BRANCHES}*:{_TRACKING}*")
_CONFIGURATION = ".gto"
_SHA256_DIGITS = 64


@dataclass(frozen=True, slots=True)
class _Listing:
    """Refs to the ids of what they point at, and HEAD: a branch's full name, an id, or None where there is none."""

    refs: dict[str, str]
    head: str | None


def clone_git(place: Path, environment: Mapping[str, str], cancellation: Cancellation) -> Git:
    """Git for the clone at `place`, in a client's environment."""
    asked = environment.get("GIT_ALLOW_PROTOCOL")
    allowed = [each for each in TRANSPORTS if asked is None or each in asked.split(":")]
    own = {
        # Named, because `safe.bareRepository = explicit` refuses what is only found.
        "GIT_DIR": str(place),
        "GIT_ALLOW_PROTOCOL": ":".join(allowed),
        "GIT_DEFAULT_REF_FORMAT": "files",
    }
    return Git(Layout(place, place, None), {**environment, **own}, cancellation)


def begin_clone(git: Git, url: str) -> None:
    """Make an empty clone of `url` in the empty directory of `git`.

    Raises:
        RegistryError: `GitFailed`, `GitNotFound`.
        CancelledError: it was cancelled.

    """
    _checked(git.run("init", "--quiet", "--bare", "--template=", "--object-format=sha1"))
    _checked(git.run("config", f"remote.{_ORIGIN}.url", url))


def update_clone(git: Git, url: str, report: Report) -> bool:
    """Fetch what the remote has now, and return whether anything changed.

    Args:
        git: of `clone_git`.
        url: for messages.
        report: told how far it is.

    Raises:
        RegistryError: `AuthenticationFailed`, `RemoteUnavailable`, `GitFailed`, `GitNotFound`.
        CancelledError: it was cancelled; the next update makes up for it.

    """
    place = _place(git)
    there, here = _there(git, url), _here(git, place)
    if not here.refs and any(len(oid) == _SHA256_DIGITS for oid in there.refs.values()):
        # As git clone does: what the ids are is known when the remote was asked.
        _checked(git.run("config", "core.repositoryFormatVersion", "1"))
        _checked(git.run("config", "extensions.objectFormat", "sha256"))
    changed = there.refs != here.refs or there.head not in (None, here.head)
    if changed:
        if there.refs != here.refs or _is_id(there.head):
            _fetch(git, url, report, head=_is_id(there.head))
        _follow_head(git, there.head)
    # Also when nothing came: a process that was killed after the fetch did not get to it.
    _keep_configuration(place)
    return changed


def _there(git: Git, url: str) -> _Listing:
    finished = git.run("ls-remote", "--symref", "--", _ORIGIN)
    if not finished.succeeded:
        raise remote_failure(git, _ORIGIN, finished, url=url)
    refs: dict[str, str] = {}
    head: str | None = None
    for line in finished.stdout.decode("utf-8", "surrogateescape").splitlines():
        value, _, ref = line.partition("\t")
        if ref == "HEAD":
            # Its branch comes first, then its commit; a detached HEAD has the commit alone.
            branch = value.removeprefix("ref: ")
            if not value.startswith("ref: ") or branch.startswith(_BRANCHES):
                head = head or branch
        elif ref.startswith((_BRANCHES, _TAGS)) and not ref.endswith("^{}"):
            refs[ref] = value
            if ref.startswith(_BRANCHES):
                refs[_TRACKING + ref.removeprefix(_BRANCHES)] = value
    return _Listing(refs, head)


def _here(git: Git, place: Path) -> _Listing:
    finished = _checked(git.run("for-each-ref", "--format=%(objectname)%09%(refname)", _TAGS, _BRANCHES, _TRACKING))
    lines = finished.stdout.decode("utf-8", "surrogateescape").splitlines()
    refs = {ref: oid for oid, _, ref in (line.partition("\t") for line in lines)}
    head = os.fsdecode(read_regular_file(place / "HEAD", MAX_REF) or b"").strip().removeprefix("ref: ")
    return _Listing(refs, head)


def _fetch(git: Git, url: str, report: Report, *, head: bool) -> None:
    finished = git.run(
        "fetch", "--progress", "--prune", "--refmap=", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
        "--", _ORIGIN, *_SPECS, *(["HEAD"] if head else []),
        on_stderr=lambda text: tell_progress(text, report),
    )  # fmt: skip
    if not finished.succeeded:
        raise remote_failure(git, _ORIGIN, finished, url=url)


def _follow_head(git: Git, head: str | None) -> None:
    if head is None:
        return
    if _is_id(head):
        _checked(git.run("update-ref", "--no-deref", "HEAD", head))
    else:
        _checked(git.run("symbolic-ref", "HEAD", head))


def _keep_configuration(place: Path) -> None:
    """Write HEAD's `.gto` where a bare repository's is looked for: GTO would find it among the files of its clone."""
    path = place / _CONFIGURATION
    try:
        wanted = _configuration(place)
    except NotRegularFileError:
        # Nothing that can be read here either, so that what it forbids is not allowed.
        if not path.is_dir():
            path.unlink(missing_ok=True)
            path.mkdir()
        return
    if path.is_dir():
        path.rmdir()
    found = read_regular_file(path, MAX_CONFIG)
    if wanted == found:
        return
    if wanted is None:
        path.unlink()
        return
    new = path.with_name(f"{_CONFIGURATION}.new")
    new.write_bytes(wanted)
    new.replace(path)


def _configuration(place: Path) -> bytes | None:
    """Return HEAD's `.gto`, None for none.

    Raises:
        NotRegularFileError: it is no file, or a link to none.

    """
    reader = ObjectReader(Layout(place, place, None), Counters())
    try:
        head = reader.head()
        commit = reader.commit(head) if head else None
        entry = reader.entry(commit[1].tree, _CONFIGURATION) if commit else None
        if commit is None or entry is None:
            return None
        if entry.mode == LINK:
            # It could lead anywhere; what is in the same commit counts.
            target = posixpath.normpath((reader.blob(entry.oid, MAX_CONFIG) or b"..").decode("utf-8", "replace"))
            found = None if target.startswith(("/", "..")) else reader.entry(commit[1].tree, target)
            entry = found or entry
        text = reader.blob(entry.oid, MAX_CONFIG) if entry.is_file and entry.mode != LINK else None
        if text is None:
            raise NotRegularFileError("a folder or a link", _CONFIGURATION)
        return text
    except MissingObjectError as error:
        raise RegistryError(
            "GitFailed",
            f"The clone '{place}' cannot be read: its object {error.oid} is missing or damaged",
            hint="Delete that directory; the next command clones anew.",
            words=str(error),
        ) from error
    finally:
        reader.close()


def _is_id(head: str | None) -> bool:
    return head is not None and not head.startswith(_BRANCHES)


def _place(git: Git) -> Path:
    if git.layout is None:
        raise ValueError("a clone has a place")
    return git.layout.git_dir


def _checked(finished: Finished) -> Finished:
    if not finished.succeeded:
        raise RegistryError(
            "GitFailed",
            f"git failed in the clone: {finished.complaint or finished.code}",
            hint="See whether there is room on the disk, and whether you may write there.",
            words=finished.complaint,
        )
    return finished
