"""The commands that write: their options, one request, and what was done in GTO's words."""

import functools
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from gto_daemon.cli.backend import Backend
from gto_daemon.cli.chosen_version import chosen_text
from gto_daemon.cli.json_text import parse_json
from gto_daemon.cli.printing import (
    UnwrittenError,
    echo,
    print_json,
    push_commands,
    report_problems,
    say_remote_messages,
    warn,
)
from gto_daemon.cli.refusals import Refused
from gto_daemon.protocol import JsonObject

#: What stands in place of a version that a metric chooses begins with.
CHOOSING = ("max:", "min:")
_SIMPLE = ("auto", "true", "false")


def _simple(_ctx: click.Context, _parameter: click.Parameter, value: str) -> bool | None:
    if value not in _SIMPLE:
        raise click.BadParameter(f"Only one of {list(_SIMPLE)} is allowed")
    return {"auto": None, "true": True, "false": False}[value]


message = click.option("--message", "-m", help="Message to annotate the Git tag with")
simple = click.option(
    "--simple",
    default="auto",
    callback=_simple,
    help="Use simple notation, e.g. `rf#prod` instead of `rf#prod-5` [supported values: auto, true, false]",
)
force = click.option("--force", is_flag=True, help="Create the Git tag even if it already exists and is in effect")
delete = click.option("-d", "--delete", is_flag=True, help="Delete the git tag(s) instead of creating the new one")
override = click.option(
    "--override", metavar="REASON", help="Override the rules from, soak and branches; the tag keeps the reason"
)
_PUSH = click.option("--push", is_flag=True, help="Push created git tag")
BATCH = click.option(
    "--batch",
    type=click.IntRange(min=0),
    help="Maximum number of tags per push, 0 for no limit  [default: gtod.pushBatch, or 3]",
)
ATOMIC = click.option("--atomic", is_flag=True, help="Push all tags at once, or none")
_REMOTE = click.option("--remote", help="Remote to push to  [default: the one that git would push to]")
_AUTHOR = click.option("--author", help="Name of the tagger  [default: from Git]")
_AUTHOR_EMAIL = click.option("--author-email", help="E-mail of the tagger  [default: from Git]")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be done, without doing it")


