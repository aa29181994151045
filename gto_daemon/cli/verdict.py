"""The exit code of an answer that is there but says that the very thing asked for is broken."""

import re
from collections.abc import Mapping
from typing import Any

import click

BROKEN = 1


def exit_if_broken(result: Mapping[str, Any], *, artifact: str | None = None, tag: str | None = None) -> None:
    """End with 1 when a problem of severity error is about this artifact (or shortcut) or this tag.

    Raises:
        click.exceptions.Exit: with code 1.

    """
    name = re.split("[@#]", artifact, maxsplit=1)[0] if artifact else None
    for problem in result.get("problems", ()):
        about = (name and problem.get("artifact") == name) or (tag and problem.get("tag") == tag)
        if problem.get("severity") == "error" and about:
            raise click.exceptions.Exit(BROKEN)
