"""References to artifacts in any text: `churn@v3.1.0`, `churn@latest`, `churn#prod`, and the names of tags."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.registry.problems import Range
from gto_daemon.registry.tag_names import parse_shortcut, parse_tag_name

#: References of one document.
MAX_REFERENCES = 2000
_CANDIDATE = re.compile(
    r"(?<![\w/.:@#-])(?P<artifact>(?:[\w./-]{1,200}[:=])?[a-zA-Z0-9][\w/-]{0,200})"
    r"(?:@(?P<version>v\d[\w.+-]*|latest|greatest|deprecated)|#(?P<stage>[a-zA-Z0-9][\w/-]{0,100}))!?(?:#\d+)?",
    re.ASCII,
)

#: String literals of Python, closed or not, and comments, in which a quote begins nothing. Possessive: each character
#: is looked at once, whatever is open.
_LITERAL = re.compile(
    r"#[^\r\n]*"
    r"|'''(?:[^\\']++|\\.|'(?!''))*+(?:''')?"
    r'|"""(?:[^\\"]++|\\.|"(?!""))*+(?:""")?'
    r"|'(?:[^\\'\r\n]++|\\.)*+'?"
    r'|"(?:[^\\"\r\n]++|\\.)*+"?',
    re.DOTALL,
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
    yield from islice(map(itemgetter(1), _found(document, known, 0, len(document.text))), MAX_REFERENCES)


def reference_at(document: ParsedDocument, known: Collection[str], offset: int) -> Reference | None:
    """Return the reference that a character is in."""
    start, end = document.lines.line_of(offset)
    places = _found(document, known, start, end)
    return next((found for match, found in places if match.start() <= offset <= match.end()), None)


def _found(
    document: ParsedDocument, known: Collection[str], start: int, end: int
) -> Iterator[tuple[re.Match[str], Reference]]:
    for candidate in _candidates(document, start, end):
        match = candidate
        before, assigns, _ = match["artifact"].partition("=")
        if assigns and not _is_known(match, known):
            # A variable that is set, not the folder of a tag's name.
            match = _CANDIDATE.match(document.text, match.start() + len(before) + 1, match.end()) or match
        if _is_known(match, known):
            found = _referred(document, match)
            if found is not None and found.artifact in known:
                yield match, found


def _is_known(match: re.Match[str], known: Collection[str]) -> bool:
    return match["artifact"].replace("=", ":") in known


def _candidates(document: ParsedDocument, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield what looks like a reference between two characters. In Python code `@` and `#` mean something else."""
    if not document.path.endswith(".py"):
        yield from _CANDIDATE.finditer(document.text, start, end)
        return
    for literal in _LITERAL.finditer(document.text):
        if literal.start() >= end:
            return
        if literal.end() > start and not literal.group().startswith("#"):
            yield from _CANDIDATE.finditer(document.text, max(start, literal.start()), min(end, literal.end()))


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
