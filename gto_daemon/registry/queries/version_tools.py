"""Tools that take a version from the nearest tag: GTO's tags break them, or look like releases to them."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from gto_daemon.protocol import Severity
from gto_daemon.registry.problems import Problem

#: Files at the top that configure such a tool.
CONFIGURING: Final = ("pyproject.toml", "setup.cfg", "setup.py", "release-please-config.json")

_DESCRIBE = '["git", "describe", "--dirty", "--tags", "--long", "--match", "v[0-9]*"]'
_SCM = re.compile(rb"setuptools[-_]scm|use_scm_version|hatch-vcs|vcs-versioning")
#: The tool is configured with a pattern for its own tags.
_TOLD = re.compile(rb"describe_command")


def version_tools(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield a finding for each such tool.

    Args:
        files: the existing files of `CONFIGURING`, if the repository has GTO's tags.

    """
    for path, data in files.items():
        if path == "release-please-config.json":
            yield _finding(
                path,
                "info",
                "release-please takes a tag like churn@v1.0.0 for a release of a component 'churn'.",
                "Give its packages names (`component`) that no artifact has, or the registry a repository of its own.",
            )
        elif _SCM.search(data) and not _TOLD.search(data):
            yield _finding(
                path,
                "warning",
                "setuptools-scm and hatch-vcs take the version from the nearest tag, and fail where that is GTO's.",
                f"Have it look at its own tags: git_describe_command = {_DESCRIBE} under [tool.setuptools_scm], or "
                "[tool.hatch.version.raw-options].",
            )


def _finding(path: str, severity: Severity, message: str, hint: str) -> Problem:
    return Problem(code="version-from-tags", severity=severity, message=message, hint=hint, path=path)
