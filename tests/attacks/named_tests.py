"""The tests that a page names by `FILE::NAME`, or by the file alone."""

import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def names_in(path: Path) -> set[str]:
    """The names of the tests of a file; none where there is no such file."""
    text = path.read_text("utf-8") if path.is_file() else ""
    return set(re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE))


def missing(named: Iterable[str]) -> list[str]:
    """Return the named tests that do not exist."""
    return [each for each in named if not _is_there(*each.partition("::"))]


def _is_there(file: str, separator: str, name: str) -> bool:
    names = names_in(ROOT / file)
    return name in names if separator else bool(names)
