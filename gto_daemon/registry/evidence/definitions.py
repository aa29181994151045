"""What a `dvc.yaml` says of metrics, params and plots.

Source: DVC 3.67, schema.py, parsing/, repo/metrics/show.py, repo/params/show.py and repo/plots/. DVC refuses a whole
revision for one wrong key; here what is wrong is a problem, and everything else counts.
"""

import codecs
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, cast

from gto_daemon.protocol import Severity
from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.dvc_variables import DefinedVariables
from gto_daemon.registry.annotations.entries import kind_of_value
from gto_daemon.registry.annotations.findings import Findings
from gto_daemon.registry.annotations.interpolation import Collections, Unresolved, Variables
from gto_daemon.registry.annotations.nodes import Node, Sequence, YamlDocument
from gto_daemon.registry.annotations.values import UnreadableError, ValueReader, repeated_key
from gto_daemon.registry.annotations.vars_files import PARAMS, VariableFiles
from gto_daemon.registry.evidence.paths import WrongDefinitionError, repository_path
from gto_daemon.registry.evidence.plot_definitions import stage_plot, top_level_plot
from gto_daemon.registry.evidence.stages import Members, Reported, Stage, Stages
from gto_daemon.registry.evidence.values import Definitions, ParamsSource, PlotDefinition, Value

#: Metrics, params and plots of the stages of one file.
MAX_DEFINED: Final = 20_000


def read_definitions(text: bytes, directory: str, files: VariableFiles) -> Definitions:
    """Return what a `dvc.yaml` defines, whatever the bytes are. Never raises.

    Args:
        text: the file.
        directory: where it is, relative to the repository's root; "" at the root.
        files: what there is of `definition_files`, at the same commit.

    """
    path = posixpath.join(directory, "dvc.yaml")
    try:
        document = compose(text)
    except NotYamlError as error:
        return Definitions(problems=(replace(error.problem, path=path),))
    found = _DvcYaml(document, directory, path, files, templated=_has_expressions(text)).read()
    problems = tuple(each if each.path else replace(each, path=path) for each in found.problems)
    return replace(found, problems=problems)


def definition_files(text: bytes, directory: str, files: VariableFiles | None = None) -> tuple[str, ...]:
    """Return the paths of the files that a `dvc.yaml` may take variables from; they need not exist.

    A stage may have its files in a folder whose name is an expression. With the contents of the files that are known
    already as `files`, those are returned as well: ask again until nothing new is returned.

    Args:
        text: the file.
        directory: its folder, relative to the root of the repository.
        files: as for `read_definitions`, as far as they are known.

    """
    if not _has_expressions(text):
        return ()
    asked = _Asked(files or {})
    read_definitions(text, directory, asked)
    return tuple(asked.paths)


def _has_expressions(text: bytes) -> bool:
    return b"${" in text or text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


class _Asked(Mapping[str, bytes]):
    """Files, and the paths that anything asked for."""

    def __init__(self, files: VariableFiles) -> None:
        self._files = files
        self.paths: dict[str, None] = {}

    def __getitem__(self, path: str) -> bytes:
        self.paths[path] = None
        return self._files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


_UNREADABLE: Final = object()


