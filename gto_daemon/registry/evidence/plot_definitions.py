"""The plots that a `dvc.yaml` defines, as they are named and laid out once paths start at the root of the repository.

Source: DVC 3.67, repo/plots/__init__.py and schema.py.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gto_daemon.registry.annotations.entries import kind_of_value
from gto_daemon.registry.evidence.paths import WrongDefinitionError, repository_path
from gto_daemon.registry.evidence.values import Axis, PlotDefinition

_TEXTS: Final = ("template", "title", "x_label", "y_label")
_AXES: Final = "Write the name of a field, a list of them, or 'file: field' lines."


def stage_plot(path: str, properties: object, directory: str) -> PlotDefinition:
    """Return the plot that is an output of a stage.

    Args:
        path: as it is written.
        properties: what is written of it; other things than plots have are left alone.
        directory: where the path starts.

    Raises:
        WrongDefinitionError: the path leads out of the repository, or the properties cannot be understood.

    """
    known = _mapping(properties)
    found = repository_path(path, directory)
    header = known.get("header", True)
    if not isinstance(header, bool):
        raise WrongDefinitionError(f"has {kind_of_value(header)} as 'header'", "Write true or false.")
    headerless = frozenset([] if header else [found])
    return replace(_plot(found, "", known, _fields(known, "x"), _fields(known, "y")), headerless=headerless)


def top_level_plot(name: str, properties: object, directory: str, file: str) -> PlotDefinition:
    """Return a plot at the top level of a dvc.yaml. Its name is a path, or a title if `y` has files.

    Args:
        name: as it is written.
        properties: what is written of it, or None.
        directory: where paths start.
        file: the path of the dvc.yaml.

    Raises:
        WrongDefinitionError: a path leads out of the repository, or the properties cannot be understood.

    """
    known = _mapping({} if properties is None else properties)
    if isinstance(known.get("y"), dict):
        x, y = (_fields_by_file(known, axis, directory) for axis in ("x", "y"))
        return _plot(name, file, known, x, y)
    # Only here DVC counts the files of `x` from the root.
    x = _fields_by_file(known, "x", "")
    return _plot(repository_path(name, directory), file, known, x, _fields(known, "y"))


def _plot(name: str, file: str, known: Mapping[object, object], x: Axis | None, y: Axis | None) -> PlotDefinition:
    template, title, x_label, y_label = (_text(known, field) for field in _TEXTS)
    return PlotDefinition(name, file, x, y, template, title, x_label, y_label)


def _mapping(properties: object) -> Mapping[object, object]:
    if not isinstance(properties, dict):
        raise WrongDefinitionError(
            f"has {kind_of_value(properties)} after its colon", "Write 'x: FIELD' and the like there."
        )
    return properties


def _text(properties: Mapping[object, object], field: str) -> str | None:
    value = properties.get(field)
    if value is not None and not isinstance(value, str):
        raise WrongDefinitionError(f"has {kind_of_value(value)} as '{field}', where text belongs", "Put it in quotes.")
    return value


def _fields(properties: Mapping[object, object], axis: str) -> tuple[str, ...] | None:
    return None if properties.get(axis) is None else _names(properties[axis], axis)


def _names(value: object, axis: str) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    for name in names:
        if not isinstance(name, str):
            raise WrongDefinitionError(f"has {kind_of_value(name)} as '{axis}'", _AXES)
    return tuple(names)


def _fields_by_file(properties: Mapping[object, object], axis: str, directory: str) -> Axis | None:
    value = properties.get(axis)
    if not isinstance(value, dict):
        return _fields(properties, axis)
    found: dict[str, tuple[str, ...]] = {}
    for path, fields in value.items():
        if not isinstance(path, str):
            raise WrongDefinitionError(f"has {kind_of_value(path)} for a file of '{axis}'", _AXES)
        found[repository_path(path, directory)] = _names(fields, axis)
    return found
