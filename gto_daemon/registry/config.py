"""The configuration of a registry: `.gto` at the root of the worktree, and the client's `GTO_*` variables.

Source: GTO 1.10.1, config.py (pydantic-settings). A variable wins over the file. Where GTO refuses every command for a
bad file, the file is a problem with its line and the defaults hold.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.entries import Entry, parse_boolean, parse_text
from gto_daemon.registry.annotations.findings import Findings
from gto_daemon.registry.annotations.values import Members, UnreadableError, ValueReader
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import is_stage_name

_PREFIX = "GTO_"
_CODE = "wrong-config"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What is configured.

    Attributes:
        stages: the allowed stages, and the columns of `show`; None allows all. An empty tuple forbids all.
        types: the allowed types of annotations; None allows all.
        index: the annotation file, relative to the repository's root.
        emojis: whether output for people has them.
        log_level: GTO's; kept for `doctor`.
        debug: GTO's; kept for `doctor`.
        enrichments: third-party readers, which are not supported and a problem.
        autoload_enrichments: GTO's; false breaks every command of GTO.
        problems: what could not be read.

    """

    stages: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    index: str = "artifacts.yaml"
    emojis: bool = True
    log_level: str = "INFO"
    debug: bool = False
    enrichments: tuple[Mapping[str, Any], ...] = ()
    autoload_enrichments: bool = True
    problems: tuple[Problem, ...] = ()


def read_config(text: bytes | None, environment: Mapping[str, str]) -> Config:
    """The configuration that a `.gto` file (None: there is none) and these variables make. Never raises."""
    values, problems = _from_file(text) if text is not None else ({}, [])
    chosen, wrong = _from_environment(environment)
    problems += wrong
    values |= chosen
    config = Config(**values, problems=())
    problems += _unsupported(config)
    return Config(**values, problems=tuple(problems))


class _WrongValueError(ValueError):
    pass


def _names(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | Members):
        raise _WrongValueError("a list of names belongs there, such as [dev, prod]")
    names = []
    for item in value:
        name = parse_text(item)
        if name is None or not is_stage_name(name):
            raise _WrongValueError(f"{item!r} is no name: letters, digits, '-', '_' and '/' are allowed")
        names.append(name)
    return tuple(names)


def _text(value: object) -> str:
    text = parse_text(value)
    if text is None:
        raise _WrongValueError("text belongs there")
    return text


def _boolean(value: object) -> bool:
    boolean = parse_boolean(value)
    if boolean is None:
        raise _WrongValueError("true or false belongs there")
    return boolean


def _readers(value: object) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(value, list) or not all(isinstance(item, dict) and "type" in item for item in value):
        raise _WrongValueError("a list of mappings with a 'type' belongs there")
    return tuple(value)


#: The key in lower case (GTO takes any case), the field, and how its value is read.
_KEYS: dict[str, tuple[str, Callable[[object], object]]] = {
    "stages": ("stages", _names),
    "types": ("types", _names),
    "index": ("index", _text),
    "emojis": ("emojis", _boolean),
    "log_level": ("log_level", _text),
    "debug": ("debug", _boolean),
    "enrichments": ("enrichments", _readers),
    "autoload_enrichments": ("autoload_enrichments", _boolean),
}
#: GTO accepts it and sets it itself.
_INTERNAL = "config_file_name"
_LISTS = ("stages", "types", "enrichments")


def _from_file(text: bytes) -> tuple[dict[str, Any], list[Problem]]:
    try:
        document = compose(text)
    except NotYamlError as error:
        problem = error.problem
        message = f"The configuration cannot be read: {problem.message}"
        return {}, [
            Problem(code=_CODE, severity="error", message=message, hint=_HINT, path=".gto", range=problem.range)
        ]
    if document.root is None:
        return {}, []
    findings = Findings(document.lines)
    reader = ValueReader(old=document.old)
    values: dict[str, Any] = {}
    try:
        if reader.value(document.root) is None:
            return {}, []
        entry = Entry(reader, document.root)
        for key, value in entry.values.items():
            if key.lower() == _INTERNAL:
                continue
            if key.lower() not in _KEYS:
                known = ", ".join(_KEYS)
                raise UnreadableError(f"has the unknown key '{key}'", entry.keys[key], f"The keys are: {known}.")
            field, read = _KEYS[key.lower()]
            try:
                values[field] = read(value)
            except _WrongValueError as error:
                node = entry.nodes[key] if entry.nodes[key].end > entry.nodes[key].start else entry.keys[key]
                raise UnreadableError(f"has a wrong value for '{key}': {error}", node, _HINT) from error
    except UnreadableError as error:
        # GTO takes all of the file or nothing of it.
        findings.at(error.node, _CODE, f"The configuration {error.reason}.", error.hint)
        return {}, [_in_file(problem) for problem in findings.all()]
    return values, []


def _in_file(problem: Problem) -> Problem:
    return Problem(
        code=problem.code,
        severity=problem.severity,
        message=problem.message,
        hint=problem.hint,
        path=".gto",
        range=problem.range,
    )


_HINT = "Mend it; until then the defaults hold, and GTO itself refuses every command."


def _from_environment(environment: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for variable, text in environment.items():
        if not variable.upper().startswith(_PREFIX):
            continue
        key = variable[len(_PREFIX) :].lower()
        if key not in _KEYS:
            continue
        field, read = _KEYS[key]
        try:
            values[field] = read(json.loads(text) if field in _LISTS else text)
        except (ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, _WrongValueError) else "it is no JSON"
            problems.append(
                Problem(
                    code=_CODE,
                    severity="error",
                    message=f"The variable {variable} is ignored: {reason}.",
                    hint='Lists are written as JSON: GTO_STAGES=\'["dev", "prod"]\'.',
                )
            )
    return values, problems


def _unsupported(config: Config) -> list[Problem]:
    found = []
    if config.enrichments:
        types = ", ".join(str(reader["type"]) for reader in config.enrichments)
        found.append(
            Problem(
                code="enrichments-not-supported",
                severity="info",
                message=f"The enrichments {types} are not read: readers of third parties are not supported.",
                hint="What artifacts.yaml and dvc.yaml say is read without them.",
                path=".gto",
            )
        )
    if not config.autoload_enrichments:
        found.append(
            Problem(
                code="autoload-enrichments",
                severity="warning",
                message="autoload_enrichments is false, with which every command of GTO 1.10.1 fails; it is ignored.",
                hint="Delete the line.",
                path=".gto",
            )
        )
    return found