class _DvcYaml:
    def __init__(
        self, document: YamlDocument, directory: str, path: str, files: VariableFiles, *, templated: bool
    ) -> None:
        self._document = document
        self._directory = directory
        self._path = path
        self._templated = templated
        self._reader = ValueReader(old=document.old)
        self._findings = Findings(document.lines)
        self._defined = DefinedVariables(directory, files, self._findings, self._reader)
        self._values: dict[int, object] = {}
        self._reported: set[tuple[int, str]] = set()
        self._metrics: dict[str, None] = {}
        self._params: list[ParamsSource] = []
        # By name as written: of two, the last counts.
        self._top_plots: dict[str, PlotDefinition] = {}
        self._stage_plots: list[PlotDefinition] = []

    def read(self) -> Definitions:
        sections = self._sections()
        variables = Variables()
        if self._templated:
            variables = self._defined.read(sections["vars"][1] if "vars" in sections else None)
        if "stages" in sections:
            stages = Stages(
                self._directory,
                self._reader,
                self._findings,
                variables,
                self._defined if self._templated else None,
                self._reporter,
            )
            self._read_stages(stages.read(sections["stages"][1]), sections["stages"][0])
        self._read_top_level(sections, variables)
        return Definitions(
            metrics=tuple(self._metrics),
            params=merged_params(self._params),
            plots=(*self._top_plots.values(), *self._stage_plots),
            variables=cast("dict[str, dict[str, Value]]", variables.used),
            problems=self._findings.all(),
        )

    def _sections(self) -> Members:
        sections: Members = {}
        try:
            items, merged = self._reader.items(self._document.root) if self._document.root else ([], False)
        except UnreadableError as error:
            self._wrong(error.node, f"The file {error.reason}", error.hint)
            return {}
        for name, key, node in items:
            if name in sections and not merged:
                wrong = repeated_key(name, key)
                self._wrong(key, f"The file {wrong.reason}; the first counts", wrong.hint)
            elif isinstance(name, str):
                sections[name] = (key, node)
        return sections

    def _read_stages(self, stages: Iterable[Stage], key: Node) -> None:
        for stage in stages:
            self._read_stage(stage)
            if len(self._metrics) + len(self._params) + len(self._stage_plots) > MAX_DEFINED:
                reason = f"The stages have more than {MAX_DEFINED} metrics, params and plots; the rest does not count."
                self._findings.at(key, "too-large", reason, "Name a folder instead of many files.")
                return

    def _read_stage(self, stage: Stage) -> None:
        for name, (key, node) in stage.members.items():
            if name in ("metrics", "params", "plots"):
                for place, value in self._items(name, key, node, stage.variables, ()):
                    for path, more in self._entries(place, value, name):
                        self._add(place, name, path, more, stage.directory)
            elif self._templated:
                # What the rest of it asks for is used by the stage as well.
                self._resolved(node, stage.variables, (dict,) if name == "cmd" else (), counts=False)

    def _entries(self, node: Node, value: object, kind: str) -> Iterable[tuple[str, object]]:
        """Return the paths of an item of a stage, with what is written of each."""
        if isinstance(value, str):
            return [(PARAMS, [value])] if kind == "params" else [(value, {})]
        if isinstance(value, dict) and all(isinstance(path, str) for path in value):
            return cast("dict[str, object]", value).items()
        self._wrong(node, f"'{kind}' has {kind_of_value(value)}, which does not count", "Write the path of a file.")
        return ()

    def _add(self, node: Node, kind: str, path: str, more: object, directory: str) -> None:
        try:
            if kind == "params":
                self._params.append(ParamsSource(repository_path(path, directory), _param_keys(more)))
            elif kind == "plots":
                self._stage_plots.append(stage_plot(path, more, directory))
            else:
                self._metrics[repository_path(path, directory)] = None
        except WrongDefinitionError as error:
            self._wrong(node, f"'{path}' {error}, so it does not count", error.hint)

    def _read_top_level(self, sections: Members, variables: Variables) -> None:
        for kind in ("metrics", "params", "plots"):
            if kind in sections:
                for place, value in self._items(kind, *sections[kind], variables, (dict, list)):
                    self._add_top_level(place, kind, value)

    def _add_top_level(self, node: Node, kind: str, value: object) -> None:
        # DVC takes the first key, whatever else there is.
        plotted = next(iter(value.items()), None) if isinstance(value, dict) and kind == "plots" else None
        path, properties = plotted or (value, None)
        if not isinstance(path, str):
            self._wrong(node, f"'{kind}' has {kind_of_value(path)}, which does not count", "Write the path of a file.")
            return
        try:
            if kind == "plots":
                self._top_plots[path] = top_level_plot(path, properties, self._directory, self._path)
                return
            # Windows' separator will do for DVC, at this place.
            found = repository_path(path.replace("\\", "/"), self._directory)
        except WrongDefinitionError as error:
            self._wrong(node, f"'{path}' {error}, so it does not count", error.hint)
            return
        if kind == "params":
            self._params.append(ParamsSource(found))
        else:
            self._metrics[found] = None

    def _items(
        self, name: str, key: Node, node: Node, variables: Variables, collections: Collections
    ) -> Iterator[tuple[Node, object]]:
        if not isinstance(node, Sequence):
            place = node if node.end > node.start else key
            self._wrong(place, f"'{name}' is no list, so nothing in it counts", "Write a list, '- ' before each path.")
            return
        for child in node.children:
            value = self._resolved(child, variables, collections, counts=True)
            if value is not _UNREADABLE:
                yield child, value

    def _resolved(self, node: Node, variables: Variables, collections: Collections, *, counts: bool) -> object:
        """Return the value, or `_UNREADABLE`, which is a problem already."""
        if id(node) not in self._values:
            # The document keeps its nodes, so that no other gets the id.
            self._values[id(node)] = self._value(node)
        known = Reported(self._reporter(node, counts=counts))
        value = variables.resolve(self._values[id(node)], known.report, collections=collections)
        return _UNREADABLE if known.failed else value

    def _value(self, node: Node) -> object:
        try:
            return self._reader.value(node)
        except UnreadableError as error:
            self._wrong(error.node, f"A value {error.reason}, so it does not count", error.hint)
            return _UNREADABLE

    def _reporter(self, node: Node, *, counts: bool = True) -> Unresolved:
        def report(expression: str, reason: str, hint: str) -> None:
            if (id(node), expression) in self._reported:
                # By another stage of the same `foreach`.
                return
            self._reported.add((id(node), expression))
            end = "so what it is part of does not count" if counts else "and DVC refuses the file for that"
            severity: Severity = "error" if counts else "warning"
            self._findings.at(node, "unresolved-variable", f"'{expression}' {reason}, {end}.", hint, severity=severity)

        return report

    def _wrong(self, node: Node, reason: str, hint: str) -> None:
        self._findings.at(node, "wrong-dvc-yaml", f"{reason}.", hint)


def merged_params(sources: Iterable[ParamsSource]) -> tuple[ParamsSource, ...]:
    """Return the sources with each file once; the whole of it if any takes the whole."""
    sources = list(sources)
    whole = {source.path for source in sources if not source.keys}
    found: dict[str, dict[str, None]] = {}
    for source in sources:
        found.setdefault(source.path, {}).update(dict.fromkeys(source.keys))
    return tuple(ParamsSource(path, () if path in whole else tuple(keys)) for path, keys in found.items())


def _param_keys(value: object) -> tuple[str, ...]:
    if not value:
        return ()
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        raise WrongDefinitionError(
            "has something else than a list of keys after its colon", "Write '- KEY' lines, or nothing for all of it."
        )
    return tuple(value)
