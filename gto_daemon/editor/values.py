"""What the features answer. Places are ranges of code points; the protocol converts them for its client."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from gto_daemon.registry.problems import Range

Severity = Literal["error", "warning", "info", "hint"]
LensKind = Literal["state", "register", "assign"]
CompletionKind = Literal["field", "value", "artifact", "file", "folder", "stage", "type", "label", "setting"]
#: Returns the names in a folder of the repository, folders with a slash at their end.
Folder = Callable[[str], Iterable[str]]

#: The commands of lenses and actions that ask for what is missing. A client may have them itself.
ASKING: Final = ("gto.revealArtifact", "gto.registerVersion", "gto.assignStage")


@dataclass(frozen=True, slots=True)
class Command:
    """Something to execute: its title, its name (`gto.assign`), and its only argument."""

    title: str
    name: str
    argument: Mapping[str, Any]


class Lens(NamedTuple):
    """A place above an entry, for one of the things that are said there."""

    range: Range
    name: str
    kind: LensKind


@dataclass(frozen=True, slots=True)
class TextEdit:
    """What takes the place of a range."""

    range: Range
    text: str


@dataclass(frozen=True, slots=True)
class FileEdit:
    """Edits of one file, by its path relative to the repository's root.

    Attributes:
        path: the file.
        edits: they do not overlap.
        create: the file is not there, and is created first.

    """

    path: str
    edits: tuple[TextEdit, ...]
    create: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAction:
    """Something that is offered where the cursor is: either edits or a command, or the reason why neither."""

    title: str
    kind: str
    edits: tuple[FileEdit, ...] = ()
    command: Command | None = None
    disabled: str | None = None
    preferred: bool = False
    mends: "Diagnostic | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """Something wrong, or hardly meant, in a document.

    Attributes:
        code: stable, kebab-case; `diagnostics.md` says more of it.
        severity: how bad it is.
        message: the thing, the reason and the remedy.
        range: where.
        artifact: which it is about.
        unnecessary: it has no effect, and may be drawn faded.
        subject: the word that is wrong, for the quick fixes.

    """

    code: str
    severity: Severity
    message: str
    range: Range
    artifact: str | None = None
    unnecessary: bool = False
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about a range."""

    range: Range
    markdown: str


@dataclass(frozen=True, slots=True)
class TextLocation:
    """A range of a file, by its path relative to the repository's root."""

    path: str
    range: Range


@dataclass(frozen=True, slots=True)
class Link:
    """A range that leads somewhere: to a line of a path relative to the repository's root, or to a URL."""

    range: Range
    path: str | None
    url: str | None
    tooltip: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Symbol:
    """An entry of the outline."""

    name: str
    detail: str
    kind: Literal["artifact", "field", "setting"]
    range: Range
    selection: Range
    children: tuple["Symbol", ...] = ()


@dataclass(frozen=True, slots=True)
class InlayHint:
    """Text that is drawn behind a place."""

    range: Range
    label: str
    tooltip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A word that may be meant.

    Attributes:
        label: what is listed.
        kind: what it is.
        detail: a few words beside it.
        documentation: markdown.
        edit: what is written when it is chosen.
        snippet: the text has places to fill in.
        sort: orders the list.

    """

    label: str
    kind: CompletionKind
    edit: TextEdit
    detail: str = ""
    documentation: str = ""
    snippet: bool = False
    sort: str = ""


@dataclass(frozen=True, slots=True)
class FeatureSettings:
    """What the client wants.

    Attributes:
        lenses: whether code lenses are wanted.
        hints: whether inlay hints are wanted.
        everywhere: whether references count in other files than those of CI.
        diagnostics: whether diagnostics are wanted.
        severities: by code: another severity, or `off`.

    """

    lenses: bool = True
    hints: bool = False
    everywhere: bool = False
    diagnostics: bool = True
    severities: Mapping[str, str] = field(default_factory=dict)
