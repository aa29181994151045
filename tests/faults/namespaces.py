"""Programs in namespaces of their own, where a limit or a file system can be had without touching the machine's."""

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.daemon import ROOT

#: A user namespace of our own, in which we are root over what is in it, and mounts that nobody else sees.
_UNSHARE = ("unshare", "--user", "--map-root-user", "--mount", "--")


@functools.cache
def _possible() -> str:
    """Why there are no such namespaces here; empty where there are."""
    try:
        run = subprocess.run([*_UNSHARE, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "there is no unshare (util-linux)"
    return run.stderr.strip()


def inside(program: str, *arguments: str, **environment: str) -> str:
    """Run `tests/faults/inside/PROGRAM.py` there: what it printed. It fails the test by failing."""
    reason = _possible()
    if reason:
        # Containers may forbid it. That this fault was not tried is in the summary of the run, by `-ra`.
        pytest.skip(f"NOT TRIED, there are no user namespaces here: {reason}")
    script = Path(__file__).parent / "inside" / f"{program}.py"
    run = subprocess.run(
        [*_UNSHARE, sys.executable, str(script), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    return run.stdout
