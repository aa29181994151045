"""`artifacts.yaml`: GTO's own annotation file, at the root of a repository.

Source: GTO 1.10.1, index.py (`Artifact`, `Index.read_state`) and pydantic's lax rules. Where GTO refuses the file
for one bad entry, and with it every command, that entry is a problem and the others count.
"""

from dataclasses import replace

from gto_daemon.registry.annotations.annotation import Annotation, AnnotationFile, FieldRanges
from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.entries import AnnotationEntry
from gto_daemon.registry.annotations.findings import Findings
from gto_daemon.registry.annotations.json_values import json_value
from gto_daemon.registry.annotations.nodes import Node, Scalar, YamlDocument
from gto_daemon.registry.annotations.other_tools import problem_of_another_tool
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.annotations.values import UnreadableError, ValueReader
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import is_stage_name


def parse_artifacts_yaml(text: bytes) -> AnnotationFile:
    """Parse the annotations of an `artifacts.yaml`, whatever the bytes are.

    Never raises. An entry that GTO would refuse is left out, with a problem; a file that is not a mapping of
    entries, or is another tool's, has one problem and no annotations.
    """
    try:
        document = compose(text)
    except NotYamlError as error:
        return AnnotationFile({}, (error.problem,))
    file = read_artifacts(document)
    other = problem_of_another_tool(document, file.problems)
    return file if other is None else AnnotationFile({}, (other,))


def read_artifacts(document: YamlDocument) -> AnnotationFile:
    """Read the annotations of a composed `artifacts.yaml`. Never raises."""
    findings = Findings(document.lines)
    if document.root is None:
        return AnnotationFile({}, (_EMPTY,))
    if document.tab is not None:
        findings.add(replace(_TAB, range=document.tab_range()))
    reader = ValueReader(old=document.old)
    try:
        items, merged = reader.items(document.root)
    except UnreadableError as error:
        findings.at(error.node, "wrong-artifacts-yaml", f"The file {error.reason}.", error.hint)
        return AnnotationFile({}, findings.all())
    annotations = {}
    for name, (key, node) in findings.named(items, _same, _is_name, merged=merged).items():
        try:
            annotations[name] = _annotation(name, key, node, reader, document.lines, findings)
        except UnreadableError as error:
            findings.left_out(name, key, error)
    return AnnotationFile(annotations, findings.all())


_TAB = Problem(
    code="tab",
    severity="error",
    message="There is a tab between values or in plain text, and GTO refuses every command for that.",
    hint="Write a space, or put text with a tab in quotes.",
)
_EMPTY = Problem(
    code="wrong-artifacts-yaml",
    severity="error",
    message="The file is empty, and GTO refuses every command for that.",
    hint="Write '{}' for no annotations, or delete the file.",
)


def _same(name: str, _: Node) -> str:
    return name


def _is_name(name: str) -> bool:
    # GTO's pattern allows a line break at the end.
    return is_stage_name(name.removesuffix("\n"))


def _annotation(name: str, key: Node, node: Node, reader: ValueReader, lines: Lines, findings: Findings) -> Annotation:
    if isinstance(node, Scalar) and reader.value(node) is None:
        raise UnreadableError(
            "has nothing after its colon", key, f"Write '{name}: {{}}' for an artifact without fields."
        )
    entry = AnnotationEntry(reader, node)
    unprintable: dict[str, None] = {}
    annotation = Annotation(
        name=name,
        type=entry.text("type") if entry.values.get("type") is not None else None,
        path=entry.text("path") if entry.values.get("path") is not None else None,
        virtual=entry.boolean("virtual", default=True),
        labels=entry.texts("labels"),
        description=entry.text("description") if "description" in entry.values else "",
        custom=json_value(entry.values.get("custom"), unprintable.setdefault),
        range=lines.range(key.start, key.end),
        fields=FieldRanges(entry.places(), lines),
    )
    if unprintable:
        findings.at(
            entry.nodes["custom"][1],
            "unprintable-value",
            f"'{name}' has {' and '.join(unprintable)} in 'custom', which plain gto cannot print as JSON.",
            "Put it in quotes, or write a list.",
            artifact=name,
            severity="warning",
        )
    return annotation
