"""A document of the editor, read: which kind of file it is, and where its entries stand."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from gto_daemon.registry.annotations import Annotation
from gto_daemon.registry.annotations import nodes as yaml
from gto_daemon.registry.annotations.artifacts_yaml import read_artifacts
from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.dvc_yaml import read_dvc_artifacts
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.config import CONFIG_FILE, Config, read_config
from gto_daemon.registry.problems import Position, Problem, Range

Kind = Literal["artifacts", "dvc", "config", "references"]

#: Characters of a document that is looked at. 3,000 artifacts are 300,000; composing more would hold up the daemon.
LONGEST = 2 << 20
_DVC = "dvc.yaml"
_SECTION = "artifacts"
_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|(?:.*/)?\.gitlab-ci\.ya?ml")
_ELSEWHERE = re.compile(r".*\.(?:ya?ml|md|py)")
_OUTSIDE = re.compile(r"^[^\s#]", re.MULTILINE)
_TOP_KEY = re.compile(r"^(?P<quote>[\"']?)(?P<key>[^\s#\"':][^#\"':\r\n]*?)(?P=quote)[ \t]*:(?=\s|$)", re.MULTILINE)
_INNER_KEY = re.compile(r"[ \t]+(?P<quote>[\"']?)(?P<key>[^\s#\"':-][^#\"':\r\n]*?)(?P=quote)[ \t]*:(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Field:
    """A key of an entry and its value, as places in the text."""

    key: str
    key_start: int
    key_end: int
    value: yaml.Node

    @property
    def text(self) -> str | None:
        """The value, where it is a scalar."""
        return self.value.text if isinstance(self.value, yaml.Scalar) else None


@dataclass(frozen=True, slots=True)
class Entry:
    """An artifact of an annotation file.

    Attributes:
        name: of the artifact, `some/dir:churn` in a folder.
        key: as it is written.
        start: of the key in the text; `end`: of the key.
        extent: where the last of its values ends.
        fields: in the order of the file.

    """

    name: str
    key: str
    start: int
    end: int
    extent: int
    fields: tuple[Field, ...] = ()

    def field(self, key: str) -> Field | None:
        """The field of that name."""
        return next((each for each in self.fields if each.key == key), None)


@dataclass(frozen=True, slots=True)
class Document:
    """A document, read as far as it goes.

    Attributes:
        path: relative to the root of the repository.
        kind: which file of the registry's it is.
        directory: the folder of a `dvc.yaml`, relative to the root; "" otherwise.
        text: without a byte order mark.
        lines: of the text.
        root: its node; None for no YAML, or none at all.
        entries: of an annotation file.
        annotations: by artifact; those that count.
        config: what a `.gto` says.
        problems: what the registry's own readers said.
        is_whole: it could be read as YAML.

    """

    path: str
    kind: Kind
    directory: str
    text: str
    lines: Lines
    root: yaml.Node | None = None
    entries: tuple[Entry, ...] = ()
    annotations: Mapping[str, Annotation] | None = None
    config: Config | None = None
    problems: tuple[Problem, ...] = ()
    is_whole: bool = True

    def range(self, start: int, end: int) -> Range:
        """From one character up to another."""
        return self.lines.range(start, end)

    def offset(self, position: Position) -> int:
        """The character at a position; one beyond a line is at its end."""
        return self.lines.index(position)

    def trimmed(self, end: int) -> int:
        """`end` without the white space before it: a block's own end is where the next line begins."""
        while end and self.text[end - 1].isspace():
            end -= 1
        return end

    def entry_at(self, offset: int) -> Entry | None:
        """The entry that a character is in: from the line of its key to its last value, and what is indented below."""
        line_start, line_end = self.lines.line_of(offset)
        before = [entry for entry in self.entries if entry.start < max(line_end, offset + 1)]
        entry = max(before, key=lambda each: each.start, default=None)
        if entry is None or line_start <= entry.extent:
            return entry
        between = self.text[self.lines.line_of(entry.extent)[1] : line_end]
        return None if _OUTSIDE.search(between) or between[-1:] == "" else entry


def kind_of(path: str, index: str, *, everywhere: bool = False) -> Kind | None:
    """Which file of the registry's the path is; None for none.

    Args:
        path: relative to the root of the repository.
        index: the annotation file that GTO reads (`INDEX` of the configuration).
        everywhere: references count in any YAML, Markdown and Python file, not only in those of CI.

    """
    if path == index:
        return "artifacts"
    if path == CONFIG_FILE:
        return "config"
    if posixpath.basename(path) == _DVC:
        return "dvc"
    if _WORKFLOW.fullmatch(path) or (everywhere and _ELSEWHERE.fullmatch(path)):
        return "references"
    return None


