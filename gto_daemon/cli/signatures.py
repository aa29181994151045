"""`--signatures`: the option, and signatures as text that is read without colour."""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from gto_daemon.cli.backend import Backend
from gto_daemon.cli.printing import echo

#: Statuses that nobody must overlook.
_LOUD = ("bad", "revoked")


def with_signatures(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--signatures` and `--no-wait` to a command that gets them as `signatures` and `wait`."""

    @click.option("--signatures", is_flag=True, help="Show whether the tags are signed, and by whom")
    @click.option("--no-wait", is_flag=True, help="With --signatures: do not wait for those that are not verified yet")
    @functools.wraps(function)
    def with_options(*args: Any, signatures: bool, no_wait: bool, **kwargs: Any) -> Any:
        return function(*args, signatures=signatures, wait=not no_wait, **kwargs)

    return with_options


def verify_first(backend: Backend, name: str | None, *, signatures: bool, wait: bool) -> None:
    """Have the signatures verified of an artifact's tags, or of all, before they are asked for."""
    # Without a daemon the question itself waits for them.
    if signatures and wait and not backend.no_daemon:
        # The question reports the problems.
        backend.call("gto/verifySignatures", {"repo": backend.repo} | ({"name": name} if name else {}))


def signature_text(signature: Mapping[str, Any] | None) -> str:
    """Return a signature in a few words."""
    if signature is None or signature["status"] == "none":
        return "-"
    status, who, reason = signature["status"], signature["principal"], signature["reason"]
    said = status.upper() if status in _LOUD else status
    if status == "good":
        return f"{said}: {who or signature['key']}"
    # Sentences are said once, below the table.
    code = reason if reason and " " not in reason and reason not in (status, f"{status}-signature") else None
    details = [each for each in (code, who) if each]
    return f"{said}: {', '.join(details)}" if details else said


def explain(signatures: Iterable[Mapping[str, Any] | None]) -> None:
    """Say once, on stderr, each reason that is more than a code."""
    reasons = dict.fromkeys(each["reason"] for each in signatures if each and each["reason"] and " " in each["reason"])
    for reason in reasons:
        echo(f"Signatures: {reason}", err=True)
