# ruff: noqa: T201
"""Install the real GTO, DVC, DVCLive, Jupyter and clients of MCP, each in an environment of its own, never in ours.

    python tests/oracle/install.py [RELEASE ...]   (of GTO, or dvc-…, dvclive-…, jupyter-…, fastmcp-…, inspector-…)

Standard library only; uses `venv` and `pip` of the Python that runs it, and npm for the Inspector. A release that is
complete is left alone. `GTOD_ORACLES` names another directory than `.oracles` in the checkout.
"""

import os
import shutil
import subprocess
import sys
import tomllib
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
#: Where notebooks run and jupyter-lsp finds language servers, with pandas, and with what gtod itself needs.
JUPYTER = "jupyter-2.21.1"
#: Clients of `gtod mcp` beside the SDK's own.
FASTMCP = "fastmcp-4.2.3"
INSPECTOR = "inspector-2.12.0"
_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
_ASKED = {
    **RELEASES,
    DVC: ("dvc==3.67.1",),
    DVCLIVE: ("dvclive==3.49.0", "dvc==3.67.1", "pillow"),
    JUPYTER: (
        "jupyter_server==2.21.1",
        "jupyter-lsp==2.3.1",
        "nbclient==0.11.0",
        "ipykernel==7.4.0",
        "pandas==3.1.1",
        *tomllib.loads(_PROJECT.read_text("utf-8"))["project"]["dependencies"],
    ),
    FASTMCP: ("fastmcp==4.2.3",),
    INSPECTOR: ("@modelcontextprotocol/inspector@2.12.0",),
}
#: What is imported to see that an environment works.
_MODULES = {
    DVC: "dvc.repo",
    DVCLIVE: "dvclive",
    JUPYTER: "jupyter_lsp, ipykernel, nbclient, pandas, pygit2",
    FASTMCP: "fastmcp",
}
_MARK = "complete"


def oracles_directory() -> Path:
    """Where the environments are: `$GTOD_ORACLES`, else `.oracles` next to `tests`."""
    override = os.environ.get("GTOD_ORACLES")
    return Path(override) if override else Path(__file__).resolve().parents[2] / ".oracles"


def environment_of(release: str) -> Path:
    """The environment of that release of GTO, or of one of the others, installed or not."""
    return oracles_directory() / (f"gto-{release}" if release in RELEASES else release)


def interpreter_of(release: str) -> Path:
    """The Python interpreter that can import that release, installed or not."""
    return environment_of(release) / "bin" / "python"


def node_directory() -> Path:
    """The folder of node and npm, of which a new enough one is installed where there is none.

    Raises:
        subprocess.CalledProcessError: it cannot be installed.

    """
    root = Path(__file__).resolve().parents[2]
    script = [str(root / "clients" / "vscode" / "scripts" / "node.sh"), str(root / ".node")]
    environment = {**os.environ, "PYTHON": sys.executable}
    found = subprocess.run(script, check=True, stdout=subprocess.PIPE, encoding="utf-8", env=environment)
    return Path(found.stdout.strip())


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
    if release == INSPECTOR:
        _install_by_npm(directory, *_ASKED[release])
    else:
        _install_by_pip(directory, release)
    (directory / _MARK).write_text(_recipe(release))


def _install_by_npm(directory: Path, *packages: str) -> None:
    directory.mkdir()
    path = f"{node_directory()}{os.pathsep}{os.environ['PATH']}"
    quiet = ("--no-audit", "--no-fund", "--loglevel", "error")
    command = ["npm", "install", "--prefix", str(directory), *quiet, *packages]
    subprocess.run(command, check=True, env={**os.environ, "PATH": path}, cwd=directory)


def _install_by_pip(directory: Path, release: str) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
    pip = [str(interpreter_of(release)), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, *_ASKED[release]], check=True)
    subprocess.run(
        [str(interpreter_of(release)), "-c", f"import {_MODULES.get(release, 'gto.cli')}"],
        check=True,
        cwd=directory,
    )


def _recipe(release: str) -> str:
    return "\n".join(_ASKED[release]) + "\n"


if __name__ == "__main__":
    for wanted in sys.argv[1:] or _ASKED:
        if wanted not in _ASKED:
            sys.exit(f"no release {wanted!r}; known: {', '.join(_ASKED)}")
        install(wanted)
