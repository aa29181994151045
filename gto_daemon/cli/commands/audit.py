"""`gtod audit`: whether each event of the registry was allowed."""

import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.exit_status import BROKEN
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, emoji, explain, one_line, print_json
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.shell_completion import complete_artifact, complete_ref

#: Members of the answer that `--json` prints.
_MEMBERS = ("events", "tampering", "counts", "rules")
_MARKS = {"violating": "❌", "unknown": "❔", "overridden": "⚠️", "error": "❌", "warning": "⚠️", "info": "💡"}
_COUNTED = ("allowed", "violating", "overridden", "unknown", "not_judged")
_SHOWN = ("violating", "unknown", "overridden")


@click.command(cls=GtodCommand)
@reads_repository
@argument("name", required=False, shell_complete=complete_artifact, meaning="Artifact to audit. If empty, audit all.")
@click.option(
    "--rules", shell_complete=complete_ref, help="Judge all by the rules at REV  [default: those of each event's date]"
)
@click.option("--accept", multiple=True, metavar="REF", help="Acknowledge the signs of tampering with REF")
@options.as_json
@click.option("--sarif", "as_sarif", is_flag=True, help="Print the violations in SARIF 2.1.0")
@click.option("--allow-unknown", is_flag=True, help="Exit with 0 although some events could not be judged")
@click.option(
    "--pre-receive",
    is_flag=True,
    help="Run as the hook pre-receive: judge the push that is described on standard input",
)
@click.option("--strict", is_flag=True, help="Exit with 1 if there is any sign of tampering")
def audit(
    backend: Backend,
    *,
    name: str | None,
    rules: str | None,
    accept: tuple[str, ...],
    as_json: bool,
    as_sarif: bool,
    allow_unknown: bool,
    pre_receive: bool,
    strict: bool,
) -> None:
    """Judge every event by the rules of promotion.

    Exits with 1 if an event violates a rule or cannot be judged.
    """
    options.only_one("Only one output format allowed", json=as_json, sarif=as_sarif)
    if pre_receive:
        _judge_push(backend)
        return
    result = backend.ask("gto/audit", name=name or None, rules=rules, sarif=as_sarif, accept=[*accept] or None)
    counts = result["counts"]
    if as_sarif:
        print_json(result["sarif"])
    elif as_json:
        print_json({member: result[member] for member in _MEMBERS})
    else:
        for line in _lines(result):
            echo(line)
    if "reason" in result:
        explain(result["reason"])
    # What judged nothing, as in a checkout without tags, vouches for nothing.
    is_unknown = counts["unknown"] > 0 or "reason" in result
    if counts["violating"] or (is_unknown and not allow_unknown) or (strict and counts["tampering"]):
        raise click.exceptions.Exit(BROKEN)


def _judge_push(backend: Backend) -> None:
    """Refuse a push that the rules refuse; what is printed, the client of the push shows.

    Raises:
        click.exceptions.Exit: with code 1.

    """
    updates = []
    # As bytes, because a client of ssh may choose the locale, and the names of refs are UTF-8.
    for line in sys.stdin.buffer:
        words = line.decode("utf-8", "replace").rstrip("\n").split(" ", 2)
        if len(words) != 3:
            raise Refused("Standard input is not what Git gives to the hook pre-receive: OLD NEW REF on each line")
        updates.append({"old": _oid(words[0]), "new": _oid(words[1]), "ref": words[2]})
    params = {
        "updates": updates,
        # There is no quarantine where nothing but deletions is pushed.
        "object_directory": os.environ.get("GIT_OBJECT_DIRECTORY") or None,
        "alternates": os.environ.get("GIT_ALTERNATE_OBJECT_DIRECTORIES") or None,
    }
    # Not `ask`: what is wrong with the registry is nobody's concern who pushes.
    process = backend.in_process()
    given = {name: value for name, value in params.items() if value is not None}
    refused = process.call("gto/auditPush", {"repo": process.repo, **given})["refused"]
    for each in refused:
        echo(f"{each['ref']}: {one_line(each['message'])}", err=True)
        echo(f"    {one_line(each['remedy'])}", err=True)
    if refused:
        raise click.exceptions.Exit(BROKEN)


def _oid(value: str) -> str | None:
    """Return an object id of the hook's input; None for the one of zeros, which stands for no object."""
    return value if value.strip("0") else None


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    for event in result["events"]:
        verdict = event["verdict"]
        if verdict not in _SHOWN:
            continue
        reason = f" ({one_line(event['override'])})" if verdict == "overridden" else ""
        yield f"{_mark(verdict)}{event['ref']}: {verdict}{reason}"
        for broken in event["rules"]:
            yield f"    {broken['rule']}: {one_line(broken['message'])} {one_line(broken['remedy'])}"
    for sign in result["tampering"]:
        yield f"{_mark(sign['severity'])}{one_line(sign['message'])} [{sign['kind']}]"
        if sign["remedy"]:
            yield f"    {one_line(sign['remedy'])}"
    counts = result["counts"]
    yield ", ".join(
        f"{number} {verdict.replace('_', ' ')}" for verdict, number in counts.items() if verdict != "tampering"
    )
    if counts["tampering"]:
        yield f"{counts['tampering']} sign{'s' * (counts['tampering'] > 1)} of tampering"
    rules = result["rules"]
    yield f"Rules: {rules['ref']} at {rules['commit'][:7]}" if rules else "Rules: none"


def _mark(name: str) -> str:
    return emoji(_MARKS[name]) or f"{name}: "
