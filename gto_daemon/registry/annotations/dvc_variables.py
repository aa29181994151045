"""All variables of a `dvc.yaml`: from its `vars`, its `params.yaml` and the files that `vars` lists.

If DVC would refuse the `dvc.yaml` for one of them, that is a problem, and the others count.
"""

from dataclasses import replace
from typing import Final

from gto_daemon.registry.annotations.findings import Findings
from gto_daemon.registry.annotations.interpolation import Variables, has_expression
from gto_daemon.registry.annotations.nodes import Node, Sequence
from gto_daemon.registry.annotations.values import UnreadableError, ValueReader
from gto_daemon.registry.annotations.vars_files import (
    MAX_FILES,
    PARAMS,
    VariableFiles,
    WrongVariablesError,
    listed,
    read_variables,
    unsupported,
)
from gto_daemon.registry.problems import Problem

_REFUSED: Final = "and DVC refuses the dvc.yaml for that"


class DefinedVariables:
    """The variables of one `dvc.yaml`.

    Args:
        directory: its folder, relative to the root of the repository; "" at the root.
        files: what there is of `variable_files`.
        findings: what is wrong goes there.
        reader: of the values of the `dvc.yaml`.

    """

    def __init__(self, directory: str, files: VariableFiles, findings: Findings, reader: ValueReader) -> None:
        self._directory = directory
        self._files = files
        self._findings = findings
        self._reader = reader
        self._variables = Variables()
        # Path to the keys that were taken so far; None for all of it.
        self._loaded: dict[str, set[str] | None] = {}
        self._contents: dict[str, dict[object, object] | WrongVariablesError] = {}
        self._bytes = 0

    def read(self, section: Node | None) -> Variables:
        """Return them; `section` is the value of `vars`, if there is one."""
        params, _ = listed(PARAMS, self._directory)
        if params is not None and params in self._files:
            self._loaded[params] = None
            self._define_file(params, (), None)
        if section is not None:
            self._read_section(section)
        return self._variables

    def extend(self, variables: Variables, section: Node, directory: str) -> int:
        """Add what a stage in `directory` defines under `vars` to its variables; return how many bytes that read."""
        inner = DefinedVariables(directory, self._files, self._findings, self._reader)
        inner._variables = variables
        inner._loaded = {path: keys and set(keys) for path, keys in self._loaded.items()}
        inner._contents = self._contents
        inner._read_section(section)
        return inner._bytes

    def _read_section(self, section: Node) -> None:
        try:
            values = self._reader.value(section)
        except UnreadableError as error:
            self._findings.at(error.node, "wrong-vars", f"'vars' {error.reason}, so nothing in it counts.", error.hint)
            return
        if not isinstance(section, Sequence) or not isinstance(values, list):
            hint = "Write a list of mappings and file names."
            self._findings.at(section, "wrong-vars", "'vars' is no list, so nothing in it counts.", hint)
            return
        for number, (node, value) in enumerate(zip(section.children, values, strict=True)):
            if isinstance(value, dict):
                if has_expression(value):
                    self._wrong(node, "'vars' has an expression in a mapping", "Write what it stands for.")
                self._check_values(value, node, None)
                self._define(value, node, None)
            elif not isinstance(value, str):
                self._wrong(node, "'vars' has an item that is neither a mapping nor the name of a file")
            elif has_expression(value):
                self._wrong(node, f"'vars' has an expression in '{value}'")
            elif number < MAX_FILES:
                self._load(value, node)

    def _load(self, item: str, node: Node) -> None:
        path, keys = listed(item, self._directory)
        if path is None:
            self._wrong(node, f"'{item}' is outside of the repository", "Keep the file in the repository.")
            return
        if path not in self._files:
            self._wrong(node, f"there is no file {path}", "Write where it is, from the folder of this dvc.yaml.")
            return
        known = self._loaded.get(path)
        if path in self._loaded and known is None and not keys:
            return
        if path in self._loaded and (known is None or not keys or known.intersection(keys)):
            self._wrong(node, f"'{item}' takes what was taken from {path} before", "Name the file once.")
            return
        self._loaded[path] = None if not keys else {*(known or ()), *keys}
        self._define_file(path, keys, node)

    def _define_file(self, path: str, keys: tuple[str, ...], node: Node | None) -> None:
        self._bytes += len(self._files[path])
        values = self._content(path)
        if isinstance(values, WrongVariablesError):
            self._add_wrong_file(path, values)
            return
        if keys:
            missing = [key for key in keys if key not in values]
            if missing and node is not None:
                self._wrong(node, f"{path} has no '{missing[0]}'", "Take a key that is at its top.")
                return
            values = {key: values[key] for key in keys if key in values}
        self._check_values(values, node, path)
        self._define(values, node, path)

    def _content(self, path: str) -> dict[object, object] | WrongVariablesError:
        """Return what a file defines, or why it cannot be read; each file is read once."""
        if path not in self._contents:
            try:
                self._contents[path] = read_variables(path, self._files[path])
            except WrongVariablesError as error:
                self._contents[path] = error
        return self._contents[path]

    def _define(self, values: dict[object, object], node: Node | None, path: str | None) -> None:
        for taken in self._variables.define(values, path):
            message = f"'{taken}' is defined twice; the first definition counts, and DVC refuses the file."
            problem = Problem(
                code="redefined-variable", severity="warning", message=message, hint="Delete one of them.", path=path
            )
            if node is None:
                self._findings.add(problem)
            else:
                self._findings.at(node, problem.code, message, problem.hint, severity="warning")

    def _check_values(self, values: dict[object, object], node: Node | None, path: str | None) -> None:
        found = unsupported(values)
        if found is None:
            return
        kind, place = found
        message = f"'{place}' is {kind}, {_REFUSED}."
        hint = "Put it in quotes."
        if node is None or path is not None:
            self._findings.add(
                Problem(code="unsupported-variable", severity="warning", message=message, hint=hint, path=path)
            )
        else:
            self._findings.at(node, "unsupported-variable", message, hint, severity="warning")

    def _wrong(self, node: Node, reason: str, hint: str = "Write a list of mappings and file names.") -> None:
        self._findings.at(node, "wrong-vars", f"{reason[0].upper()}{reason[1:]}, {_REFUSED}.", hint, severity="warning")

    def _add_wrong_file(self, path: str, error: WrongVariablesError) -> None:
        problem = error.problem
        if problem is not None and problem.code:
            # Not YAML: said as of any other file.
            self._findings.add(replace(problem, path=path))
            return
        message = f"{path} {error}, so nothing in it counts, {_REFUSED}."
        hint = problem.hint if problem is not None else "Mend it, or do not name it in 'vars'."
        place = problem.range if problem is not None else None
        self._findings.add(
            Problem(code="wrong-params", severity="error", message=message, hint=hint, path=path, range=place)
        )
