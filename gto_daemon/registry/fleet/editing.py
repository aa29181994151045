"""Add entries to a fleet file and take them out, and leave all else as it is, to the byte.

The nodes of the file show where an entry is. What comes out is read again, so that a layout that is not understood is
refused and never damaged.
"""

import json
from collections.abc import Mapping as Fields

from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.editing import CannotEditError
from gto_daemon.registry.annotations.emission import emitted
from gto_daemon.registry.annotations.nodes import Mapping, Node, Scalar, Sequence
from gto_daemon.registry.fleet.reading import read_fleet
from gto_daemon.registry.fleet.values import FleetEntry

_KEY = "repositories"


def with_entry(data: bytes, fields: Fields[str, str]) -> bytes:
    """Return the file with one more entry of `repositories`, at the end.

    Raises:
        CannotEditError: its layout is not understood.

    """
    before = read_fleet(data).config.repositories
    text = data.decode()
    # The reader takes no plain word that is something else than text to any version of YAML.
    for written in (emitted, _quoted):
        line = ", ".join(f"{key}: {written(value)}" for key, value in fields.items())
        edited = _added(text, line if len(fields) == 1 else f"{{{line}}}").encode()
        if len(read_fleet(edited).config.repositories) == len(before) + 1:
            return edited
    raise CannotEditError("the entry cannot be added to what is there")


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def without_entry(data: bytes, entry: FleetEntry) -> bytes:
    """Return the file without an entry of `repositories` that was read from it.

    Raises:
        CannotEditError: its layout is not understood.

    """
    before = read_fleet(data).config.repositories
    edited = _removed(data.decode(), entry).encode()
    after = [(each.path, each.url, each.name) for each in read_fleet(edited).config.repositories]
    if after != [(each.path, each.url, each.name) for each in before if each != entry]:
        raise CannotEditError("the entry cannot be taken out of what is there")
    return edited


def _repositories(text: str) -> tuple[Node, Node] | None:
    """Return the key and the value of `repositories`."""
    try:
        root = compose(text.encode()).root
    except NotYamlError as error:
        raise CannotEditError(error.problem.message.removesuffix(".")) from error
    if root is None or (isinstance(root, Scalar) and not root.text):
        return None
    if not isinstance(root, Mapping) or root.flow:
        raise CannotEditError("the file is not written in lines")
    return next((pair for pair in root.pairs() if isinstance(pair[0], Scalar) and pair[0].text == _KEY), None)


def _added(text: str, line: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    found = _repositories(text)
    if found is None:
        lead = "" if not text or text.endswith("\n") else newline
        return f"{text}{lead}{_KEY}:{newline}  - {line}{newline}"
    key, value = found
    if isinstance(value, Sequence) and value.children:
        if value.flow:
            close = len(text[: value.end - 1].rstrip().removesuffix(","))
            braced = line if line.startswith("{") else f"{{{line}}}"
            return f"{text[:close]}, {braced}{text[close:]}"
        indent = text[_line_start(text, value.start) : value.start]
        at = _line_end(text, len(text[: value.children[-1].end].rstrip()))
        return f"{text[:at]}{newline}{indent}- {line}{text[at:]}"
    if isinstance(value, Sequence) or (isinstance(value, Scalar) and not value.text):
        end = max(value.end, text.index(":", key.end) + 1)
        return f"{text[: key.end]}:{newline}  - {line}{text[end:]}"
    raise CannotEditError(f"'{_KEY}' is no list")


def _removed(text: str, entry: FleetEntry) -> str:
    found = _repositories(text)
    children = found[1].children if found is not None and isinstance(found[1], Sequence) else []
    lines = compose(text.encode()).lines
    number = next((n for n, each in enumerate(children) if lines.range(each.start, each.end) == entry.place), None)
    if found is None or number is None:
        raise CannotEditError("it is not where it was")
    key, value = found
    is_flow = isinstance(value, Sequence) and value.flow
    if len(children) == 1:
        return f"{text[: key.end]}: []{text[value.end if is_flow else _line_end(text, _end(text, children[0])) :]}"
    child = children[number]
    if is_flow:
        if number:
            return text[: children[number - 1].end] + text[child.end :]
        return text[: child.start] + text[children[1].start :]
    start = _line_start(text, child.start)
    if text[start : child.start].strip() != "-":
        raise CannotEditError("something else stands on its line")
    after = _line_end(text, _end(text, child))
    return text[:start] + text[min(len(text), after + (2 if text.startswith("\r\n", after) else 1)) :]


def _end(text: str, node: Node) -> int:
    return len(text[: node.end].rstrip())


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[at:end].endswith("\r") else end
