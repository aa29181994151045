"""`gtod compare`: two versions of an artifact on one page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import click

from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.evidence_tables import difference_text, markdown_table, markdown_text, short_keys, side_text
from gto_daemon.cli.exit_status import exit_if_broken
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, print_json
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.rows import short, spaced
from gto_daemon.cli.shell_completion import complete_artifact
from gto_daemon.cli.tables import Table, print_table
from gto_daemon.readable_values import readable_value

#: What a side without a version or stage stands for.
_HEAD = "HEAD"
#: Lines of a section, and names that are the same on both sides.
_MAX_LINES = 30
_MAX_SAME = 12
_VERSION = re.compile(r"v\d+\.\d+\.\d+(?![^-+])")
_SIGNS = {"added": "A", "deleted": "D", "modified": "M"}


class _Part(NamedTuple):
    """A part of the page: a table or lines, and a sentence below."""

    title: str
    table: Table | None = None
    lines: Sequence[str] = ()
    note: str = ""


@click.command(cls=GtodCommand)
@reads_repository
@argument(
    "sides",
    nargs=-1,
    required=True,
    metavar="A B | NAME A B",
    shell_complete=complete_artifact,
    meaning="Two of NAME@v1.2.3, NAME@latest, NAME#stage, NAME@max:KEY, or NAME for HEAD (NAME may "
    "be left out of the second); or NAME and two of v1.2.3, "
    "latest, '#stage', max:KEY, or any revision that Git resolves to a commit",
)
@options.as_json
@click.option("--md", "as_md", is_flag=True, help="Print the page in GitHub's Markdown")
def compare(backend: Backend, *, sides: tuple[str, ...], as_json: bool, as_md: bool) -> None:
    """Compare two versions: their metrics, params, annotations, commits and files."""
    options.only_one("Only one output format allowed", json=as_json, md=as_md)
    name, left, right = _asked(sides)
    result = backend.ask("gto/compare", name=name, left=left, right=right, metrics=True, params=True)
    if as_json:
        print_json(_as_json(result))
    elif as_md:
        echo("\n\n".join(_markdown(result)))
    else:
        _show(result)
    exit_if_broken(result, artifact=result["name"])


def _asked(sides: Sequence[str]) -> tuple[str, str, str]:
    """Return the artifact and both of its sides, as `gto/compare` takes them.

    Raises:
        click.UsageError: there are not two sides.
        Refused: they are of two artifacts.

    """
    if len(sides) == 3:
        return sides[0], sides[1], sides[2]
    if len(sides) != 2:
        raise click.UsageError("Give two versions, such as churn#prod and churn@latest")
    (name, left), (other, right) = map(options.artifact_and_version, sides)
    if right is None and _VERSION.match(other):
        # No artifact has a dot in its name.
        other, right = name, other
    other = other or name
    if name != other:
        raise Refused(
            f"'{name}' and '{other}' are two artifacts, and only versions of one can be compared",
            f"For two of '{name}', write the second without the name: '@latest', '#prod'. `gtod metrics` shows the "
            "metrics of all artifacts.",
        )
    return name, left or _HEAD, right or _HEAD


def _as_json(result: Mapping[str, Any]) -> dict[str, Any]:
    left, right = (result[side]["annotation"] or {} for side in ("left", "right"))
    return {
        "from": result["left"],
        "to": result["right"],
        "metrics": result["metrics"],
        "params": result["params"],
        "annotation": {field: {"from": left.get(field), "to": right.get(field)} for field in result["changed"]},
        "commits": result["commits"],
        "files": result["files"],
    }


def _show(result: Mapping[str, Any]) -> None:
    echo(_title(result))
    print_table(_sides(result), plain=False)
    for section in _sections(result):
        echo()
        echo(section.title)
        if section.table is not None:
            print_table(section.table, plain=False)
        for line in section.lines:
            echo(f"  {line}")
        if section.note:
            echo(f"  {section.note}")


def _markdown(result: Mapping[str, Any]) -> Iterable[str]:
    yield f"### {markdown_text(_title(result))}"
    yield markdown_table(_sides(result))
    for section in _sections(result):
        yield f"#### {markdown_text(section.title)}"
        if section.table is not None:
            yield markdown_table(section.table)
        if section.lines:
            yield "\n".join(f"- {markdown_text(line)}" for line in section.lines)
        if section.note:
            yield markdown_text(section.note)


def _title(result: Mapping[str, Any]) -> str:
    return f"{result['name']}: {_name(result['left'])} → {_name(result['right'])}"


def _name(side: Mapping[str, Any]) -> str:
    return short(side["version"]) or str(side["commit"][:7])


def _sides(result: Mapping[str, Any]) -> Table:
    rows = [
        [_name(side), ", ".join(side["stages"]), spaced(side["created_at"]), side["author"], side["commit"][:7]]
        for side in (result["left"], result["right"])
    ]
    return Table(("version", "stage", "created_at", "author", "commit"), rows)


def _sections(result: Mapping[str, Any]) -> Iterable[_Part]:
    """Yield the parts of the page, without those that have nothing to say; what differs comes first."""
    names = [_name(result[side]) for side in ("left", "right")]
    for what in ("metrics", "params"):
        if result[what]:
            yield _values(what.capitalize(), result[what], names)
    left, right = (result[side]["annotation"] or {} for side in ("left", "right"))
    if result["changed"]:
        rows = [[field, *(_field(side.get(field)) for side in (left, right))] for field in result["changed"]]
        yield _Part("Annotation", Table(("field", *names), rows))
    if result["commits"]:
        yield _commits(f"Commits of {names[1]}", result["commits"], complete=result["complete"])
    if result["dropped"]:
        yield _commits(f"Commits that {names[1]} lacks", result["dropped"], complete=result["complete"])
    if result["files"]:
        lines = [f"{_SIGNS[each['status']]} {each['path']}" for each in result["files"]]
        yield _listed("Files", lines, complete=result["files_complete"])
    if result["same_content"]:
        yield _Part("The file or folder of the artifact is the same in both.")


def _values(title: str, differences: Mapping[str, Mapping[str, Any]], names: Sequence[str]) -> _Part:
    shown = short_keys(differences)
    sides = {key: (side_text(each, "from"), side_text(each, "to")) for key, each in differences.items()}
    differing = [
        key for key, each in differences.items() if each["from"] != each["to"] or sides[key][0] != sides[key][1]
    ]
    same = [shown[key] for key in differences if key not in differing]
    more = f" and {len(same) - _MAX_SAME} more" if len(same) > _MAX_SAME else ""
    note = f"The same in both: {', '.join(same[:_MAX_SAME])}{more}" if same else ""
    if not differing:
        return _Part(title, note=note)
    rows = [[shown[key], *sides[key], difference_text(differences[key])] for key in differing]
    return _Part(title, Table(("key", *names, "difference"), rows), note=note)


def _commits(title: str, commits: Sequence[Mapping[str, Any]], *, complete: bool) -> _Part:
    lines = [f"{each['commit'][:7]} {each['created_at'][:10]} {each['author']}: {each['subject']}" for each in commits]
    return _listed(title, lines, complete=complete)


def _listed(title: str, lines: Sequence[str], *, complete: bool) -> _Part:
    left = len(lines) - _MAX_LINES
    note = f"and {left} more" if left > 0 else ""
    if not complete:
        note = f"and {left} more, at the least" if left > 0 else "and maybe more"
    count = f"{len(lines)}{'' if complete else ' or more'}"
    return _Part(f"{title} ({count})", lines=lines[:_MAX_LINES], note=note)


def _field(value: Any) -> str | None:
    return None if value is None else ", ".join(value) if isinstance(value, list) else readable_value(value)
