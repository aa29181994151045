"""Environments for the package as users get it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements-dev.txt"


def environment(place: Path, *, python: str = sys.executable) -> Path:
    """A virtual environment with what development uses, and without gtod. Answers its interpreter."""
    subprocess.run([python, "-m", "venv", "--clear", str(place)], check=True)
    pip(place, "--require-hashes", "--requirement", str(LOCK))
    return place / "bin" / "python"


def pip(place: Path, *arguments: str) -> None:
    """`pip install` in an environment."""
    command = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *arguments], check=True)


def without_sources(place: Path) -> Path:
    """A copy of the project without the package itself, for tests of one that is installed."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in listed.split("\0"):
        if name and not name.startswith(("gto_daemon/", "clients/")):
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
            target.chmod((ROOT / name).stat().st_mode & 0o777)
    return place
