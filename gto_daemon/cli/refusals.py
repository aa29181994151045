"""Refusals: how a command ends without an answer."""

import os
import sys
from collections.abc import Mapping
from typing import IO, Any

import click

from gto_daemon.cli.printing import emoji
from gto_daemon.visible import visible

INVALID_PARAMS = -32602


class Refused(click.ClickException):
    """A named refusal: `❌ message` on stderr, then the remedy; exit code 1."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.kind = kind

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it as GTO does, followed by the hint on a line of its own."""
        styled = _styled()
        mark = emoji("❌", sys.stderr).removesuffix(" ")  # GTO: one blank after this one
        message = visible(self.message.rstrip("\n"))
        click.echo(mark + (click.style(message, fg="red") if styled else message), file=file, err=True)
        if self.hint:
            click.echo(visible(self.hint), file=file, err=True)


def refusal(code: int, message: str, data: Any) -> click.ClickException:
    """Return the exception for a JSON-RPC error: params it does not take are usage (2), all else is refused (1)."""
    fields = data if isinstance(data, dict) else {}
    if code == INVALID_PARAMS:
        return click.UsageError("; ".join(_invalid(each) for each in fields.get("errors", ())) or message)
    if "incident" in fields:
        return Refused(message, "This is a bug; `gtod logs` shows the traceback to report.")
    hint, allow = fields.get("hint", ""), fields.get("allow") or {}
    if hint and "force" in allow and "deletes" not in fields:
        # The hint is a command that is complete.
        return Refused(message, hint)
    if "action" not in fields and fields.get("reason") == "version and stage" and "tag" in fields:
        # GTO 1.10.1's words where a version is in the stage already.
        return Refused(f"{message}. Use the '--force' flag to create a new Git tag nevertheless.")
    if "deletes" in fields:
        said = [hint, f"With --force every one of its tags is deleted ({fields['deletes']})."]
    else:
        said = [hint, *(_nevertheless(name, value) for name, value in allow.items())]
    return Refused(message, " ".join(filter(None, said)), fields.get("kind", ""))


def _nevertheless(param: str, value: Any) -> str:
    """Return the option that stands for a param with which a refused request is done."""
    option = f"--{param.replace('_', '-')}"
    if param == "override":
        return f"With {option} {value} it is done nevertheless."
    if param == "simple":
        return f"{option} {str(value).lower()} makes it one with a number."
    return f"{'With' if value else 'Without'} {option} it is done nevertheless."


def _invalid(entry: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in entry["loc"]).replace("_", "-")
    return f"{where}: {entry['msg']}"


def _styled() -> bool:
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")
