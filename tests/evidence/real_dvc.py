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
    if not is_installed(DVC):
        raise RuntimeError(f"{DVC} is not installed; run `python tests/oracle/install.py {DVC}`")
    done = subprocess.run(
        [str(interpreter_of(DVC)), str(_WORKER)],
        input=json.dumps(list(projects)),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
