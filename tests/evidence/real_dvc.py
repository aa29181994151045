"""What the real DVC shows of projects: one process for any number of them."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.oracle.install import DVC, interpreter_of, is_installed

_WORKER = Path(__file__).parents[1] / "oracle/dvc_evidence.py"
Project = Mapping[str, str]


def shown_by_dvc(projects: Sequence[Project]) -> list[dict[str, Any]]:
    """Return what DVC shows of each.

    Raises:
        RuntimeError: it is not installed, which is a failure and not a reason to skip.

    """
    return _asked(projects)


def revisions_by_dvc(repositories: Mapping[Path, Sequence[tuple[str, str]]]) -> list[dict[str, Any]]:
    """Return what DVC shows of the tags of each repository, and what differs between pairs of them.

    Raises:
        RuntimeError: it is not installed, which is a failure and not a reason to skip.

    """
    asked = [{"repository": str(path), "pairs": pairs} for path, pairs in repositories.items()]
    return _asked(asked, "--revisions")


def _asked(questions: Sequence[Mapping[str, Any]], *options: str) -> list[dict[str, Any]]:
    if not is_installed(DVC):
        raise RuntimeError(f"{DVC} is not installed; run `python tests/oracle/install.py {DVC}`")
    done = subprocess.run(
        [str(interpreter_of(DVC)), str(_WORKER), *options],
        input=json.dumps(list(questions)),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
