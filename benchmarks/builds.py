"""The two builds that are measured side by side."""

import io
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.package.build import build
from tests.package.environments import ROOT, pip


def builds(before: str | None, kept: Path) -> tuple[Path, Path | None]:
    """The interpreters of this build and of the build before.

    Args:
        before: see `benchmarks.bench.prepared`.
        kept: a directory for the environments that are made.

    """
    if before is None or Path(before).is_file():
        # Not resolved: the interpreter of an environment is a link.
        return Path(sys.executable), Path(before).absolute() if before is not None else None
    commit = _git("rev-parse", "--verify", f"{before}^{{commit}}").decode().strip()
    earlier = kept / f"build-{commit}"
    if not earlier.exists():
        source = kept / "source"
        with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
            archive.extractall(source, filter="data")
        _install(source, earlier)
    _install(ROOT, kept / "build-this")
    return kept / "build-this" / "bin" / "python", earlier / "bin" / "python"


def _install(source: Path, place: Path) -> None:
    """Make the wheel of a source tree, and an environment that has it as users do."""
    print(f"installing {source} …", flush=True)
    wheels = place.with_suffix(".wheels")
    build(wheels, source=source)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
    # As uv and pipx do, it writes a command that imports nothing but the package; before 25.1 that imported `re`, which
    # takes half as long as Python's own start.
    pip(place, "--upgrade", "pip>=25.1")
    (wheel,) = wheels.glob("*.whl")
    pip(place, f"{wheel}[mcp]")


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout
