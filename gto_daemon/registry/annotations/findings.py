"""The problems of an annotation file, collected while it is read."""

from collections.abc import Callable

from gto_daemon.protocol import Severity
from gto_daemon.registry.annotations.entries import kind_of_value, parse_text
from gto_daemon.registry.annotations.nodes import Node
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.annotations.values import Item, UnreadableError
from gto_daemon.registry.problems import Problem

#: Problems of one file beyond these are counted, not listed: every answer carries them.
MAX_LISTED = 100
#: A name may be as long as the file; a message is not.
MAX_MESSAGE_LENGTH = 400
_NAMES = (
    "Names have letters, digits, '-', '_' and '/', and begin and end with a letter or digit. "
    "What is in a folder is described in the dvc.yaml there."
)


class Findings:
    """The problems of one file, in the order in which they are found."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._listed: list[Problem] = []
        self._more = 0

    def add(self, problem: Problem) -> None:
        """List it, or count it."""
        if len(self._listed) < MAX_LISTED:
            self._listed.append(problem)
        else:
            self._more += 1

    def at(
        self,
        node: Node,
        code: str,
        message: str,
        hint: str,
        *,
        artifact: str | None = None,
        severity: Severity = "error",
    ) -> None:
        """Add a problem at the node."""
        place = self._lines.range(node.start, node.end)
        message = message if len(message) <= MAX_MESSAGE_LENGTH else f"{message[:MAX_MESSAGE_LENGTH]}..."
        self.add(Problem(code=code, severity=severity, message=message, hint=hint, range=place, artifact=artifact))

    def left_out(self, name: str, key: Node, error: UnreadableError) -> None:
        """Add a problem: the entry `name` at `key` does not count."""
        place = error.node if error.node.end > error.node.start else key
        self.at(place, "invalid-annotation", f"'{name}' {error.reason}.", error.hint, artifact=name)

    def named(
        self, items: list[Item], full_name: Callable[[str, Node], str], valid: Callable[[str], bool], *, merged: bool
    ) -> dict[str, tuple[Node, Node]]:
        """Map artifact names to the nodes of key and entry; a missing or repeated name is a problem."""
        named: dict[str, tuple[Node, Node]] = {}
        for key, key_node, node in items:
            text = parse_text(key)
            name = None if text is None else full_name(text, key_node)
            if name is None:
                reason = f"An artifact is named with {kind_of_value(key)}, and names are text."
                self.at(key_node, "invalid-name", reason, "Put it in quotes.")
            elif not valid(name):
                self.at(key_node, "invalid-name", f"'{name}' is no name for an artifact.", _NAMES, artifact=name)
            elif name in named and not merged:
                reason = f"'{name}' is in the file twice; the first entry counts."
                self.at(key_node, "duplicate-artifact", reason, "Delete one of them.", artifact=name)
            else:
                named[name] = (key_node, node)
        return named

    def all(self) -> tuple[Problem, ...]:
        """Return all findings."""
        if not self._more:
            return tuple(self._listed)
        rest = Problem(
            code="too-many-problems",
            severity="error",
            message=f"The file has {self._more} more problems, which are not listed.",
            hint="Mend the first ones. If the file is not meant for GTO, name another one as INDEX in .gto.",
        )
        return (*self._listed, rest)
