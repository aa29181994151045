"""The `artifacts:` section of a `dvc.yaml`.

Source: DVC 3.67, schema.py (`ARTIFACT_SCHEMA`), annotations.py and parsing/__init__.py. DVC refuses the whole file
for one wrong key; here an entry with a key too many or too few still counts, and the key is a problem.
"""

import codecs
import posixpath
from typing import Final

from gto_daemon.registry.annotations.annotation import Annotation, AnnotationFile, FieldRanges
from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.dvc_variables import DefinedVariables
from gto_daemon.registry.annotations.entries import AnnotationEntry
from gto_daemon.registry.annotations.findings import Findings
from gto_daemon.registry.annotations.interpolation import Unresolved, Variables
from gto_daemon.registry.annotations.json_values import json_value
from gto_daemon.registry.annotations.nodes import Node, Scalar, YamlDocument
from gto_daemon.registry.annotations.values import UnreadableError, ValueReader, repeated_key
from gto_daemon.registry.annotations.vars_files import VariableFiles
from gto_daemon.registry.tag_names import is_artifact_name

#: No variables but those in `vars` itself.
NO_FILES: Final[VariableFiles] = {}
_FIELDS = ("path", "type", "desc", "labels", "meta")


def parse_dvc_yaml(text: bytes, directory: str, files: VariableFiles = NO_FILES) -> AnnotationFile:
    """Parse the annotations of a `dvc.yaml`, whatever the bytes are. Never raises.

    Args:
        text: the file.
        directory: where it is, relative to the repository's root; "" at the root. The artifact `x` of `some/dir`
            is `some/dir:x`.
        files: what there is of `variable_files`, at the same commit.

    """
    # Most files of a pipeline have no such section, and the scan costs a hundredth of parsing.
    wide = text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"artifacts" not in text and not wide:
        return AnnotationFile({}, ())
    try:
        document = compose(text)
    except NotYamlError as error:
        return AnnotationFile({}, (error.problem,))
    return read_dvc_artifacts(document, directory, files)


def read_dvc_artifacts(document: YamlDocument, directory: str, files: VariableFiles = NO_FILES) -> AnnotationFile:
    """Read the annotations of a composed `dvc.yaml`. Never raises."""
    return _DvcFile(document, directory, files).read()


class _DvcFile:
    def __init__(self, document: YamlDocument, directory: str, files: VariableFiles) -> None:
        self._document = document
        self._reader = ValueReader(old=document.old)
        self._findings = Findings(document.lines)
        folder = posixpath.normpath(directory.strip("/") or ".")
        self._directory = "" if folder == "." else folder
        self._files = files
        self._sections: dict[str, tuple[Node, Node]] = {}
        self._variables: Variables | None = None

    def read(self) -> AnnotationFile:
        annotations: dict[str, Annotation] = {}
        try:
            self._find_sections()
            if "artifacts" in self._sections:
                # DVC reads them whether anything asks for one or not.
                self._known_variables()
            for name, (key, node) in self._entries().items():
                try:
                    annotations[name] = self._annotation(name, key, node)
                except UnreadableError as error:
                    self._findings.left_out(name, key, error)
        except UnreadableError as error:
            self._findings.at(error.node, "wrong-dvc-yaml", f"The file {error.reason}.", error.hint)
        return AnnotationFile(annotations, self._findings.all())

    def _find_sections(self) -> None:
        root = self._document.root
        if root is None:
            return
        for key, key_node, node in self._reader.items(root)[0]:
            if isinstance(key, str) and key not in self._sections:
                self._sections[key] = (key_node, node)
            elif key == "artifacts":
                raise repeated_key(key, key_node)

    def _entries(self) -> dict[str, tuple[Node, Node]]:
        if "artifacts" not in self._sections:
            return {}
        key_node, section = self._sections["artifacts"]
        if isinstance(section, Scalar) and self._reader.value(section) is None:
            raise UnreadableError(
                "has nothing under 'artifacts'", key_node, "Describe an artifact there, or delete it."
            )
        items, merged = self._reader.items(section)
        return self._findings.named(items, self._full_name, is_artifact_name, merged=merged)

    def _full_name(self, key: str, node: Node) -> str:
        name = self._resolved_text(key, node, None)
        return f"{self._directory}:{name}" if self._directory else name

    def _annotation(self, name: str, key: Node, node: Node) -> Annotation:
        if isinstance(node, Scalar) and self._reader.value(node) is None:
            raise UnreadableError("has nothing after its colon", key, "Write its 'path' there.")
        entry = AnnotationEntry(self._reader, node)
        annotation = Annotation(
            name=name,
            type=self._text(entry, "type", name),
            path=self._text(entry, "path", name),
            virtual=None,
            labels=tuple(self._resolved_text(label, entry.nodes["labels"][1], name) for label in entry.texts("labels")),
            description=self._text(entry, "desc", name) or "",
            custom=self._custom(entry, name),
            range=self._document.lines.range(key.start, key.end),
            fields=FieldRanges(entry.places(), self._document.lines),
        )
        self._check_keys(entry, key, name)
        return annotation

    def _check_keys(self, entry: AnnotationEntry, key: Node, name: str) -> None:
        if "path" not in entry.values:
            self._findings.at(
                key,
                "missing-field",
                f"'{name}' has no 'path', and DVC refuses the file for that.",
                "Write where it is: 'path: models/churn.pkl'.",
                artifact=name,
                severity="warning",
            )
        for unknown in [key for key in entry.values if key not in _FIELDS]:
            self._findings.at(
                entry.nodes[unknown][0],
                "unknown-field",
                f"'{name}' has a field '{unknown}', and DVC refuses the file for that.",
                f"The fields are {', '.join(_FIELDS)}; anything else goes under 'meta'.",
                artifact=name,
                severity="warning",
            )

    def _text(self, entry: AnnotationEntry, field: str, name: str) -> str | None:
        if field not in entry.values:
            return None
        return self._resolved_text(entry.text(field), entry.nodes[field][1], name)

    def _resolved_text(self, text: str, node: Node, name: str | None) -> str:
        if "${" not in text:
            return text
        return self._known_variables().resolve_text(text, self._reporter(node, name))

    def _custom(self, entry: AnnotationEntry, name: str) -> object:
        if "meta" not in entry.values:
            return None
        value = json_value(entry.values["meta"], lambda _: None)
        return self._known_variables().resolve(value, self._reporter(entry.nodes["meta"][1], name))

    def _reporter(self, node: Node, name: str | None) -> Unresolved:
        def report(expression: str, reason: str, hint: str) -> None:
            self._findings.at(
                node,
                "unresolved-variable",
                f"'{expression}' {reason}, so it stays as it is.",
                hint,
                artifact=name,
                severity="warning",
            )

        return report

    def _known_variables(self) -> Variables:
        if self._variables is None:
            defined = DefinedVariables(self._directory, self._files, self._findings, self._reader)
            self._variables = defined.read(self._sections["vars"][1] if "vars" in self._sections else None)
        return self._variables
