"""Annotation files that histories are made of: what is in them, and what can be read of those that GTO refuses."""

from collections.abc import Mapping
from typing import Final

import yaml

from tests.builders import Content

#: Files that GTO reads.
GOOD: Final = (
    "m:\n  type: model\n  path: m.pkl\n",
    "n: {}\nm:\n  virtual: false\n  labels: [b, a]\n  description: Änderung\n  custom: {k: [1, 2.5, null]}\n",
    "a/b:\n  type: dataset\n  unknown: field\nX9:\n  custom: text\n",
    "n: {}\n",
    "lonely:\n  path: s3://bucket/x\n",
    "{}\n",
)

#: Files that GTO refuses, and what can be read of them: None when nothing can.
BAD: Final[Mapping[str, str | None]] = {
    "": None,
    "- m\n- n\n": None,
    "m: [\n": None,
    "m:\n  type: model\n  path: m.pkl\nsub:model:\n  type: model\n": "m:\n  type: model\n  path: m.pkl\n",
    "m:\nn: {}\n": "n: {}\n",
    "m:\n  labels: one\nn: {}\n": "n: {}\n",
}


def is_bad(content: Content | None) -> bool:
    """Whether GTO refuses the file."""
    return isinstance(content, str) and content in BAD


def names_in(content: Content | None) -> frozenset[str]:
    """The artifacts that a file makes known, as far as it can be read."""
    readable = _readable(content)
    return frozenset(yaml.safe_load(readable)) if readable else frozenset()


def with_mended(files: Mapping[str, Content | None]) -> dict[str, Content | None]:
    """The files of a commit, and beside each annotation file, under `mended/`, what can be read of it.

    GTO is pointed there when a history has to be mended: the commits keep their ids, which order unregistered versions.
    """
    beside = {f"mended/{path}": _readable(content) for path, content in files.items() if "/" not in path}
    return {**files, **beside}


def _readable(content: Content | None) -> Content | None:
    return BAD.get(content, content) if isinstance(content, str) else content