def read_document(path: str, kind: Kind, text: str, variables: bytes | None = None) -> Document:
    """The document. Never raises; what is too long is not looked at, but for a problem that says so.

    Args:
        path: relative to the root of the repository.
        kind: what it is.
        text: what the editor has.
        variables: the `params.yaml` beside a `dvc.yaml`.

    """
    text = text.removeprefix("\ufeff")
    directory = posixpath.dirname(path) if kind == "dvc" else ""
    if len(text) > LONGEST:
        return Document(path, kind, directory, "", Lines(""), problems=(_too_long(len(text)),), is_whole=False)
    lines = Lines(text)
    if kind == "references":
        return Document(path, kind, directory, text, lines)
    if kind == "config":
        config = read_config(text.encode("utf-8", "surrogatepass"), {})
        root, problem = _composed(text)
        return Document(
            path, kind, directory, text, lines, root, config=config, problems=config.problems, is_whole=problem is None
        )
    if kind == "dvc" and _SECTION not in text:
        return Document(path, kind, directory, text, lines, annotations={})
    try:
        composed = compose(text.encode("utf-8", "surrogatepass"))
    except NotYamlError as error:
        entries = tuple(_scanned(text, kind, directory))
        return Document(path, kind, directory, text, lines, None, entries, problems=(error.problem,), is_whole=False)
    if kind == "artifacts":
        file = read_artifacts(composed)
    else:
        file = read_dvc_artifacts(composed, directory, variables if "${" in text else None)
    entries = tuple(_entries(composed.root, kind, directory))
    return Document(
        path, kind, directory, text, lines, composed.root, entries, annotations=file.annotations, problems=file.problems
    )


def _composed(text: str) -> tuple[yaml.Node | None, Problem | None]:
    try:
        return compose(text.encode("utf-8", "surrogatepass")).root, None
    except NotYamlError as error:
        return None, error.problem


def _entries(root: yaml.Node | None, kind: Kind, directory: str) -> Iterator[Entry]:
    holder = root
    if kind == "dvc":
        pairs = root.pairs() if isinstance(root, yaml.Mapping) else []
        holder = next((v for k, v in pairs if isinstance(k, yaml.Scalar) and k.text == _SECTION), None)
    for key, value in holder.pairs() if isinstance(holder, yaml.Mapping) else ():
        if not isinstance(key, yaml.Scalar) or key.text == "<<":
            continue
        fields = tuple(_fields(value)) if isinstance(value, yaml.Mapping) else ()
        extent = max(key.end, value.end)
        yield Entry(_full(key.text, directory), key.text, key.start, key.end, extent, fields)


def _fields(value: yaml.Mapping) -> Iterator[Field]:
    for key, inner in value.pairs():
        if isinstance(key, yaml.Scalar):
            yield Field(key.text, key.start, key.end, inner)


def _scanned(text: str, kind: Kind, directory: str) -> Iterator[Entry]:
    """Where entries seem to stand in a text that is being typed and is no YAML at the moment."""
    if kind == "artifacts":
        found = [match for match in _TOP_KEY.finditer(text) if match["key"] != "<<"]
    else:
        found = list(_below_section(text))
    for match in found:
        start, end = match.span("key")
        quote = len(match["quote"])
        line_end = text.find("\n", end)
        yield Entry(
            _full(match["key"], directory),
            match["key"],
            start - quote,
            end + quote,
            len(text) if line_end < 0 else line_end,
        )


def _below_section(text: str) -> Iterator[re.Match[str]]:
    at, indent, inside = 0, -1, False
    for line in text.splitlines(keepends=True):
        if line.startswith(f"{_SECTION}:"):
            inside = True
        elif inside and line[:1] not in (" ", "\t", "#", "\r", "\n"):
            return
        elif inside:
            match = _INNER_KEY.match(text, at, at + len(line))
            if match is not None:
                depth = len(line) - len(line.lstrip())
                indent = depth if indent < 0 else indent
                if depth == indent:
                    yield match
        at += len(line)


def _full(key: str, directory: str) -> str:
    return f"{directory}:{key}" if directory else key


def _too_long(length: int) -> Problem:
    return Problem(
        code="too-large",
        severity="warning",
        message=f"The document has {length} characters, and at most {LONGEST} are looked at in an editor.",
        hint="Keep data in a file of its own, and its path here.",
        range=Range(Position(0, 0), Position(0, 0)),
    )
