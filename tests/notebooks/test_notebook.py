"""The notebook in docs/ runs in Jupyter, and says what it stores; and what a notebook says without a daemon."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.builders import RepositoryBuilder
from tests.notebooks.conftest import Run
from tests.oracle.install import JUPYTER, interpreter_of

_DOCS = Path(__file__).parents[2] / "docs"
_NOTEBOOK = _DOCS / "notebook.ipynb"
_EXECUTE = _DOCS / "execute_notebook.py"


def execute(source: Path, target: Path, installed: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(interpreter_of(JUPYTER)), str(_EXECUTE), str(source), str(target)],
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_says_what_it_stores(installed: Path, runtime: Path, tmp_path: Path) -> None:
    done = execute(_NOTEBOOK, tmp_path / "again.ipynb", installed)
    assert done.returncode == 0, done.stderr
    again, stored = (json.loads(path.read_text("utf-8")) for path in (tmp_path / "again.ipynb", _NOTEBOOK))
    assert again["cells"] == stored["cells"], f"run the command in {_EXECUTE.name}"
    assert again["metadata"] == stored["metadata"]
    assert sum("text/html" in output.get("data", {}) for cell in stored["cells"] for output in outputs(cell)) == 4


def test_it_stores_no_paths_of_a_machine() -> None:
    stored = json.loads(_NOTEBOOK.read_text("utf-8"))
    told = json.dumps([outputs(cell) for cell in stored["cells"]])
    assert [place for place in ("/tmp", "/home", "/root", str(_DOCS.parent), os.environ["HOME"]) if place in told] == []


def test_without_a_daemon_the_cell_says_why(registry: RepositoryBuilder, installed: Path, tmp_path: Path) -> None:
    """No daemon can be started where its directory cannot be made."""
    (tmp_path / "file").touch()
    notebook = tmp_path / "notebook.ipynb"
    lines = [
        "import os",
        f"os.environ['GTOD_RUNTIME_DIR'] = {str(tmp_path / 'file/run')!r}",
        "from gto_daemon.client import show",
        f"show({str(registry.path)!r})",
    ]
    cell = {"id": "a", "cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    notebook.write_text(
        json.dumps(
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{**cell, "source": "\n".join(lines)}]}
        )
    )
    failed = execute(notebook, notebook, installed)
    assert failed.returncode == 1
    last = re.sub(r"\x1b\[[\d;]*m", "", failed.stderr).strip().splitlines()[-1]
    assert last.startswith("DaemonUnavailable: ")
    assert str(tmp_path / "file/run") in last
    notebook.write_text(notebook.read_text().replace("import os", "%env GTOD_NO_DAEMON=1\\nimport os"))
    answered = execute(notebook, notebook, installed)
    assert answered.returncode == 0, answered.stderr
    assert "<td" in notebook.read_text()


def test_without_what_the_daemon_needs_the_error_says_what_is_missing(
    registry: RepositoryBuilder, run: Run, tmp_path: Path
) -> None:
    """As in a kernel whose Python has the client only."""
    (tmp_path / "pygit2").mkdir()
    (tmp_path / "pygit2/__init__.py").touch()
    told = run(
        "import os, sys\n"
        "os.environ['PYTHONPATH'] = os.pathsep.join((sys.argv[2], os.environ['PYTHONPATH']))\n"
        "from gto_daemon.client import DaemonUnavailable, show\n"
        "try: show(sys.argv[1])\n"
        "except DaemonUnavailable as error: print(error.reason)\n",
        str(registry.path),
        str(tmp_path),
    )
    assert re.match(r"the daemon did not start: ImportError: No module named 'pygit2.*'; see /.*/gtod\.log$", told)


def outputs(cell: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cell.get("outputs", [])
    return found
