# ruff: noqa: T201
"""Install the real GTO, DVC and DVCLive, each release in a virtual environment of its own, never in ours.

    python tests/oracle/install.py [RELEASE ...]   (a release of GTO, dvc-RELEASE or dvclive-RELEASE)

Standard library only; uses `venv` and `pip` of the Python that runs it. A release that is complete is left alone.
`GTOD_ORACLES` names another directory than `.oracles` in the checkout.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

#: What the differential tests compare with: release → what pip is asked for. The older release needs older friends.
RELEASES: dict[str, tuple[str, ...]] = {
    "1.10.1": ("gto==1.10.1",),
    "0.2.8": ("gto==0.2.8", "pydantic<2", "typer<0.10", "click<8.2", "gitpython"),
}
#: The DVC whose variables ours are.
DVC = "dvc-3.67.1"
#: The DVCLive that writes what we read; Pillow is for its pictures.
DVCLIVE = "dvclive-3.49.0"
_ASKED = {
    **RELEASES,
    DVC: ("dvc==3.67.1",),
    DVCLIVE: ("dvclive==3.49.0", "dvc==3.67.1", "pillow"),
}
#: What is imported to see that an environment works.
_MODULES = {DVC: "dvc.repo", DVCLIVE: "dvclive"}
_MARK = "complete"


def oracles_directory() -> Path:
    """Where the environments are: `$GTOD_ORACLES`, else `.oracles` next to `tests`."""
    override = os.environ.get("GTOD_ORACLES")
    return Path(override) if override else Path(__file__).resolve().parents[2] / ".oracles"


def environment_of(release: str) -> Path:
    """The virtual environment of that release of GTO, or of `DVC` or `DVCLIVE`, installed or not."""
    return oracles_directory() / (release if release in _MODULES else f"gto-{release}")


def interpreter_of(release: str) -> Path:
    """The Python interpreter that can import that release, installed or not."""
    return environment_of(release) / "bin" / "python"


def is_installed(release: str) -> bool:
    """Whether an earlier run installed exactly what that release asks for."""
    mark = environment_of(release) / _MARK
    return mark.is_file() and mark.read_text() == _recipe(release)


def install(release: str) -> None:
    """Make the environment of one release anew, unless it is complete.

    Raises:
        subprocess.CalledProcessError: `venv` or `pip` failed; what they said is on the terminal.

    """
    directory = environment_of(release)
    if is_installed(release):
        print(f"{directory.name}: {directory} is complete")
        return
    print(f"{directory.name}: installing {' '.join(_ASKED[release])} into {directory}", flush=True)
    if directory.exists():
        shutil.rmtree(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
    pip = [str(interpreter_of(release)), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, *_ASKED[release]], check=True)
    subprocess.run(
        [str(interpreter_of(release)), "-c", f"import {_MODULES.get(release, 'gto.cli')}"],
        check=True,
        cwd=directory,
    )
    (directory / _MARK).write_text(_recipe(release))


def _recipe(release: str) -> str:
    return "\n".join(_ASKED[release]) + "\n"


if __name__ == "__main__":
    for wanted in sys.argv[1:] or _ASKED:
        if wanted not in _ASKED:
            sys.exit(f"no release {wanted!r}; known: {', '.join(_ASKED)}")
        install(wanted)
