"""A document of the editor, read: which kind of file it is, and where its entries stand."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from gto_daemon.editor.entries import ArtifactEntry, EntrySyntax, described_in, full_name
from gto_daemon.editor.incremental import Pieces, cut
from gto_daemon.editor.kept import Kept
from gto_daemon.editor.limits import MAX_DOCUMENT
from gto_daemon.registry.annotations import nodes as yaml
from gto_daemon.registry.annotations.artifacts_yaml import read_artifacts
from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.dvc_yaml import NO_FILES, read_dvc_artifacts
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.annotations.vars_files import VariableFiles
from gto_daemon.registry.config import CONFIG_FILE, Config
from gto_daemon.registry.config_reading import read_config
from gto_daemon.registry.problems import Position, Problem, Range
from gto_daemon.registry.rules.reading import RulesFile, read_rules
from gto_daemon.registry.rules.values import RULES_FILE

Kind = Literal["artifacts", "dvc", "config", "rules", "references"]

_DVC = "dvc.yaml"
_SECTION = "artifacts"
_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml")
_ELSEWHERE = re.compile(r"(?:.*/)?(?:Docker|Container)file(?:\.[^/]*)?|.*\.(?:ya?ml|md|py|[Dd]ockerfile)")
_OUTSIDE = re.compile(r"^[^\s#]", re.MULTILINE)
_TOP_KEY = re.compile(r"^(?P<quote>[\"']?)(?P<key>[^\s#\"':][^#\"':\r\n]*?)(?P=quote)[ \t]*:(?=\s|$)", re.MULTILINE)
_INNER_KEY = re.compile(r"[ \t]+(?P<quote>[\"']?)(?P<key>[^\s#\"':-][^#\"':\r\n]*?)(?P=quote)[ \t]*:(?=\s|$)")


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document, read as far as it goes.

    Attributes:
        path: relative to the root of the repository.
        kind: which file of the registry's it is.
        directory: the folder of a `dvc.yaml`, relative to the root; "" otherwise.
        text: without a byte order mark.
        lines: of the text.
        roots: its nodes, each with where its text begins; none for no YAML.
        entries: of an annotation file.
        config: what a `.gto` says.
        rules: what a `.gtod.yaml` says.
        problems: what the registry's own readers said.
        is_whole: it could be read as YAML.
        pieces: what of it need not be read again; of an earlier state where it was read as a whole.
        kept: what was worked out for its earlier states, and is for this one.

    """

    path: str
    kind: Kind
    directory: str
    text: str
    lines: Lines
    roots: tuple[tuple[int, yaml.Node], ...] = ()
    entries: tuple[ArtifactEntry, ...] = ()
    config: Config | None = None
    rules: RulesFile | None = None
    problems: tuple[Problem, ...] = ()
    is_whole: bool = True
    pieces: Pieces | None = None
    kept: Kept = field(default_factory=Kept, compare=False, repr=False)

    @property
    def root(self) -> yaml.Node | None:
        """The only node of a document that was read as a whole."""
        return self.roots[0][1] if len(self.roots) == 1 and self.roots[0][0] == 0 else None

    def pairs(self) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        """Yield the keys and values of the root; their places are relative."""
        for _, root in self.roots:
            yield from root.pairs() if isinstance(root, yaml.Mapping) else ()

    def range(self, start: int, end: int) -> Range:
        """From one character up to another."""
        return self.lines.range(start, end)

    def offset(self, position: Position) -> int:
        """Return the character at a position; one beyond a line is at its end."""
        return self.lines.index(position)

    def trimmed(self, end: int) -> int:
        """`end` without the white space before it: a block's own end is where the next line begins."""
        while end and self.text[end - 1].isspace():
            end -= 1
        return end

    def entry_at(self, offset: int) -> ArtifactEntry | None:
        """The entry that a character is in: from the line of its key to its last value, and what is indented below."""
        line_start, line_end = self.lines.line_of(offset)
        before = [entry for entry in self.entries if entry.start < max(line_end, offset + 1)]
        entry = max(before, key=lambda each: each.start, default=None)
        if entry is None or line_start <= entry.extent:
            return entry
        between = self.text[self.lines.line_of(entry.extent)[1] : line_end]
        return None if _OUTSIDE.search(between) or between[-1:] == "" else entry


def kind_of(path: str, index: str, *, everywhere: bool = False) -> Kind | None:
    """Return which of the registry's files a path is; None for any other file.

    Args:
        path: relative to the root of the repository.
        index: the annotation file that GTO reads (`INDEX` of the configuration).
        everywhere: references count in any YAML, Markdown, Python and Docker file, not only in those of CI.

    """
    if path == index:
        return "artifacts"
    if path == CONFIG_FILE:
        return "config"
    if path == RULES_FILE:
        return "rules"
    if posixpath.basename(path) == _DVC:
        return "dvc"
    if _WORKFLOW.fullmatch(path) or (everywhere and _ELSEWHERE.fullmatch(path)):
        return "references"
    return None


