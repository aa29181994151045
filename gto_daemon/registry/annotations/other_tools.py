"""Whether a file `artifacts.yaml` is another tool's: several have files of that name."""

from collections.abc import Iterable
from typing import Final

from gto_daemon.registry.annotations.nodes import Mapping, Node, Scalar, Sequence, YamlDocument
from gto_daemon.registry.problems import Problem

#: The fields of an entry (GTO 1.10.1, index.py, `Artifact`).
GTO_FIELDS: Final = ("type", "path", "virtual", "labels", "description", "custom")
#: The code of the problem of such a file.
ANOTHER_TOOLS: Final = "another-tools-file"
#: Entries that are looked at: they are all alike in files of other tools.
_MAX_LOOKED_AT = 100
_MAX_FIELD = 20


def is_another_tools(values: Iterable[Node]) -> bool:
    """Return whether more of the values at the top are no entries of GTO's than are, misspelt fields allowed."""
    likely = unlikely = 0
    for _, value in zip(range(_MAX_LOOKED_AT), values, strict=False):
        looks = _looks_like_an_entry(value)
        likely += looks is True
        unlikely += looks is False
    return unlikely > likely


def problem_of_another_tool(document: YamlDocument, problems: tuple[Problem, ...]) -> Problem | None:
    """Return the one problem that stands for all of a file of another tool, which GTO would refuse; None for GTO's."""
    root = document.root
    if not isinstance(root, Mapping) or not any(problem.severity == "error" for problem in problems):
        return None
    values = root.children[1::2]
    # A single value may be an entry that is entirely wrong; a list is not.
    alone = len(values) < 2 and not any(isinstance(value, Sequence) and value.children for value in values)
    if alone or any(_looks_like_an_entry(value) is not False for value in values[:_MAX_LOOKED_AT]):
        return None
    return Problem(
        code=ANOTHER_TOOLS,
        severity="warning",
        message="The file looks like another tool's, and nothing in it counts; plain gto refuses every command for it.",
        hint="Name GTO's own file with INDEX in .gto.",
    )


def _looks_like_an_entry(value: Node) -> bool | None:
    """Return whether it looks like one; None where nothing speaks for or against it."""
    if isinstance(value, Scalar):
        return None if not value.text else False
    if not isinstance(value, Mapping):
        return False
    keys = [key.text for key, _ in value.pairs() if isinstance(key, Scalar)]
    if not keys:
        return None
    fields = sum(_is_nearly_a_field(key) for key in keys)
    return 2 * fields >= len(keys)


def _is_nearly_a_field(key: str) -> bool:
    if key in GTO_FIELDS:
        return True
    import difflib  # noqa: PLC0415  (only where something is misspelt)

    return len(key) <= _MAX_FIELD and bool(difflib.get_close_matches(key.lower(), GTO_FIELDS, 1, cutoff=0.75))
