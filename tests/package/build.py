"""Build what is published: `python -m tests.package.build DIRECTORY`.

The wheel and the sdist are the same bytes wherever and whenever they are built from one commit; beside them is the list
of what the wheel needs, with versions and licences (CycloneDX).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.package.environments import ROOT

SBOM = "gto-daemon.cdx.json"


def build(into: Path, *, source: Path = ROOT) -> None:
    """Wheel and sdist of a checkout."""
    moment = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True, text=True)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--target", "sdist", "-d", str(into)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": moment.stdout.strip()}
    subprocess.run(command, cwd=source, check=True, env=environment, capture_output=True)


def list_components(into: Path) -> None:
    """What the wheel in a directory is used with: the versions of this environment, without what only tests need."""
    (wheel,) = into.glob("*.whl")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "environment"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
        frozen = Path(name) / "constraints.txt"
        freeze = [sys.executable, "-m", "pip", "freeze", "--exclude-editable"]
        frozen.write_bytes(subprocess.run(freeze, check=True, capture_output=True).stdout)
        target = next(place.glob("lib/python*/site-packages"))
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--target", str(target), "--constraint", str(frozen), str(wheel)], check=True)
        command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--short-PURLs"]
        output = ["--pyproject", str(ROOT / "pyproject.toml"), "--output-file", str(into / SBOM)]
        subprocess.run([*command, *output, str(place / "bin" / "python")], check=True, capture_output=True)


if __name__ == "__main__":
    directory = Path(sys.argv[1]).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    build(directory)
    list_components(directory)
    for each in sorted(directory.iterdir()):
        sys.stdout.write(f"{each.name}\n")
