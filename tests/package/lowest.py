"""Tests with the oldest versions that the wheel allows: `python -m tests.package.lowest DIRECTORY TESTS …`."""

import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from tests.package.environments import ROOT, environment, pip

#: The wording of a JSON schema is that of the version of pydantic that the documents are made with.
_DESELECTED = (
    "--deselect=tests/rpc/test_openrpc.py::test_what_is_written_is_what_is_generated",
    "--deselect=tests/rpc/test_openrpc.py::test_discover_answers_the_document",
    "--deselect=tests/rpc/test_openrpc.py::test_the_page_carries_the_digest_of_the_models",
)


def lowest() -> list[str]:
    """`name==version` of each lower bound."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    requirements = map(Requirement, project["dependencies"])
    return [
        f"{each.name}=={bound.version}" for each in requirements for bound in each.specifier if bound.operator == ">="
    ]


def main(place: Path, tests: list[str]) -> int:
    """Install and test. Answers the exit code of pytest."""
    interpreter = environment(place)
    pip(place, *lowest())
    pip(place, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    command = [str(interpreter), "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", *_DESELECTED, *tests]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
