"""The stages of a `dvc.yaml`, those that `foreach` and `matrix` make included, with their variables.

Source: DVC 3.67, parsing/__init__.py.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from gto_daemon.registry.annotations.dvc_variables import DefinedVariables
from gto_daemon.registry.annotations.findings import Findings
from gto_daemon.registry.annotations.interpolation import Sourced, Unresolved, Variables
from gto_daemon.registry.annotations.nodes import Collection, Node
from gto_daemon.registry.annotations.values import UnreadableError, ValueReader, repeated_key
from gto_daemon.registry.evidence.paths import WrongDefinitionError, repository_path

#: Characters of stages, all together, once `foreach` and `matrix` are written out: a second's work.
MAX_WRITTEN_OUT: Final = 4 << 20
#: What a stage counts for at least.
_LEAST: Final = 500

#: The nodes of a key and its value, by key.
Members = dict[str, tuple[Node, Node]]
#: Called with the node of an expression that cannot be resolved; returns what is told the reason.
Reporter = Callable[[Node], Unresolved]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage.

    Attributes:
        directory: where its paths start, from the root of the repository.
        members: what it consists of, expressions and all.
        variables: what the expressions are resolved with.

    """

    directory: str
    members: Members
    variables: Variables


class TooMuchError(Exception):
    """The stages of a file would be too many."""


class Stages:
    """Reads the section `stages` of a `dvc.yaml`.

    Args:
        directory: its folder.
        reader: of its values.
        findings: what is wrong goes there.
        variables: those of the whole file.
        defined: where they are from, to add those of a stage; None if nothing asks for any.
        report: tells what cannot be resolved.

    """

    def __init__(
        self,
        directory: str,
        reader: ValueReader,
        findings: Findings,
        variables: Variables,
        defined: DefinedVariables | None,
        report: Reporter,
    ) -> None:
        self._directory = directory
        self._reader = reader
        self._findings = findings
        self._variables = variables
        self._defined = defined
        self._report = report
        self._left = MAX_WRITTEN_OUT

    def read(self, section: Node) -> Iterator[Stage]:
        """Yield the stages, in order; one that cannot be read is a problem."""
        try:
            items, _ = self._reader.items(section)
        except UnreadableError as error:
            self._findings.at(error.node, "wrong-dvc-yaml", f"'stages' {error.reason}.", error.hint)
            return
        seen = set()
        for name, key, node in items:
            try:
                if name in seen:
                    raise repeated_key(name, key)
                seen.add(name)
                yield from self._group(node)
            except UnreadableError as error:
                self._findings.at(
                    error.node if error.node.end > error.node.start else key,
                    "wrong-dvc-yaml",
                    f"The stage '{name}' {error.reason}, so it does not count.",
                    error.hint,
                )
            except TooMuchError:
                self._findings.at(
                    key,
                    "too-large",
                    f"With the stage '{name}', the file has more than {MAX_WRITTEN_OUT} characters of stages once "
                    "'foreach' and 'matrix' are written out. The rest of it does not count.",
                    "Make fewer stages of it.",
                )
                return

    def _group(self, node: Node) -> Iterator[Stage]:
        members = self._members(node)
        if "matrix" in members:
            template = {key: value for key, value in members.items() if key != "matrix"}
            weight = _weight(node)
            for items in self._combinations(members["matrix"][1]):
                yield from self._stage(template, weight, items)
        elif "foreach" in members:
            if "do" not in members:
                raise UnreadableError("has 'foreach' without 'do'", node, "Write the stage under 'do'.")
            template_node = members["do"][1]
            template = self._members(template_node)
            weight = _weight(template_node)
            for items in self._iterations(members["foreach"][1]):
                yield from self._stage(template, weight, items)
        else:
            yield from self._stage(members, _weight(node), {})

    def _members(self, node: Node) -> Members:
        items, merged = self._reader.items(node)
        members: Members = {}
        for name, key, value in items:
            if not isinstance(name, str):
                continue
            if name in members and not merged:
                raise repeated_key(name, key)
            members[name] = (key, value)
        return members

    def _stage(self, members: Members, weight: int, items: Mapping[str, object]) -> Iterator[Stage]:
        self._spend(weight)
        variables = self._variables.of_stage(items)
        directory = self._directory
        if "wdir" in members:
            node = members["wdir"][1]
            wdir = self._reader.value(node)
            known = Reported(self._report(node))
            # DVC resolves it before there are variables of the stage, and again with them.
            wdir = variables.resolve(wdir, known.report, collections=())
            if known.failed:
                return
            try:
                directory = repository_path(str(wdir), directory, root=True) if wdir else directory
            except WrongDefinitionError as error:
                raise UnreadableError(f"has a 'wdir', '{wdir}', that {error}", node, error.hint) from error
        if "vars" in members and self._defined is not None:
            self._spend(10 * variables.separate())
            self._spend(self._defined.extend(variables, members["vars"][1], directory))
        yield Stage(directory, {key: nodes for key, nodes in members.items() if key != "vars"}, variables)

    def _selected(self, node: Node) -> object | None:
        """Return the data of `foreach` or `matrix`; None if something in it is unknown."""
        self._spend(_weight(node))
        known = Reported(self._report(node))
        value = self._variables.select(self._reader.value(node), known.report)
        return None if known.failed else value

    def _iterations(self, node: Node) -> Iterator[Mapping[str, object]]:
        data = self._selected(node)
        if data is None:
            return
        members = _members_of(data)
        if members is None:
            raise UnreadableError("has a 'foreach' that is neither a list nor a mapping", node, "Write one of them.")
        if isinstance(_bare(data), dict):
            for key, item in {_name(key): item for key, item in members}.items():
                self._spend(len(key))
                yield {"item": item, "key": key}
            return
        if any(map(_is_collection, (item for _, item in members))):
            yield from ({"item": item} for _, item in members)
        else:
            # What is in the list twice makes one stage.
            yield from ({"item": item} for item in {_name(item): item for _, item in members}.values())

    def _combinations(self, node: Node) -> Iterator[Mapping[str, object]]:
        data = self._selected(node)
        if data is None:
            return
        if not isinstance(data, dict):
            raise UnreadableError("has a 'matrix' that is no mapping", node, "Write 'name: [value, …]' lines.")
        axes = {name: self._axis(name, value, node) for name, value in data.items()}
        if prod(len(axis) for axis in axes.values()) * _LEAST > self._left:
            raise TooMuchError
        found: dict[str, object] = {}
        for combination in product(*axes.values()):
            parts = [
                f"{name}{place}" if _is_collection(item) else _name(item)
                for name, (place, item) in zip(axes, combination, strict=True)
            ]
            key = "-".join(parts)
            self._spend(len(key))
            found[key] = dict(zip(axes, (item for _, item in combination), strict=True))
        yield from ({"item": item, "key": key} for key, item in found.items())

    def _axis(self, name: object, value: object, node: Node) -> list[tuple[object, object]]:
        if isinstance(value, str):
            return list(enumerate(value))
        members = _members_of(value)
        if members is None:
            raise UnreadableError(f"has no list as '{name}' in its 'matrix'", node, "Write a list of values.")
        if isinstance(_bare(value), dict):
            return list(enumerate(key for key, _ in members))
        return list(members)

    def _spend(self, characters: int) -> None:
        self._left -= characters
        if self._left < 0:
            raise TooMuchError


