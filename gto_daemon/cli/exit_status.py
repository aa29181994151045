"""The exit code of an answer that is there, but says that the very thing asked for is broken, or that nothing is."""

import re
from collections.abc import Mapping
from typing import Any

import click

from gto_daemon.cli.printing import explain

NOTHING = 1
BROKEN = 1


def say_if_nothing(reason: str | None, *, exit_code: bool) -> None:
    """Say on the error output why nothing was printed; no reason means that something was.

    Args:
        reason: as the answer has it.
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
    """End with 1 when a problem of severity error is about this artifact (or shortcut), this tag, or (`files`) a file.

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