def yes(before: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add `--yes` to a command that asks before it does something."""
    return click.option("-y", "--yes", is_flag=True, help=f"Do not ask before {before}")


_JSON = click.option("--json", "as_json", is_flag=True, help="Print the plan or the result in json format")


def act_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that all writing commands share; the command gets them as `how`."""

    @_PUSH
    @_REMOTE
    @BATCH
    @ATOMIC
    @_AUTHOR
    @_AUTHOR_EMAIL
    @_DRY_RUN
    @_JSON
    @functools.wraps(function)
    def with_how(
        *args: Any,
        push: bool,
        remote: str | None,
        batch: int | None,
        atomic: bool,
        author: str | None,
        author_email: str | None,
        dry_run: bool,
        as_json: bool,
        yes: bool = False,
        **kwargs: Any,
    ) -> Any:
        how = WriteOptions(
            push=push,
            remote=remote,
            batch=batch,
            atomic=atomic,
            author=author,
            author_email=author_email,
            dry_run=dry_run,
            yes=yes,
            as_json=as_json,
        )
        return function(*args, how=how, **kwargs)

    return with_how


class WriteOptions:
    """The options that all writing commands share."""

    def __init__(
        self,
        *,
        push: bool = False,
        remote: str | None = None,
        batch: int | None = None,
        atomic: bool = False,
        author: str | None = None,
        author_email: str | None = None,
        dry_run: bool = False,
        yes: bool = False,
        as_json: bool = False,
    ) -> None:
        self.push = push
        self.remote = remote
        self.batch = batch
        self.atomic = atomic
        self.author = author
        self.author_email = author_email
        self.dry_run = dry_run
        self.yes = yes
        self.as_json = as_json

    @property
    def people(self) -> JsonObject:
        """Return the params for the tagger."""
        return {"author": self.author, "author_email": self.author_email}


def perform(
    backend: Backend, method: str, how: WriteOptions, *, deletes: bool = False, chooses: bool = False, **params: Any
) -> None:
    """Perform or plan an act, and print the outcome.

    Args:
        backend: what performs it.
        method: of the protocol.
        how: the options that all acts share.
        deletes: whether it deletes tags; a terminal is asked first.
        chooses: whether a metric chooses a version; a terminal is asked first, and anything else refused.
        params: of the method.

    Raises:
        click.ClickException: the act was refused, or it was done and its push failed.

    """
    # As in GTO, changes of a repository that is given by its URL are pushed there.
    push = how.push or backend.is_remote
    params |= {"remote": how.remote, "batch": how.batch, "atomic": how.atomic or None, "push": push or None}
    if how.dry_run:
        _show_plan(_ask(backend, method, {**params, "dry_run": True}), as_json=how.as_json, pushes=push)
        return
    asks = sys.stdin.isatty() and sys.stdout.isatty()
    if not how.yes and (chooses or (deletes and asks)):
        planned = _ask(backend, method, {**params, "dry_run": True})
        if chooses:
            _agree(planned["plan"], asks=asks)
        _confirm(planned["plan"])
        params["expect_clock"] = planned["clock"]
    result = _ask(backend, method, params)
    try:
        if how.as_json:
            shown = (
                "events",
                "created",
                "deleted",
                "replaces",
                "warnings",
                "chosen",
                "remote",
                "pushes",
                "push",
                "clock",
            )
            print_json({name: result[name] for name in shown if name in result})
        else:
            _say(result)
    except UnwrittenError as error:
        done = {"created": result["created"], "deleted": result["deleted"]}
        tags = [f"{does} {', '.join(tag['tag'] for tag in tags)}" for does, tags in done.items() if tags]
        error.said = f"It was done all the same: {'; '.join(tags)}" if tags else error.said
        raise
    pushed = result.get("push")
    if pushed is not None and not pushed["ok"]:
        local = pushed.get("hint") or ""
        raise Refused(pushed["message"], "Nothing has changed there. Try again." if backend.is_remote else local)


def _ask(backend: Backend, method: str, params: Mapping[str, Any]) -> JsonObject:
    """Ask like `Backend.ask`, but send `simple=False`: absent, it may mean the opposite."""
    given = {name: value for name, value in params.items() if value is not None}
    result: JsonObject = backend.call(method, {"repo": backend.repo, **given})
    report_problems(result["problems"])
    return result


def _confirm(plan: Mapping[str, Any]) -> None:
    for tag in plan["delete"]:
        echo(f"    {tag['tag']}")
    if plan["delete"]:
        click.confirm(f"Delete {len(plan['delete'])} tag(s)?", abort=True)


def _agree(plan: Mapping[str, Any], *, asks: bool) -> None:
    said = [chosen_text(each) for each in plan.get("chosen", ())]
    if not asks:
        raise Refused(f"Nothing was done, because nobody could be asked: {'; '.join(said)}", "With --yes it is done.")
    for each in said:
        echo(each)
    _say_replaced(plan["replaces"])
    click.confirm("Assign it?" if len(said) == 1 else "Assign them?", abort=True)


def _show_plan(result: Mapping[str, Any], *, as_json: bool, pushes: bool) -> None:
    plan = result["plan"]
    if as_json:
        shown = ("plan", "remote", "pushes", "may_go_along", "clock")
        print_json({name: result[name] for name in shown if name in result})
        return
    for tag in plan["create"]:
        echo(f"Would create git tag '{tag['tag']}' on {tag['target'][:7]}: {tag['message']}")
    for tag in plan["delete"]:
        echo(f"Would delete git tag '{tag['tag']}'")
    for push in result["pushes"] if pushes else ():
        for words in push_commands(result["remote"], push):
            echo(f"Would run `{' '.join(words)}`")
    for tag in result.get("may_go_along", ()):
        echo(f"Would push git tag '{tag}' as well if '{result['remote']}' lacks it")
    if not plan["create"] and not plan["delete"]:
        echo("Nothing to do")
    for chosen in plan.get("chosen", ()):
        echo(chosen_text(chosen))
    _say_replaced(plan["replaces"])
    warn_of(plan["warnings"])


def _say_replaced(replaces: Iterable[Mapping[str, Any]], *, err: bool = False) -> None:
    for each in replaces:
        echo(f"    {each['artifact']}#{each['stage']}: {each['from'] or '-'} → {each['to'] or '-'}", err=err)


def warn_of(warnings: list[Mapping[str, Any]]) -> None:
    """Print the warnings of a plan or a result."""
    for each in warnings:
        warn(each["message"])


_DOES = {
    "registration": "registers version",
    "deregistration": "deregisters version",
    "assignment": "assigns stage to version '{version}'",
    "unassignment": "unassigns stage from version '{version}'",
    "deprecation": "deprecates artifact",
}


def _say(result: Mapping[str, Any]) -> None:
    """Print what was done in GTO 1.10.1's words (registry.py), with one line for each push."""
    pushed = result.get("push")
    events = {event["ref"]: event for event in result["events"]}
    for tag in result["created"]:
        event = events.get(tag["tag"])
        does = f" that {_DOES[event['event']].format_map(event)}" if event else ""
        echo(f"Created git tag '{tag['tag']}'{does}")
        _say_unpushed(result, {"create": [tag["tag"]], "delete": []})
    for tag in result["deleted"]:
        echo(f"Deleted git tag '{tag['tag']}'")
        _say_unpushed(result, {"create": [], "delete": [tag["tag"]]})
    if pushed is not None:
        _say_pushed(pushed)
        say_remote_messages(pushed)
    # On stderr, because stdout is GTO's to the byte.
    for chosen in result.get("chosen", ()):
        echo(chosen_text(chosen), err=True)
    # An assignment to an empty stage changes nobody else's.
    asked = {(row["artifact"], row["stage"]) for row in result["events"] if row["event"] == "assignment"}
    changed = (each for each in result["replaces"] if each["from"] or (each["artifact"], each["stage"]) not in asked)
    _say_replaced(changed, err=True)
    warn_of(result["warnings"])


def _say_unpushed(result: Mapping[str, Any], push: Mapping[str, Any]) -> None:
    if "push" in result:
        return
    echo("To push the changes upstream, run:")
    for words in push_commands(result["remote"], push):
        echo(f"    {shlex.join(words)}")


def _say_pushed(pushed: Mapping[str, Any]) -> None:
    running = pushed.get("pushes") or ()
    for push in running:
        for words in push_commands(pushed["remote"], push):
            echo(f"Running `{' '.join(words)}`")
    for tag in pushed["tags"]:
        if tag.get("along_with") and tag["status"] == "pushed":
            echo(f"Pushed git tag '{tag['tag']}' as well: the remote lacked it, and '{tag['along_with']}' rests on it")
        elif tag["status"] in ("pushed", "deleted", "up to date"):
            does = "deleted" if any(tag["tag"] in push["delete"] for push in running) else "pushed"
            echo(f"Successfully {does} git tag {tag['tag']} on remote.")


def read_actions(text: str) -> list[JsonObject]:
    """Return the actions of a file: a JSON array of `{method, params}`, or an object with that array as `actions`.

    Raises:
        click.UsageError: the text is neither.

    """
    value = parse_json(text, "actions")
    actions = value.get("actions") if isinstance(value, dict) else value
    if not isinstance(actions, list) or not all(
        isinstance(action, dict) and isinstance(action.get("params", {}), dict) for action in actions
    ):
        raise click.UsageError(
            'The actions have to be a JSON array such as [{"method": "assign", "params": {"name": "churn", '
            '"stage": "prod", "version": "v3.1.0"}}]'
        )
    return actions
