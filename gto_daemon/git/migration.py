"""Whether `git refs migrate` is at work: it takes all refs away for a moment, and brings them back in another format.

Git writes the refs in their new format into `ref_migration.XXXXXX`, removes the old ones, one by one, moves the new
ones to their place, and says in `config` last which format they are in. What is on disk in between is half of each,
and a migration that is ended there leaves a repository that Git cannot read either. A trial (`--dry-run`), or one
that is ended earlier, leaves the folder and has removed nothing.
"""

import os
import time
from pathlib import Path

from gto_daemon.registry.errors import RegistryError

_PREFIX = "ref_migration."
#: Seconds after all refs are written in their new format, in which the old ones may be on their way out.
_REMOVAL = 10.0


def migration_folders(common: Path) -> list[Path]:
    """Return where refs in another format are being written, or were left behind."""
    try:
        return [common / name for name in os.listdir(common) if name.startswith(_PREFIX)]  # noqa: PTH208 - each refresh
    except (FileNotFoundError, NotADirectoryError):
        return []


def may_remove_refs(folder: Path) -> bool:
    """Return whether refs in their old format may be on their way out, as those in this folder are complete."""
    tables = folder / "reftable" / "tables.list"
    # Written with the last step of the transaction that fills the folder; Git makes the rest of it before.
    complete = tables if tables.parent.is_dir() else folder / "HEAD"
    try:
        found = complete.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return found.st_size > 0 and abs(time.time() - found.st_mtime) < _REMOVAL


def migrating(common: Path) -> RegistryError:
    """Return the refusal of a repository whose refs are neither in one format nor in the other."""
    return RegistryError(
        "RefsMigrating",
        f"The refs of '{common}' are being migrated to another format",
        hint="Ask again in a moment. If no git is running, the migration was ended before its end, and Git cannot read "
        "the repository either.",
        retryable=True,
        path=str(common),
    )
