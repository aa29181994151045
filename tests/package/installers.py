"""uv and pipx, with the wheels that gtod needs: `python -m tests.package.installers` fetches them once.

Tests then install without a network. `.oracles/installers` has them, or `$GTOD_ORACLES/installers`.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.oracle.install import oracles_directory
from tests.package.environments import ROOT, pip

#: The versions that docs/installation.md was tested with.
TOOLS = ("uv==0.13.9", "pipx==1.18.4")


def directory() -> Path:
    """Where they are, fetched or not."""
    return oracles_directory() / "installers"


def program(name: str) -> Path:
    """The program `uv`, `uvx` or `pipx`."""
    return directory() / "environment" / "bin" / name


def wheels() -> Path:
    """The folder with the wheels."""
    return directory() / "wheels"


def dependencies() -> list[str]:
    """What the wheel of gtod asks for."""
    found: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return found


def are_installed() -> bool:
    """Whether an earlier run fetched exactly what is wanted, for this Python."""
    mark = directory() / "complete"
    return mark.is_file() and mark.read_text() == _recipe()


def install() -> None:
    """Fetch them, unless they are complete.

    Raises:
        subprocess.CalledProcessError: `venv` or `pip` failed; what they said is on the terminal.

    """
    if are_installed():
        return
    place = directory() / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
    pip(place, *TOOLS)
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    options = ["--only-binary=:all:", "--dest", str(wheels())]
    subprocess.run([*download, *options, "pip", *dependencies()], check=True)
    (directory() / "complete").write_text(_recipe())


def _recipe() -> str:
    return "\n".join([sys.version, *TOOLS, *dependencies()]) + "\n"


if __name__ == "__main__":
    install()
