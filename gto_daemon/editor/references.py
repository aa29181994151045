"""References to artifacts in any text: `churn@v3.1.0`, `churn@latest`, `churn#prod`, and the names of tags."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.registry.problems import Range
from gto_daemon.registry.tag_names import parse_shortcut, parse_tag_name

#: References of one document.
MAX_REFERENCES = 2000
_CANDIDATE = re.compile(
    r"(?<![\w/.:=@#-])(?P<artifact>(?:[\w./-]{1,200}[:=])?[a-zA-Z0-9][\w/-]{0,200})"
    r"(?:@(?P<version>v\d[\w.+-]*|latest|greatest|deprecated)|#(?P<stage>[a-zA-Z0-9][\w/-]{0,100}))!?(?:#\d+)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference.

    Attributes:
        range: where it stands.
        text: as it stands there.
        artifact: which it is about.
        version: which version, None for none or the latest.
        stage: which stage.
        latest: whether it means the greatest version.

    """

    range: Range
    text: str
    artifact: str
    version: str | None = None
    stage: str | None = None
    latest: bool = False


def references(document: ParsedDocument, known: Collection[str]) -> Iterator[Reference]:
    """The references of a document to artifacts that are known; what else has such a form means something else."""
    count = 0
    for match in _CANDIDATE.finditer(document.text):
        if match["artifact"].replace("=", ":") not in known:
            continue
        found = _referred(document, match)
        if found is not None and found.artifact in known:
            yield found
            count += 1
        if count >= MAX_REFERENCES:
            return


def reference_at(document: ParsedDocument, known: Collection[str], offset: int) -> Reference | None:
    """Return the reference that a character is in."""
    start, end = document.lines.line_of(offset)
    for match in _CANDIDATE.finditer(document.text, start, end):
        if match.start() <= offset <= match.end():
            found = _referred(document, match)
            return found if found is not None and found.artifact in known else None
    return None


def _referred(document: ParsedDocument, match: re.Match[str]) -> Reference | None:
    text = match.group().rstrip(".")
    return _reference(document.range(match.start(), match.start() + len(text)), text)


def _reference(place: Range, text: str) -> Reference | None:
    tag = parse_tag_name(text)
    if tag is not None:
        return Reference(place, text, tag.artifact, tag.version, tag.stage)
    shortcut = parse_shortcut(text)
    if shortcut.narrows:
        return Reference(place, text, shortcut.artifact, shortcut.version, shortcut.stage, shortcut.latest)
    return None
