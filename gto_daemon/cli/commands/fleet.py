"""`gtod fleet`: many repositories as one, and the file that names them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, needs_no_repository
from gto_daemon.cli.exit_status import BROKEN
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import duration, echo, emoji, explain, one_line, placed, print_json, report_problems
from gto_daemon.cli.refusals import Refused, refusal
from gto_daemon.cli.rows import history_table, marked, short
from gto_daemon.cli.shell_completion import complete_file
from gto_daemon.cli.tables import Table, print_table
from gto_daemon.client.paths import remote_url

T = TypeVar("T")

_ACTIONS = ("show", "history", "doctor", "audit", "fetch", "list", "add", "remove", "check")
_MARKS = {"error": "❌", "warning": "⚠️", "info": "💡"}
_SHOWN = ("violating", "unknown", "overridden")


@click.command(cls=GtodCommand)
@needs_no_repository
@argument("action", type=click.Choice(_ACTIONS), meaning="What to do")
@argument(
    "target",
    required=False,
    shell_complete=complete_file,
    meaning="With add: a path, a glob in quotes, or a URL. With remove: the same, or a name. With fetch: a name",
)
@click.option("--name", metavar="NAME", help="The name of the repository to add  [default: that of its folder]")
@click.option("--stage", metavar="STAGE", help="Only what is in this stage")
@click.option("--artifact", metavar="GLOB", help="Only these artifacts: ARTIFACT or REPOSITORY/ARTIFACT")
@click.option("--limit", "-n", type=click.IntRange(min=1), help="Show only so many events")
@click.option(
    "--fleet", "file", metavar="FILE", shell_complete=complete_file, help="Another file than your own fleet.yaml"
)
@options.as_json
@options.as_plain
def fleet(
    backend: Backend,
    *,
    action: str,
    target: str | None,
    name: str | None,
    stage: str | None,
    artifact: str | None,
    limit: int | None,
    file: str | None,
    as_json: bool,
    as_plain: bool,
) -> None:
    """Ask about many repositories at once: those that your fleet.yaml names.

    show, history, doctor and audit are about all of them. fetch looks at the remotes now. list, add, remove and check
    are about the file. One repository that cannot be read is a problem, and the others are shown.
    """
    options.only_one("Only one output format allowed", json=as_json, plain=as_plain)
    _check_options(action, target, name=name, stage=stage, artifact=artifact, limit=limit)
    path = None if file is None else os.path.abspath(file)  # noqa: PTH100  (a link stays what was named)
    if action == "add":
        _add(path, target or "", name)
    elif action == "remove":
        _remove(path, target or "")
    elif action in ("list", "check"):
        _list(path, as_json=as_json, as_plain=as_plain, check=action == "check")
    else:
        asked = {"fleet": path, "stage": stage, "artifact": artifact, "limit": limit, "name": target}
        given = {key: value for key, value in asked.items() if value is not None}
        result = backend.call(f"gto/fleet/{action}", given)
        # A look says itself what is wrong with its remote.
        others = action != "fetch"
        if others:
            report_problems(result["problems"])
        _SHOW[action](result, as_json, as_plain)
        if others and any(each["severity"] == "error" for each in result["problems"]):
            raise click.exceptions.Exit(BROKEN)


def _check_options(action: str, target: str | None, **given: object) -> None:
    takes = {"add": ("name",), "show": ("stage", "artifact"), "history": ("stage", "artifact", "limit")}
    wrong = [option for option, value in given.items() if value is not None and option not in takes.get(action, ())]
    if wrong:
        raise click.UsageError(f"{action} does not take --{wrong[0]}.")
    if action != "fetch" and (target is None) == (action in ("add", "remove")):
        raise click.UsageError(f"{action} takes {'no' if target is not None else 'a'} path or URL.")


# --- all repositories --------------------------------------------------------------------------------------------


def _show(result: Mapping[str, Any], as_json: bool, as_plain: bool) -> None:
    if as_json:
        print_json({key: result[key] for key in ("artifacts", "repositories", "clock", "problems")})
        return
    rows = result["artifacts"].values()
    stages = list(dict.fromkeys(stage for row in rows for stage, version in row["stage"].items() if version))
    table = Table(
        ("repository", "name", "latest", *(f"#{stage}" for stage in stages)),
        [
            [row["repository"], marked(row["artifact"], registered=row["registered"]), short(row["version"])]
            + [short(row["stage"].get(stage)) for stage in stages]
            for row in rows
        ],
    )
    print_table(table, plain=as_plain)
    for each in result["repositories"]:
        if each["seen"]:
            late = f" {one_line(each['message'])}" if each["message"] else ""
            explain(f"'{each['name']}' was {_seen(each['seen'])}.{late}")


def _history(result: Mapping[str, Any], as_json: bool, as_plain: bool) -> None:
    events = result["events"]
    if as_json:
        print_json({"events": events, "clock": result["clock"], "problems": result["problems"]})
        return
    table = history_table(events)
    rows = [[event["repository"], *row] for event, row in zip(events, table.rows, strict=True)]
    print_table(Table(("repository", *table.columns), rows), plain=as_plain)


def _doctor(result: Mapping[str, Any], as_json: bool, _as_plain: bool) -> None:
    findings = result["findings"]
    if as_json:
        print_json({key: result[key] for key in ("findings", "repositories", "clock", "problems")})
    else:
        for finding in findings:
            hint = f"\n    {one_line(finding['hint'])}" if finding.get("hint") else ""
            echo(f"{_mark(finding['severity'])}{finding['repository']}: {placed(finding)} [{finding['code']}]{hint}")
        if not findings:
            echo(f"{emoji('✅')}No issues found in {_counted(result['repositories'])}")
    if any(finding["severity"] == "error" for finding in findings):
        raise click.exceptions.Exit(BROKEN)


def _fetch(result: Mapping[str, Any], as_json: bool, as_plain: bool) -> None:
    looks = result["repositories"]
    if as_json:
        print_json({key: result[key] for key in ("repositories", "clock", "problems")})
    elif looks:
        print_table(Table(("repository", "seen", "tags"), [_looked(each) for each in looks]), plain=as_plain)
        for each in looks:
            if each["message"]:
                explain(f"'{each['name']}': {one_line(each['message'])}")
    else:
        explain("The fleet names no repository by a URL.")
    if any(each["message"] for each in looks):
        raise click.exceptions.Exit(BROKEN)


def _looked(look: Mapping[str, Any]) -> list[str]:
    """Return the row of a look at a remote."""
    changes = [f"{len(look[what])} {what}" for what in ("new", "moved", "deleted") if look[what]]
    said = "first seen" if look["first"] else ", ".join(changes) or "as before"
    return [look["name"], _seen(look["seen"]), "not seen" if look["message"] else said]


def _seen(age: float | None) -> str:
    return "never seen" if age is None else f"seen {duration(age)} ago"


def _audit(result: Mapping[str, Any], as_json: bool, _as_plain: bool) -> None:
    audits = result["audits"]
    if as_json:
        print_json({"audits": audits, "clock": result["clock"], "problems": result["problems"]})
    else:
        for line in _audit_lines(audits):
            echo(line)
    if any(each["counts"]["violating"] or each["counts"]["unknown"] for each in audits):
        raise click.exceptions.Exit(BROKEN)


def _audit_lines(audits: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for audit in audits:
        name = audit["repository"]
        for event in audit["events"]:
            if event["verdict"] in _SHOWN:
                yield f"{_mark('error' if event['verdict'] == 'violating' else 'warning')}{name}: {event['ref']}: " + (
                    f"{event['verdict']}" + "".join(f". {one_line(each['message'])}" for each in event["rules"])
                )
        for sign in audit["tampering"]:
            yield f"{_mark(sign['severity'])}{name}: {one_line(sign['message'])} [{sign['kind']}]"
        counts = [f"{number} {verdict}" for verdict, number in audit["counts"].items() if number]
        yield f"{name}: {', '.join(counts).replace('_', ' ') or 'no events'}"


_SHOW: Mapping[str, Callable[[Mapping[str, Any], bool, bool], None]] = {
    "show": _show,
    "history": _history,
    "doctor": _doctor,
    "audit": _audit,
    "fetch": _fetch,
}


def _mark(severity: str) -> str:
    return emoji(_MARKS[severity]) or f"{severity}: "


def _counted(repositories: list[Any]) -> str:
    return "1 repository" if len(repositories) == 1 else f"{len(repositories)} repositories"


# --- the file ----------------------------------------------------------------------------------------------------


def _add(file: str | None, target: str, name: str | None) -> None:
    from gto_daemon.app import fleet_file

    url = remote_url(target)
    fields = {"name": name} if name is not None else {}
    fields |= {"url": url} if url is not None else {"path": _absolute(target)}
    path = _told(lambda: fleet_file.add(file, fields))
    echo(f"Added '{target}' to {path}")


def _remove(file: str | None, target: str) -> None:
    from gto_daemon.app import fleet_file

    wanted = {target, _absolute(target)}
    path = _told(lambda: fleet_file.remove(file, lambda entry: bool(wanted & {entry.name, entry.path, entry.url})))
    if path is None:
        # One that has the name of its folder.
        known = [each for each in _told(lambda: fleet_file.read(file)).repositories if each.name == target]
        place = {each.path or each.url for each in known}
        path = _told(lambda: fleet_file.remove(file, lambda entry: bool(place & {entry.path, entry.url})))
        if path is None:
            raise Refused(
                f"No entry is '{target}'" + (", which a glob finds" if known else ""),
                "See `gtod fleet list`, and give the path, URL or name as the file has it.",
            )
    echo(f"Removed '{target}' from {path}")


def _list(file: str | None, *, as_json: bool, as_plain: bool, check: bool) -> None:
    from gto_daemon.app import fleet_file

    content = _told(lambda: fleet_file.read(file))
    rows = [each._asdict() for each in content.repositories]
    if as_json:
        print_json({"file": content.path, "repositories": rows, "problems": content.problems})
    elif check:
        for problem in content.problems:
            echo(f"{_mark(problem['severity'])}{placed(problem)} {one_line(problem['hint'])}")
        if not content.problems:
            echo(f"{emoji('✅')}{content.path} names {_counted(rows)}")
    else:
        report_problems(content.problems)
        columns = {"name": [each.name for each in content.repositories]}
        columns["path or url"] = [each.path or each.url or "" for each in content.repositories]
        if any(each.url for each in content.repositories):
            columns["seen"] = ["" if each.path else _seen(each.seen) for each in content.repositories]
        table = Table(tuple(columns), [list(row) for row in zip(*columns.values(), strict=True)])
        if rows:
            print_table(table, plain=as_plain)
        else:
            explain(f"{content.path} names no repositories. Add some: `gtod fleet add PATH`")
    if any(each["severity"] == "error" for each in content.problems):
        raise click.exceptions.Exit(BROKEN)


def _absolute(target: str) -> str:
    """Return a path as the file has it: `~` stays, and a relative one is from the working directory."""
    return target if target.startswith("~") else os.path.abspath(target)  # noqa: PTH100  (a link stays)


def _told(job: Callable[[], T]) -> T:
    """Return what a job on the file returns.

    Raises:
        click.ClickException: it is refused.

    """
    from gto_daemon.client import CallError

    try:
        return job()
    except CallError as error:
        raise refusal(error.code, error.message, error.data) from error