class Reported:
    """Tells what cannot be resolved, and remembers whether there was anything."""

    def __init__(self, unresolved: Unresolved) -> None:
        self._unresolved = unresolved
        self.failed = False

    def report(self, expression: str, reason: str, hint: str) -> None:
        """Tell it."""
        self.failed = True
        self._unresolved(expression, reason, hint)


def _weight(node: Node) -> int:
    return _LEAST + (node.weight if isinstance(node, Collection) else node.end - node.start)


def _members_of(value: object) -> list[tuple[object, object]] | None:
    """Return the items of a mapping, or of a list with their places; None for anything else."""
    bare = _bare(value)
    if isinstance(bare, list):
        members: list[tuple[object, object]] = list(enumerate(bare))
    elif isinstance(value, Sourced) and isinstance(bare, dict):
        # DVC leaves out what is under keys that are no text.
        members = [(key, item) for key, item in bare.items() if isinstance(key, str)]
    elif isinstance(bare, dict):
        members = list(bare.items())
    else:
        return None
    return [(key, value.member(key, item)) for key, item in members] if isinstance(value, Sourced) else members


def _is_collection(value: object) -> bool:
    return isinstance(_bare(value), dict | list)


def _bare(value: object) -> object:
    return value.value if isinstance(value, Sourced) else value


def _name(value: object) -> str:
    """Return how DVC writes a value into the name of a stage, and into `key`."""
    if isinstance(value, Sourced):
        return str(value.value)
    return str(value).lower() if isinstance(value, bool) else str(value)
