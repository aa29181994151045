"""What tests take from npm, in a folder of its own: a generator of OpenRPC clients, and a linter of workflows."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.oracle.install import node_directory, oracles_directory

_WANTED = ("package.json", "package-lock.json")


def modules() -> Path:
    """Where the packages are, installed or not."""
    return oracles_directory() / "npm" / "node_modules"


def is_installed() -> bool:
    """Whether an earlier run installed exactly what is wanted."""
    mark = modules() / "complete"
    return mark.is_file() and mark.read_text() == _recipe()


def install() -> None:
    """Install the packages, unless they are complete.

    Raises:
        subprocess.CalledProcessError: npm failed; what it said is on the terminal.

    """
    if is_installed():
        return
    place = modules().parent
    place.mkdir(parents=True, exist_ok=True)
    for name in _WANTED:
        shutil.copy(Path(__file__).with_name(name), place / name)
    path = f"{node_directory()}{os.pathsep}{os.environ['PATH']}"
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error"]
    subprocess.run(command, cwd=place, check=True, env={**os.environ, "PATH": path})
    (modules() / "complete").write_text(_recipe())


def _recipe() -> str:
    return "".join(Path(__file__).with_name(name).read_text() for name in _WANTED)