def read_document(
    path: str,
    kind: Kind,
    text: str,
    variables: VariableFiles = NO_FILES,
    before: ParsedDocument | None = None,
) -> ParsedDocument:
    """Return the document. Never raises; what is too long is not looked at, but for a problem that says so.

    Args:
        path: relative to the root of the repository.
        kind: what it is.
        text: what the editor has.
        variables: the files that a `dvc.yaml` takes its variables from.
        before: an earlier state of it, whose pieces need not be read again.

    """
    if len(text) > MAX_DOCUMENT:
        return too_large(path, kind)
    text = text.removeprefix("\ufeff")
    directory = _directory(path, kind)
    lines = Lines(text)
    if kind == "references":
        return ParsedDocument(path, kind, directory, text, lines)
    if kind in ("config", "rules"):
        return _settings_file(path, kind, text, lines)
    if kind == "dvc" and _SECTION not in text:
        return ParsedDocument(path, kind, directory, text, lines)
    pieces = cut(text, lines, before.pieces if before is not None else None) if kind == "artifacts" else None
    if pieces is not None:
        return ParsedDocument(
            path,
            kind,
            directory,
            text,
            lines,
            pieces.roots,
            pieces.entries,
            problems=pieces.problems,
            pieces=pieces,
            kept=before.kept if before is not None else Kept(),
        )
    whole = read_whole(path, kind, directory, text, lines, variables)
    # A quote that is open makes the rest no YAML until it is closed, and then the pieces are what they were.
    return whole if before is None else replace(whole, pieces=before.pieces, kept=before.kept)


def _settings_file(path: str, kind: Kind, text: str, lines: Lines) -> ParsedDocument:
    """Return a `.gto` or a `.gtod.yaml`."""
    data = text.encode("utf-8", "surrogatepass")
    config = read_config(data, {}) if kind == "config" else None
    rules = read_rules(data) if kind == "rules" else None
    problems = config.problems if config is not None else rules.problems if rules is not None else ()
    root, problem = _composed(text)
    return ParsedDocument(
        path, kind, "", text, lines, root, config=config, rules=rules, problems=problems, is_whole=problem is None
    )


def too_large(path: str, kind: Kind) -> ParsedDocument:
    """Return what is said of a document that is left alone."""
    problem = Problem(
        code="too-large",
        severity="warning",
        message=f"The document has more than {MAX_DOCUMENT:,} characters and is left alone: nothing is checked or "
        "offered in it.",
        hint="Keep data in a file of its own, and its path here; then close this document, and open it again.",
        range=Range(Position(0, 0), Position(0, 0)),
    )
    return ParsedDocument(path, kind, _directory(path, kind), "", Lines(""), problems=(problem,), is_whole=False)


def _directory(path: str, kind: Kind) -> str:
    return posixpath.dirname(path) if kind == "dvc" else ""


def read_whole(
    path: str, kind: Kind, directory: str, text: str, lines: Lines, variables: VariableFiles
) -> ParsedDocument:
    """Read a document again, and all of it."""
    try:
        composed = compose(text.encode("utf-8", "surrogatepass"))
    except NotYamlError as error:
        entries = tuple(ArtifactEntry(each, 0) for each in _scanned(text, kind, directory))
        return ParsedDocument(
            path, kind, directory, text, lines, (), entries, problems=(error.problem,), is_whole=False
        )
    holder = composed.root
    if kind == "artifacts":
        file = read_artifacts(composed)
    else:
        file = read_dvc_artifacts(composed, directory, variables)
        pairs = holder.pairs() if isinstance(holder, yaml.Mapping) else []
        holder = next((v for k, v in pairs if isinstance(k, yaml.Scalar) and k.text == _SECTION), None)
    seen: set[str] = set()
    entries_found: list[ArtifactEntry] = []
    for each in described_in(holder, directory):
        # Of two entries of a name the first counts.
        annotation = file.annotations.get(each.name) if each.name not in seen else None
        seen.add(each.name)
        entries_found.append(ArtifactEntry(each.annotated(annotation, directory), 0))
    roots = ((0, composed.root),) if composed.root is not None else ()
    return ParsedDocument(path, kind, directory, text, lines, roots, tuple(entries_found), problems=file.problems)


def _composed(text: str) -> tuple[tuple[tuple[int, yaml.Node], ...], Problem | None]:
    try:
        root = compose(text.encode("utf-8", "surrogatepass")).root
    except NotYamlError as error:
        return (), error.problem
    return ((0, root),) if root is not None else (), None


def _scanned(text: str, kind: Kind, directory: str) -> Iterator[EntrySyntax]:
    """Yield where entries seem to stand in a text that is being typed and is no YAML at the moment."""
    if kind == "artifacts":
        found = [match for match in _TOP_KEY.finditer(text) if match["key"] != "<<"]
    else:
        found = list(_below_section(text))
    for match in found:
        start, end = match.span("key")
        quote = len(match["quote"])
        line_end = text.find("\n", end)
        yield EntrySyntax(
            full_name(match["key"], directory),
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
