"""Where an artifact itself lies at a commit: in Git, in DVC, at a URL, or nowhere."""

from typing import TYPE_CHECKING

from gto_daemon.daemon.live.dvc_tracking import DvcTracking
from gto_daemon.daemon.live.parsed_files import MAX_FILE
from gto_daemon.daemon.live.repository import Repository
from gto_daemon.git.objects import GITLINK, LINK, MissingObjectError, ObjectReader
from gto_daemon.registry.annotations.homes import path_from_root

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import Content


def content_of(repository: Repository, commit: str, file: str, path: str | None) -> "Content":
    """Return where an artifact lies; in the repository's thread.

    Args:
        repository: the repository to search.
        commit: the commit, hex digits.
        file: the annotation file, relative to the root.
        path: as the annotation has it; relative to the folder of a dvc.yaml, or to the root.

    Returns:
        `kind` is `git`, `dvc` (Git has a pointer), `url` or `missing`, then with a `reason`; `path` is relative to the
        root of the repository.

    """
    if not path:
        return {"commit": commit, "path": None, "kind": "missing", "reason": "the annotation has no path"}
    inside = path_from_root(file, path)
    if "://" in path:
        return {"commit": commit, "path": inside, "kind": "url"}
    if inside == ".":
        return _missing(commit, inside, "the path is the repository itself, and not something in it")
    if inside.startswith(("/", "../")) or inside == "..":
        return _missing(commit, inside, "the path leads out of the repository")
    return _inside(repository, commit, inside)


def _inside(repository: Repository, commit: str, inside: str) -> "Content":
    links = repository.links(commit)
    try:
        entry = repository.reader.entry(links.tree, inside) if links else None
        if entry is not None and entry.mode != GITLINK:
            return {
                "commit": commit,
                "path": inside,
                "kind": "git",
                "oid": entry.oid,
                "is_directory": not entry.is_file,
            }
        if links is not None and DvcTracking(repository.reader).covers(links.tree, inside):
            return {"commit": commit, "path": inside, "kind": "dvc"}
        reason = _in_the_way(repository.reader, links.tree, commit, inside) if links is not None else None
    except MissingObjectError as error:
        return _missing(
            commit, inside, f"a folder on the way to {inside} (tree {error.oid}) is missing from this clone"
        )
    return _missing(commit, inside, reason or f"the commit {commit[:7]} has no {inside}, and no pointer of DVC to it")


def _missing(commit: str, inside: str, reason: str) -> "Content":
    return {"commit": commit, "path": inside, "kind": "missing", "reason": reason}


def _in_the_way(reader: ObjectReader, tree: str, commit: str, path: str) -> str | None:
    """Return why Git has nothing at a path that begins with a file, a link or a submodule; None if it does not."""
    parts = path.split("/")
    for above in ("/".join(parts[:count]) for count in range(1, len(parts) + 1)):
        entry = reader.entry(tree, above)
        if entry is None:
            return None
        at = f"at the commit {commit[:7]}"
        if entry.mode == GITLINK:
            return f"{above} is a submodule {at}: what is in it is in another repository"
        if entry.mode == LINK:
            target = (reader.blob(entry.oid, MAX_FILE) or b"").decode("utf-8", "replace")
            return f"{above} is a link to '{target}' {at}, and no link is followed"
        if entry.is_file:
            return f"{above} is a file {at}, and no folder"
    return None
