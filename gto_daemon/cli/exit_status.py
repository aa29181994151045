"""The exit code of a result that is empty, or about something that is broken."""

import re
from collections.abc import Mapping
from typing import Any

import click

from gto_daemon.cli.printing import explain

NOTHING = 1
BROKEN = 1


def say_if_nothing(reason: str | None, *, exit_code: bool) -> None:
    """Print on stderr why the result is empty; without a reason, it is not.

    Args:
        reason: from the result.
        exit_code: whether `--exit-code` was given.

    Raises:
        click.exceptions.Exit: with code 1, for `--exit-code`.

    """
    if reason is None:
        return
    explain(reason)
    if exit_code:
        raise click.exceptions.Exit(NOTHING)


def exit_if_broken(
    result: Mapping[str, Any], *, artifact: str | None = None, tag: str | None = None, files: bool = False
) -> None:
    """Exit with 1 if an error is about this artifact (or shortcut), this tag or, with `files`, a file.

    Raises:
        click.exceptions.Exit: with code 1.

    """
    name = re.split("[@#]", artifact, maxsplit=1)[0] if artifact else None
    for problem in result.get("problems", ()):
        if problem.get("severity") != "error":
            continue
        of_file = "tag" not in problem and "artifact" not in problem
        if (name and problem.get("artifact") == name) or (tag and problem.get("tag") == tag) or (files and of_file):
            raise click.exceptions.Exit(BROKEN)
