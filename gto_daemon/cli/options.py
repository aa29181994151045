"""Options that several commands share, with GTO's words in their help."""

import functools
import re
from collections.abc import Callable
from typing import Any

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Print output in json format")
as_plain = click.option("--plain", "as_plain", is_flag=True, help="Print table in grep-able format")
show_name = click.option("--name", "show_name", is_flag=True, help="Show artifact name")
show_version = click.option("--version", "show_version", is_flag=True, help="Output artifact version")
show_event = click.option("--event", "show_event", is_flag=True, help="Show event")
show_stage = click.option("--stage", "show_stage", is_flag=True, help="Show artifact stage")
show_ref = click.option("--ref", "show_ref", is_flag=True, help="Show ref")


exit_code = click.option("--exit-code", "exit_code", is_flag=True, help="Exit with 1 when nothing is found")


def only_one(message: str, **flags: bool) -> str | None:
    """Return the name of the one flag that is set, or None.

    Raises:
        click.UsageError: several are set; the text starts with `message`.

    """
    given = [name for name, value in flags.items() if value]
    if len(given) > 1:
        raise click.UsageError(f"{message}, not {' and '.join('--' + name for name in given)}")
    return given[0] if given else None


def name_and_stage(name: str, stage: str | None) -> tuple[str, str]:
    """Return an artifact and a stage that are given as two arguments, or as `NAME#stage`.

    Raises:
        click.UsageError: there is no stage.

    """
    if stage is None:
        name, _, stage = name.partition("#")
    if not stage:
        raise click.UsageError("Missing argument 'STAGE'.", click.get_current_context())
    return name, stage


def artifact_and_version(text: str) -> tuple[str, str | None]:
    """Return `NAME@v1.2.3` and its like as an artifact and a version, `NAME#stage` as one and `#stage`.

    The version is None for the name of an artifact.
    """
    found = re.search("[@#]", text)
    if found is None:
        return text, None
    return text[: found.start()], text[found.start() :].removeprefix("@")


def read_instead(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that select what is read instead of HEAD's commit; the command gets them as `view`.

    `view` holds only the fields that were given.
    """

    @click.option("-a", "--all-branches", is_flag=True, help="Read annotations from the heads of all branches")
    @click.option("-A", "--all-commits", is_flag=True, help="Read annotations from all commits")
    @click.option(
        "--annotations",
        type=click.Choice(["gto", "all"]),
        help="Read only artifacts.yaml (gto), or every dvc.yaml too (all)  [default: gto]",
    )
    @click.option("--worktree", is_flag=True, help="Read annotations from the files on disk instead of HEAD")
    @click.option(
        "--as-of", metavar="TIME", help="Show the registry as it was at this time (RFC 3339, or Unix seconds)"
    )
    @functools.wraps(function)
    def with_view(
        *args: Any,
        all_branches: bool,
        all_commits: bool,
        annotations: str | None,
        worktree: bool,
        as_of: str | None,
        **kwargs: Any,
    ) -> Any:
        view = {
            "all_branches": all_branches,
            "all_commits": all_commits,
            "annotations": annotations,
            "worktree": worktree,
            "as_of": moment(as_of),
        }
        # An empty time, as of an unset variable, is no present one.
        given = {name: value for name, value in view.items() if value is not None and value is not False}
        return function(*args, view=given, **kwargs)

    return with_view


_SECONDS = re.compile(r"[+-]?\d+(?:\.\d*)?(?:e\d+)?", re.ASCII)
#: `2024`, `202401` and `20240115`: dates to people, and moments of 1970 to machines.
_DATE = re.compile(r"(?:19|20)\d\d(?:\d\d){0,2}", re.ASCII)


def moment(text: str | None) -> str | float | None:
    """Return a time as the protocol takes it: seconds since the epoch as a number, RFC 3339 unchanged.

    Raises:
        click.UsageError: the text is ambiguous.

    """
    if text is None:
        return None
    if _DATE.fullmatch(text):
        raise click.UsageError(
            f"'{text}' may be a date or seconds: write the date as {_dashed(text)}, or the seconds as {text}.0"
        )
    return float(text) if _SECONDS.fullmatch(text) else text


def _dashed(date: str) -> str:
    parts = (date[:4], date[4:6] or "01", date[6:] or "01")
    return "-".join(parts)


def listed(text: str | None) -> list[str] | None:
    """Return what a list separated by commas names; None where the option was not given.

    Raises:
        click.UsageError: it names nothing.

    """
    if text is None:
        return None
    names = [name for each in text.split(",") if (name := each.strip())]
    if not names:
        raise click.UsageError("A list of keys is separated by commas: auc,loss")
    return names
