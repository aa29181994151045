"""The exit code of an answer that is there but says that the very thing asked for is broken."""

import re
from collections.abc import Mapping
from typing import Any

import click

BROKEN = 1


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
