"""GTO's configuration: the file `.gto`, and `GTO_*` variables, which go before it.

Source: GTO 1.10.1, config.py, and the rules of pydantic and pydantic-settings. GTO refuses every command for one
wrong value; here the value is a problem, queries use the defaults, and only acts are refused.
"""

import json
import posixpath
from collections import abc
from collections.abc import Callable, Container
from typing import Any

from gto_daemon.protocol import JsonObject, Severity
from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.entries import kind_of_value, parse_boolean, parse_text
from gto_daemon.registry.annotations.json_values import json_value
from gto_daemon.registry.annotations.nodes import Mapping, Node
from gto_daemon.registry.annotations.values import Members, UnreadableError, ValueReader, repeated_key
from gto_daemon.registry.config import CONFIG_FILE, WRONG_CONFIG, Config
from gto_daemon.registry.problems import Problem, Range
from gto_daemon.registry.tag_names import is_stage_name

_PREFIX = "gto_"


class _WrongValueError(Exception):
    """The value cannot be the setting's; the message ends a sentence that begins with the setting's name."""


class _WrongFileError(Exception):
    """The file `.gto` does not count, for the reason of `problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_config(text: bytes | None, environment: abc.Mapping[str, str]) -> Config:
    """Read the configuration of a worktree. Never raises.

    Args:
        text: the file `.gto`; None if there is none. If anything in it is wrong, all of it is ignored.
        environment: any variables; only `GTO_*` are looked at, in upper or lower case. One with a wrong value
            does not count.

    """
    problems: list[Problem] = []
    settings = _from_environment(environment, problems)
    if text is not None:
        try:
            settings = {**_from_file(text, settings.keys(), problems), **settings}
        except _WrongFileError as error:
            problems.append(error.problem)
    config = Config(**settings)
    return Config(**settings, problems=(*problems, *_unsupported(config)))


def _from_environment(environment: abc.Mapping[str, str], problems: list[Problem]) -> JsonObject:
    settings: JsonObject = {}
    # Of two spellings the last counts, as in pydantic-settings.
    variables = {name.lower(): (name, value) for name, value in environment.items()}
    for key, (field, parse) in _SETTINGS.items():
        name, text = variables.get(f"{_PREFIX}{key}", ("", None))
        value = _decoded(key, text)
        if value is None:
            continue
        try:
            settings[field] = parse(value)
        except _WrongValueError as error:
            hint = f"Write it as JSON, such as {_EXAMPLES[key]!r}." if key in _EXAMPLES else "Mend it, or unset it."
            problems.append(_wrong(f"The variable {name} {error}, so it does not count.", hint, None))
    return settings


def _decoded(key: str, text: str | None) -> object:
    """Return the value of a variable: lists are JSON, in which null is the same as unset."""
    if text is None or key not in _EXAMPLES:
        return text
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def _from_file(text: bytes, overridden: Container[str], problems: list[Problem]) -> JsonObject:
    try:
        document = compose(text)
    except NotYamlError as error:
        problem = error.problem
        raise _WrongFileError(_wrong(problem.message, problem.hint, problem.range, CONFIG_FILE)) from error
    if document.tab is not None:
        reason = f"{CONFIG_FILE} has a tab between values, and GTO refuses every command for that."
        problems.append(_wrong(reason, "Write a space.", document.tab_range(), CONFIG_FILE))
    if document.root is None:
        return {}
    try:
        return _settings_of(document.root, ValueReader(old=document.old), overridden)
    except UnreadableError as error:
        place = document.lines.range(error.node.start, error.node.end)
        reason = f"{CONFIG_FILE} {error.reason}, so none of it counts."
        raise _WrongFileError(_wrong(reason, error.hint, place, CONFIG_FILE)) from error


def _settings_of(root: Node, reader: ValueReader, overridden: Container[str]) -> JsonObject:
    # GTO takes whatever is false for an empty file.
    if not isinstance(root, Mapping) and not reader.value(root):
        return {}
    items, merged = reader.items(root)
    chosen: dict[object, tuple[Node, Node]] = {}
    for key, key_node, node in items:
        if key in chosen and not merged:
            raise repeated_key(key, key_node)
        chosen[key] = (key_node, node)
    settings: JsonObject = {}
    for key, (key_node, node) in chosen.items():
        value = reader.value(node)
        name = key.lower() if isinstance(key, str) else ""
        if name == "config_file_name":
            continue
        if name not in _SETTINGS:
            raise UnreadableError(f"has an unknown key '{key}'", key_node, f"The keys are {', '.join(_SETTINGS)}.")
        field, parse = _SETTINGS[name]
        # Of two spellings of a key GTO takes the first; what a variable says is not looked at.
        if field in settings or field in overridden:
            continue
        try:
            settings[field] = parse(value)
        except _WrongValueError as error:
            place = node if node.end > node.start else key_node
            raise UnreadableError(f"is wrong: '{key}' {error}", place, "Mend it, or delete the line.") from error
    return settings


def _text(value: object) -> str:
    text = parse_text(value)
    if text is None:
        raise _WrongValueError(f"is {kind_of_value(value)}, where text belongs")
    return text


def _boolean(value: object) -> bool:
    boolean = parse_boolean(value)
    if boolean is None:
        raise _WrongValueError(f"is {kind_of_value(value)}, where true or false belongs")
    return boolean


def _path(value: object) -> str:
    # To GTO the root of the repository is the root of everything.
    path = posixpath.normpath(f"/{_text(value)}").lstrip("/")
    if not path:
        raise _WrongValueError("names no file")
    return path


def _names(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | Members):
        raise _WrongValueError(f"is {kind_of_value(value)}, where a list belongs")
    names = tuple(_text(name) for name in value)
    for name in names:
        # GTO's pattern allows a line break at the end.
        if not is_stage_name(name.removesuffix("\n")):
            raise _WrongValueError(f"has '{name}', and a name has letters, digits and inner '-', '_' and '/' only")
    return names


def _enrichments(value: object) -> tuple[JsonObject, ...]:
    if not isinstance(value, list):
        raise _WrongValueError(f"is {kind_of_value(value)}, where a list belongs")
    enrichments = []
    for reader in value:
        if not isinstance(reader, dict):
            raise _WrongValueError(f"has {kind_of_value(reader)}, where a mapping with a 'type' belongs")
        config = reader.get("config", {})
        if "type" not in reader or not isinstance(config, dict):
            raise _WrongValueError("has an item without a 'type', or with a 'config' that is no mapping")
        enrichments.append({"type": _text(reader["type"]), "config": json_value(config, lambda _: None)})
    return tuple(enrichments)


#: Key in lower case to the field of `Config` and what makes its value.
_SETTINGS: dict[str, tuple[str, Callable[[object], Any]]] = {
    "stages": ("stages", _names),
    "types": ("types", _names),
    "index": ("index", _path),
    "emojis": ("emojis", _boolean),
    "log_level": ("log_level", _text),
    "debug": ("debug", _boolean),
    "enrichments": ("enrichments", _enrichments),
    "autoload_enrichments": ("autoload_enrichments", _boolean),
}
#: The settings that a variable says in JSON.
_EXAMPLES = {"stages": '["dev", "prod"]', "types": '["model"]', "enrichments": "[]"}


def _unsupported(config: Config) -> list[Problem]:
    types = [str(reader["type"]) for reader in config.enrichments]
    foreign = [name for name in types if name != "gto"]
    problems = []
    if foreign:
        reason = f"The enrichments {', '.join(foreign)} are not supported; what they would add is missing."
        hint = "Only annotations of artifacts.yaml and dvc.yaml are read."
        problems.append(_wrong(reason, hint, None, code="unsupported-enrichments", severity="info"))
    if not config.autoload_enrichments and "gto" not in types:
        reason = "'autoload_enrichments' is false, which is ignored here; plain gto fails in every command for it."
        hint = "Delete the setting."
        problems.append(_wrong(reason, hint, None, code="unsupported-enrichments", severity="warning"))
    return problems


def _wrong(
    message: str,
    hint: str,
    place: Range | None,
    path: str | None = None,
    *,
    code: str = WRONG_CONFIG,
    severity: Severity = "error",
) -> Problem:
    return Problem(code=code, severity=severity, message=message, hint=hint, path=path, range=place)
