"""A bare clone that follows its remote: after an update it has the branches, tags and HEAD of the remote, and no more.

Nothing of the remote's is run here: there is no checkout, no hook, no submodule, and no template, and only Git's own
transports are allowed. The configuration holds the URL and what `git init` writes.
"""

import os
import posixpath
from collections.abc import Mapping
from pathlib import Path

from gto_daemon.git.counters import Counters
from gto_daemon.git.layout import MAX_CONFIG, Layout
from gto_daemon.git.loose_refs import MAX_REF
from gto_daemon.git.objects import LINK, MissingObjectError, ObjectReader
from gto_daemon.git.process import Cancellation, Finished, Git
from gto_daemon.git.program_output import MAX_OUTPUT
from gto_daemon.git.regular_files import NotRegularFileError, read_regular_file
from gto_daemon.git.remote_failures import remote_failure
from gto_daemon.git.remote_listing import BRANCHES, TAGS, RemoteRefs, read_listing
from gto_daemon.git.remote_url import TRANSPORTS
from gto_daemon.git.remotes import Report, tell_progress
from gto_daemon.registry.errors import RegistryError

ORIGIN = "origin"
#: Branches again: in the clone that GTO makes, `origin/main` is a revision.
_TRACKING = f"refs/remotes/{ORIGIN}/"
#: By force: the remote is right, also about a tag that was made here and never arrived there.
_SPECS = (f"+{TAGS}*:{TAGS}*", f"+{BRANCHES}*:{BRANCHES}*", f"+{BRANCHES}*:{_TRACKING}*")
_CONFIGURATION = ".gto"
_SHA256_DIGITS = 64


def clone_git(
    place: Path, environment: Mapping[str, str], cancellation: Cancellation, *, max_output: int = MAX_OUTPUT
) -> Git:
    """Git for the clone at `place`, in a client's environment."""
    asked = environment.get("GIT_ALLOW_PROTOCOL")
    allowed = [each for each in TRANSPORTS if asked is None or each in asked.split(":")]
    own = {
        # Named, because `safe.bareRepository = explicit` refuses what is only found.
        "GIT_DIR": str(place),
        "GIT_ALLOW_PROTOCOL": ":".join(allowed),
        "GIT_DEFAULT_REF_FORMAT": "files",
    }
    return Git(Layout(place, place, None), {**environment, **own}, cancellation, max_output=max_output)


def begin_clone(git: Git, url: str) -> None:
    """Make an empty clone of `url` in the empty directory of `git`.

    Raises:
        RegistryError: `GitFailed`, `GitNotFound`.
        CancelledError: it was cancelled.

    """
    checked(git.run("init", "--quiet", "--bare", "--template=", "--object-format=sha1"))
    checked(git.run("config", f"remote.{ORIGIN}.url", url))


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
    place = clone_place(git)
    there, here = _there(git, url), refs_here(git)
    if not here.refs:
        adopt_object_format(git, there)
    changed = there.refs != here.refs or there.head not in (None, here.head)
    if changed:
        if there.refs != here.refs or is_id(there.head):
            _fetch(git, url, report, head=is_id(there.head))
        follow_head(git, there.head)
    # Also when nothing came: a process that was killed after the fetch did not get to it.
    keep_configuration(place)
    return changed


def adopt_object_format(git: Git, there: RemoteRefs) -> None:
    """Have an empty clone be of the object format of its remote, as git clone does once the remote was asked.

    Raises:
        RegistryError: `GitFailed`.

    """
    if any(len(oid) == _SHA256_DIGITS for oid in there.refs.values()):
        checked(git.run("config", "core.repositoryFormatVersion", "1"))
        checked(git.run("config", "extensions.objectFormat", "sha256"))


def _there(git: Git, url: str) -> RemoteRefs:
    finished = git.run("ls-remote", "--symref", "--", ORIGIN)
    if not finished.succeeded:
        raise remote_failure(git, ORIGIN, finished, url=url)
    there = read_listing(finished.stdout)
    branches = ((ref, oid) for ref, oid in there.refs.items() if ref.startswith(BRANCHES))
    tracking = {_TRACKING + ref.removeprefix(BRANCHES): oid for ref, oid in branches}
    return RemoteRefs({**there.refs, **tracking}, there.head)


def refs_here(git: Git) -> RemoteRefs:
    """Return what the clone has.

    Raises:
        RegistryError: `GitFailed`.

    """
    finished = checked(git.run("for-each-ref", "--format=%(objectname)%09%(refname)", TAGS, BRANCHES, _TRACKING))
    lines = finished.stdout.decode("utf-8", "surrogateescape").split("\n")
    refs = {ref: oid for oid, _, ref in (line.partition("\t") for line in lines) if ref}
    head = os.fsdecode(read_regular_file(clone_place(git) / "HEAD", MAX_REF) or b"").strip().removeprefix("ref: ")
    return RemoteRefs(refs, head)


def _fetch(git: Git, url: str, report: Report, *, head: bool) -> None:
    finished = git.run(
        "fetch", "--progress", "--prune", "--refmap=", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
        "--", ORIGIN, *_SPECS, *(["HEAD"] if head else []),
        on_stderr=lambda text: tell_progress(text, report),
    )  # fmt: skip
    if not finished.succeeded:
        raise remote_failure(git, ORIGIN, finished, url=url)


def follow_head(git: Git, head: str | None) -> None:
    """Have HEAD be that of the remote.

    Raises:
        RegistryError: `GitFailed`.

    """
    if head is None:
        return
    if is_id(head):
        checked(git.run("update-ref", "--no-deref", "HEAD", head))
    else:
        checked(git.run("symbolic-ref", "HEAD", head))


def keep_configuration(place: Path) -> None:
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


def is_id(head: str | None) -> bool:
    """Return whether HEAD is a commit's id, and no branch."""
    return head is not None and not head.startswith(BRANCHES)


def clone_place(git: Git) -> Path:
    """Return the directory of the clone."""
    if git.layout is None:
        raise ValueError("a clone has a place")
    return git.layout.git_dir


def checked(finished: Finished) -> Finished:
    """Return how a git in the clone ended.

    Raises:
        RegistryError: `GitFailed`.

    """
    if not finished.succeeded:
        raise RegistryError(
            "GitFailed",
            f"git failed in the clone: {finished.complaint or finished.code}",
            hint="See whether there is room on the disk, and whether you may write there.",
            words=finished.complaint,
        )
    return finished
