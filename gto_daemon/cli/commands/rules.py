"""`gtod rules`: check a rules file, show the rules in force, and export what a forge can enforce of them."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.exit_status import BROKEN
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import duration, echo, emoji, explain, one_line, placed, print_json
from gto_daemon.cli.shell_completion import complete_artifact, complete_ref

_FILE = ".gtod.yaml"
_FORGES = ("github", "gitlab", "gitea")
_MEMBERS = ("rules", "register", "stages", "deletion", "overrides")
_MARKS = {"error": "❌", "warning": "⚠️", "info": "💡"}


@click.command(cls=GtodCommand)
@reads_repository
@argument("action", type=click.Choice(["show", "check", "export"]), meaning="What to do")
@argument("name", required=False, shell_complete=complete_artifact, meaning="Show the rules for this artifact")
@click.option("--rules", shell_complete=complete_ref, help="Read them from REV  [default: the default branch]")
@click.option("--github", is_flag=True, help="Export them for GitHub, as repository rulesets")
@click.option("--gitlab", is_flag=True, help="Export them for GitLab, as protected tags")
@click.option("--gitea", is_flag=True, help="Export them for Gitea, as tag protections")
@click.option(
    "--actor",
    "actors",
    multiple=True,
    metavar="ROLE=KIND:ID",
    help="Who a role or a person is on the forge, such as leads=team:42; may be repeated",
)
@options.as_json
def rules(
    backend: Backend,
    *,
    action: str,
    name: str | None,
    rules: str | None,
    actors: tuple[str, ...],
    as_json: bool,
    **chosen: bool,
) -> None:
    """Show the rules of promotion, check their file, or export them for a forge.

    show prints the rules in force. check reads the file .gtod.yaml in the working tree, before it is committed, or
    with --rules that of a commit, and exits with 1 if it is wrong. export prints what GitHub, GitLab or Gitea can
    enforce by itself, as requests to its API, and on stderr what it cannot.
    """
    forges = [forge for forge in _FORGES if chosen[forge]]
    if action == "export":
        _export(backend, rules, forges, actors, as_json=as_json)
        return
    if forges or actors:
        raise click.UsageError("Only export takes a forge and actors.")
    if action == "check":
        _check(backend, rules, as_json=as_json)
        return
    result = backend.ask("gto/rules", name=name or None, rules=rules)
    if as_json:
        print_json({member: result[member] for member in _MEMBERS})
        return
    if result["rules"] is None:
        explain(result["reason"])
        return
    for line in _lines(result):
        echo(line)


def _check(backend: Backend, rev: str | None, *, as_json: bool) -> None:
    result = backend.ask("gto/rules", worktree=rev is None, rules=rev)
    found = result["findings"]
    if as_json:
        print_json({"findings": found})
    elif result["text"] is None:
        explain(result["reason"] or f"There is no {_FILE}.")
    else:
        for problem in found:
            severity = problem["severity"]
            echo(f"{emoji(_MARKS[severity]) or f'{severity}: '}{placed(problem)} {one_line(problem['hint'])}")
        if not found:
            echo(f"{emoji('✅')}The rules are valid")
    if result["text"] is None or any(each["severity"] == "error" for each in found):
        raise click.exceptions.Exit(BROKEN)


def _export(backend: Backend, rev: str | None, forges: list[str], actors: tuple[str, ...], *, as_json: bool) -> None:
    if len(forges) != 1:
        raise click.UsageError("Say for which forge, one at a time: --github, --gitlab or --gitea.")
    result = backend.ask("gto/exportRules", rules=rev, forge=forges[0], actors=[*actors])
    if as_json:
        print_json({member: result[member] for member in ("rules", "requests", "not_expressible", "unnamed")})
        return
    if result["rules"] is None:
        explain(result["reason"])
        return
    print_json(result["requests"])
    for sentence in result["not_expressible"]:
        explain(sentence)
    for each in result["unnamed"]:
        explain(f"'{each}' is in no list yet: name their account with --actor {each}=KIND:ID, or fill it in.")


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    source = result["rules"]
    yield f"Rules: {source['ref']} at {source['commit'][:7]}"
    if result["register"]:
        yield f"register: {_rule(result['register'])}"
    for stage, rule in result["stages"].items():
        yield f"{stage}: {_rule(rule)}"
    yield f"delete: {result['deletion']}"
    yield f"override: {_people(result['overrides'] or [])}"
    for finding in result["findings"]:
        yield f"{emoji(_MARKS[finding['severity']]) or 'warning: '}{placed(finding)} {one_line(finding['hint'])}"


def _rule(rule: Mapping[str, Any]) -> str:
    parts = []
    if "from_stages" in rule:
        parts.append(f"from {' or '.join(rule['from_stages'])}")
    if "soak_s" in rule:
        parts.append(f"after {duration(rule['soak_s'])} there")
    if "branches" in rule:
        parts.append(f"on {' or '.join(rule['branches']) or 'no branch'}")
    if "signed" in rule:
        parts.append("signed" if rule["signed"] else "signed or not")
    if "who" in rule:
        parts.append(f"by {_people(rule['who'])}")
    return ", ".join(parts)


def _people(people: list[str]) -> str:
    return ", ".join(people) or "nobody"
