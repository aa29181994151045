"""`gtod push | fetch | sync-status`: local tags and those of a remote."""

from collections.abc import Mapping
from typing import Any

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, needs_local_repository
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, print_json, push_commands, say_remote_messages, warn
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.shell_completion import complete_ref
from gto_daemon.cli.tables import Table, print_table
from gto_daemon.cli.write_command import ATOMIC, BATCH

_BETWEEN = "This is about a repository here and its remotes; -r is a remote one"

_remote = click.option("--remote", help="Remote, or its URL  [default: the one that git would push to]")
_source = click.option("--remote", help="Remote, or its URL  [default: the one that git would fetch from]")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would be done, without doing it")


@click.command(cls=GtodCommand)
@needs_local_repository
@argument(
    "tags",
    nargs=-1,
    shell_complete=complete_ref,
    meaning="Tags  [default: all of GTO's that the remote never had]",
)
@_remote
@click.option("-d", "--delete", is_flag=True, help="Delete these tags on the remote")
@click.option("--all", "everything", is_flag=True, help="Include tags that were deleted at the remote")
@BATCH
@ATOMIC
@_dry_run
@options.as_json
def push(
    backend: Backend,
    *,
    tags: tuple[str, ...],
    remote: str | None,
    delete: bool,
    everything: bool,
    batch: int | None,
    atomic: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Push GTO's tags to a remote, never by force.

    At most three tags per push (--batch, or gtod.pushBatch in Git's configuration), because GitHub starts no workflow
    for more: a version with its stages, versions first. After a push that fails, there are no more.

    A tag that was deleted at the remote is pushed only if it is named, or with --all. The registration that a tag
    depends on is pushed with it.
    """
    if delete and not tags:
        raise click.UsageError("--delete needs the tags to delete")
    if everything and tags:
        raise click.UsageError("--all is for a push without tags")
    backend.local_only(_BETWEEN)
    chosen: dict[str, Any] = {"delete" if delete else "tags": list(tags)} if tags else {}
    pushed = backend.ask(
        "gto/push", remote=remote, all=everything, batch=batch, atomic=atomic, dry_run=dry_run, **chosen
    )["push"]
    if as_json:
        print_json(pushed)
    else:
        for push_made in pushed.get("pushes", ()):
            for words in push_commands(pushed["remote"], push_made):
                echo(f"{'Would run' if dry_run else 'Running'} `{' '.join(words)}`")
        for each in pushed.get("warnings", ()):
            warn(each["message"])
        say_remote_messages(pushed)
        _say(pushed["tags"], "Nothing to push", pushed.get("hint") if pushed["ok"] else None)
    if not pushed["ok"]:
        raise Refused(pushed.get("message") or "The remote has other tags of these names", pushed.get("hint") or "")


@click.command(cls=GtodCommand)
@needs_local_repository
@argument("tags", nargs=-1, meaning="Tags; by default all of GTO's that only the remote has")
@_source
@_dry_run
@options.as_json
def fetch(backend: Backend, *, tags: tuple[str, ...], remote: str | None, dry_run: bool, as_json: bool) -> None:
    """Fetch GTO's tags from a remote. Existing tags are never overwritten."""
    backend.local_only(_BETWEEN)
    result = backend.ask("gto/fetch", remote=remote, dry_run=dry_run, tags=list(tags) or None)
    if as_json:
        print_json({name: result[name] for name in ("remote", "tags", "hint") if name in result})
    else:
        _say(result["tags"], "Nothing to fetch", result.get("hint"))
    if any(tag["status"] in ("different", "not there", "not fetched") for tag in result["tags"]):
        raise click.exceptions.Exit(1)


@click.command(cls=GtodCommand)
@needs_local_repository
@_remote
@click.option("--no-refresh", is_flag=True, help="Use what the remote returned last time, without asking it")
@click.option("--all", "everything", is_flag=True, help="Include tags that are the same")
@options.as_json
@options.as_plain
def sync_status(
    backend: Backend, *, remote: str | None, no_refresh: bool, everything: bool, as_json: bool, as_plain: bool
) -> None:
    """Compare local tags with those of a remote."""
    backend.local_only(_BETWEEN)
    result = backend.ask("gto/syncStatus", remote=remote, refresh=not no_refresh, all=everything)
    if as_json:
        print_json({name: result[name] for name in ("remote", "asked_at", "counts", "tags", "hint") if name in result})
        return
    if result["tags"]:
        rows = [[tag["artifact"], tag["tag"], tag["status"]] for tag in result["tags"]]
        print_table(Table(["artifact", "tag", "status"], rows), plain=as_plain)
    counts = ", ".join(f"{count} {status}" for status, count in sorted(result["counts"].items()))
    echo(f"{result['remote']}: {counts or 'no tags'}")
    if result.get("hint"):
        echo(result["hint"])


def _say(tags: list[Mapping[str, Any]], nothing: str, hint: str | None) -> None:
    for tag in tags:
        reason = f": {tag['reason']}" if tag.get("reason") else ""
        if tag.get("along_with"):
            reason = f": '{tag['along_with']}' rests on it"
        echo(f"{tag['tag']} {tag['status']}{reason}")
        clash = tag.get("clash")
        for side in ("local", "remote"):
            made = clash[side] if clash else None
            if made:
                echo(f"    {side}: by {made['tagger']} at {made['created_at']}, on {made['target'][:7]}")
    if not tags:
        echo(nothing)
    if hint:
        echo(hint)
