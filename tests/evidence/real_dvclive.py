"""Repositories that the real DVCLive trained in."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.oracle.install import DVCLIVE, interpreter_of, is_installed

_WORKER: Final = Path(__file__).parents[1] / "oracle/dvclive_runs.py"


def trained(repositories: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Make repositories as the worker takes them, and return the tags of each, oldest first.

    Raises:
        RuntimeError: it is not installed, which is a failure and not a reason to skip.

    """
    if not is_installed(DVCLIVE):
        raise RuntimeError(f"{DVCLIVE} is not installed; run `python tests/oracle/install.py {DVCLIVE}`")
    done = subprocess.run(
        [str(interpreter_of(DVCLIVE)), str(_WORKER)],
        input=json.dumps(list(repositories)),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={**os.environ, "DVCLIVE_LOGLEVEL": "ERROR", "DVC_NO_ANALYTICS": "1"},
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [[f"m@v1.{number + 1}.0" for number in range(len(each["versions"]))] for each in repositories]
