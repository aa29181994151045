"""The tools that read: each is a method of the protocol."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from gto_daemon.mcp.registry import Registry
from gto_daemon.mcp.replies import Refusal, counted, with_few_problems
from gto_daemon.mcp.shapes import Shapes, reference
from gto_daemon.protocol import JsonObject


class ReadingTool(NamedTuple):
    """A tool that reads.

    Attributes:
        title: its name for people.
        description: what an agent is told of it.
        method: the method of the protocol that answers.
        params: those params of it that are arguments of the tool.
        said: the sentence about a result, of numbers and fixed words only.
        limit: how many entries a page has; None where there are no pages.

    """

    title: str
    description: str
    method: str
    params: tuple[str, ...]
    said: Callable[[Any], str]
    limit: int | None = None


def _page(result: Any, entries: int, one: str, total: int | None = None) -> str:
    of = f" of {total}" if total is not None and total != entries else ""
    rest = " There are more: pass `next_cursor` as `cursor`." if result.get("next_cursor") else ""
    return f"{counted(entries, one)}{of}.{rest}{_problems(result)}"


def _problems(result: Any) -> str:
    number = len(result["problems"])
    return f" {counted(number, 'problem')}: see `problems`." if number else ""


def _verdicts(result: Any) -> str:
    counts = result["counts"]
    judged = (f"{counts[name]} {name.replace('_', ' ')}" for name in ("allowed", "violating", "overridden", "unknown"))
    return f"{', '.join(judged)}; {counted(counts['tampering'], 'sign')} of tampering.{_problems(result)}"


def _compared(result: Any) -> str:
    differences = [
        counted(number, one, more)
        for number, one, more in (
            (len(result["changed"]), "field of the annotation", "fields of the annotation"),
            (len(result["files"]), "file", ""),
            (len(result["commits"]), "commit only on the right", "commits only on the right"),
            (len(result["dropped"]), "commit only on the left", "commits only on the left"),
        )
        if number
    ]
    said = f"They differ by {', '.join(differences)}." if differences else "No differences."
    return f"{said}{_problems(result)}"


#: Versions on a page of `artifact`, artifacts of `registry`, events of `history`.
_VERSIONS, _ARTIFACTS, _EVENTS = 20, 100, 50

READING: Final[Mapping[str, ReadingTool]] = {
    "registry": ReadingTool(
        "Registry",
        "List the artifacts (models, datasets) of this Git repository's registry: the latest version of each, and "
        "which version holds each stage. Start here.",
        "gto/show",
        ("deprecated", "as_of", "limit", "cursor"),
        lambda result: _page(result, len(result.get("artifacts") or ()), "artifact"),
        _ARTIFACTS,
    ),
    "artifact": ReadingTool(
        "Artifact",
        "Show one artifact: its versions, greatest first, with their commits and authors, the stages that each "
        "holds, its annotation, and the versions that can be registered next. With `metrics`, the metrics of these "
        "versions too, each compared with the version before.",
        "gto/artifact",
        ("name", "deprecated", "limit", "cursor"),
        lambda result: _page(result, len(result["versions"]), "version", result["total"]),
        _VERSIONS,
    ),
    "history": ReadingTool(
        "History",
        "List registrations, assignments and deprecations, newest first: of the registry, an artifact, a stage or "
        "an author.",
        "gto/history",
        ("name", "stage", "event", "author", "since", "until", "ascending", "limit", "cursor"),
        lambda result: _page(result, len(result["events"]), "event"),
        _EVENTS,
    ),
    "why": ReadingTool(
        "Why",
        "Explain why a stage of an artifact holds the version that it holds: the chain of events that led there.",
        "gto/why",
        ("name", "stage"),
        lambda result: (
            f"{counted(len(result['holds']), 'version')} in the stage after {counted(len(result['chain']), 'event')}."
            f"{_problems(result)}"
        ),
    ),
    "at": ReadingTool(
        "At a commit",
        "Show which versions are registered and which stages are assigned at a commit.",
        "gto/at",
        ("rev",),
        lambda result: (
            f"{counted(len(result['versions']), 'version')} and {counted(len(result['stages']), 'stage tag')} "
            f"at the commit.{_problems(result)}"
        ),
    ),
    "compare": ReadingTool(
        "Compare",
        "Compare two versions of an artifact: annotations, files and commits between them and, if asked, metrics "
        "and params. A side is a version (`v1.2.0`), `latest`, a stage (`#prod`) or a revision.",
        "gto/compare",
        ("name", "left", "right", "metrics", "params", "limit"),
        _compared,
        _EVENTS,
    ),
    "check_ref": ReadingTool(
        "Check a tag",
        "Say which event of the registry a Git tag is, or why it is none.",
        "gto/checkRef",
        ("ref",),
        lambda result: f"The tag is {'an event' if result['event'] else 'no event'}.{_problems(result)}",
    ),
    "doctor": ReadingTool(
        "Doctor",
        "Look for what is wrong with the registry: tags that cannot be read, a shallow clone, wrong configuration; "
        "each finding with its remedy.",
        "gto/doctor",
        (),
        lambda result: f"{counted(len(result['findings']), 'finding')}.",
    ),
    "audit": ReadingTool(
        "Audit",
        "Judge every event by the rules of promotion of the repository, and list the signs of tampering. Events "
        "that were allowed, or that no rule is about, are only counted.",
        "gto/audit",
        ("name",),
        _verdicts,
    ),
}
_METRICS: JsonObject = {"type": "boolean", "default": False, "description": "Include the metrics of these versions."}


def input_schema(shapes: Shapes, name: str) -> JsonObject:
    """Return the schema of a tool's arguments."""
    tool = READING[name]
    schema = shapes.params(tool.method, tool.params, limit=tool.limit)
    if name == "artifact":
        schema["properties"]["metrics"] = _METRICS
    return schema


def output_schema(shapes: Shapes, name: str) -> JsonObject:
    """Return the schema of a tool's structured content."""
    more = {"metrics": reference("MetricsResult")} if name == "artifact" else {}
    return shapes.result(READING[name].method, **more)


async def read(registry: Registry, name: str, arguments: Mapping[str, object]) -> JsonObject:
    """Return what a tool that reads answers to arguments that are among its own.

    Raises:
        Refusal: an argument is wrong.
        CallError: the daemon refuses.
        DaemonUnavailable: there is none, and none can be started.

    """
    tool = READING[name]
    if not isinstance(arguments.get("metrics", False), bool):
        raise Refusal("InvalidArguments", "metrics: true or false is needed.")
    given = {key: value for key, value in {"limit": tool.limit, **arguments}.items() if value is not None}
    wants_metrics = name == "artifact" and given.pop("metrics", False)
    result = await registry.ask(tool.method, given)
    if wants_metrics and result["versions"]:
        asked = {"name": given["name"], "versions": [version["version"] for version in result["versions"]]}
        result = {**result, "metrics": with_few_problems(await registry.ask("gto/metrics", asked))[0]}
    if name == "audit":
        judged = [event for event in result["events"] if event["verdict"] not in ("allowed", "not-judged")]
        result = {**result, "events": judged}
    return result
