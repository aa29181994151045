"""The tests against the wheel, with the sources out of sight.

python -m tests.package.installed PYTHON [arguments of pytest …]
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.package.build import build
from tests.package.environments import environment, pip, without_sources

#: What users touch. Others read the sources as text.
_TESTS = ["tests/registry", "tests/cli", "tests/client", "tests/rpc"]


def main(python: str, arguments: list[str]) -> int:
    """Build, install, test. Answers the exit code of pytest."""
    with tempfile.TemporaryDirectory(prefix="gtod-installed-") as name:
        place = Path(name)
        build(place / "dist")
        interpreter = environment(place / "environment", python=python)
        (wheel,) = (place / "dist").glob("*.whl")
        pip(place / "environment", "--no-deps", str(wheel))
        tests = without_sources(place / "project")
        variables = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        variables.setdefault("GTOD_ORACLES", str(Path.cwd() / ".oracles"))
        command = [str(interpreter), "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", *(arguments or _TESTS)]
        return subprocess.run(command, cwd=tests, env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
