# ruff: noqa: T201
"""Have a Git that knows the reftable format (2.45): the machine's own, or one built from Debian's source package.

    python -m tests.repository_formats.newer_git

Built once, in two minutes of two cores, into `.newer-git` in the checkout; `GTOD_NEWER_GIT` names another directory.
It takes a Debian with a compiler and zlib's headers. Standard library only.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.oracle.debian import apt_of

_NEEDED = (2, 45)
#: The first release of Debian whose Git is new enough.
_SUITE = "trixie"
#: What the tests do not need: no transport but files, no translations, no documentation.
_LEFT_OUT = ("CURL", "OPENSSL", "EXPAT", "GETTEXT", "TCLTK", "PERL", "PYTHON", "INSTALL_HARDLINKS")


def directory_of_newer_git() -> Path:
    """The directory of a `git` that is new enough.

    Raises:
        FileNotFoundError: there is none yet.

    """
    own = shutil.which("git")
    for git in (_place() / "bin" / "git", Path(own) if own else None):
        if git is not None and git.is_file() and _version(git) >= _NEEDED:
            return git.parent
    raise FileNotFoundError(
        "no Git 2.45 or newer for the reftable format: python -m tests.repository_formats.newer_git builds one"
    )


def has_newer_git() -> bool:
    """Whether there is one."""
    try:
        directory_of_newer_git()
    except FileNotFoundError:
        return False
    return True


def _place() -> Path:
    override = os.environ.get("GTOD_NEWER_GIT")
    return Path(override) if override else Path(__file__).resolve().parents[2] / ".newer-git"


def _version(git: Path) -> tuple[int, ...]:
    said = subprocess.run([str(git), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _build(place: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="gtod-git-") as scratch:
        source = _source(Path(scratch))
        options = [f"prefix={place}", "CFLAGS=-O1", *(f"NO_{what}=1" for what in _LEFT_OUT)]
        with (Path(scratch) / "log").open("w+") as log:
            built = subprocess.run(
                ["make", "-j2", *options, "install"], cwd=source, stdout=log, stderr=log, check=False
            )
            if built.returncode != 0:
                log.seek(0)
                sys.exit(f"Git could not be built; gcc, make and zlib1g-dev are needed:\n{log.read()[-2000:]}")


def _source(scratch: Path) -> Path:
    apt = apt_of(_SUITE, scratch, kind="deb-src")
    subprocess.run([*apt, "source", "--download-only", "git"], check=True, cwd=scratch)
    archive = next(scratch.glob("git_*.orig.tar.*"))
    subprocess.run(["tar", "--extract", "--file", str(archive)], check=True, cwd=scratch)
    return next(scratch.glob("git-*/"))


def main() -> None:
    """Build one if there is none."""
    try:
        found = directory_of_newer_git()
    except FileNotFoundError:
        print(f"building a Git that knows reftable into {_place()}", flush=True)
        _build(_place())
        found = directory_of_newer_git()
    print(f"git for reftable: {found}")


if __name__ == "__main__":
    main()
