"""One commit's metrics, params or plots while they are read: what is wrong, and how much may yet be read."""

from typing import Final

from gto_daemon.registry.evidence.values import MAX_JSON, MAX_YAML, Value, Values
from gto_daemon.registry.problems import Problem

#: Bytes of JSON of a commit; other formats count eight times, for they take as much longer. Five seconds' work.
MAX_READ: Final = 32 << 20
#: Problems that are told of one commit, before the rest is counted.
MAX_TOLD: Final = 100
#: The code of what may be known once an object comes.
MISSING: Final = "missing-object"
#: What a file counts for at least, and a value.
_FILE: Final = 4 << 10
_VALUE: Final = 200


class Reading:
    """Collects problems, and counts what is read.

    Attributes:
        problems: those that are told.
        lacks: whether an object is missing, which may come.

    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.lacks = False
        self._untold = 0
        self._left = MAX_READ
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Return whether nothing more is read."""
        return self._left < 0

    @property
    def tells(self) -> bool:
        """Return whether one more problem would be told."""
        return len(self.problems) < MAX_TOLD

    def add(self, problem: Problem) -> None:
        """Tell a problem, or count it."""
        self.lacks = self.lacks or problem.code == MISSING
        if self.tells:
            self.problems.append(problem)
        else:
            self._untold += 1

    def spend_on_file(self, path: str, size: int) -> None:
        """Count a file of that many bytes."""
        self._left -= max(_FILE, size if path.endswith((".json", ".csv", ".tsv")) else size * (MAX_JSON // MAX_YAML))

    def spend_on_values(self, values: Values) -> None:
        """Count what was in it."""
        self._left -= _VALUE * len(values) + sum(map(len, values))

    def all(self, commit: str) -> list[Problem]:
        """Return the problems, with what was not read or told."""
        found = [*self.problems]
        if self.is_over:
            message = (
                f"The files with metrics, params or plots have more than {MAX_READ} bytes together at {commit[:7]} "
                "(YAML, TOML and Python count eight times), so the rest is not read."
            )
            hint = "Name fewer or smaller files: under 'evidence' in .gtod.yaml, or in dvc.yaml."
            found.append(Problem(code="too-large", severity="warning", message=message, hint=hint, commit=commit))
        if self._untold:
            message = f"The metrics, params or plots have {self._untold} more problems at {commit[:7]}."
            hint = "Solve those before it first."
            found.append(Problem(code="more-problems", severity="warning", message=message, hint=hint, commit=commit))
        return found


def weight(values: Values) -> int:
    """Return what values take in memory, in numbers of usual ones: lists and long texts count for more."""
    if set(map(type, values.values())) <= {float, int}:
        return len(values)
    return len(values) + sum(map(_more, values.values()))


def _more(value: Value | dict[str, object] | object) -> int:
    if isinstance(value, str):
        return len(value) // _VALUE
    if isinstance(value, list):
        return len(value) + sum(map(_more, value))
    if isinstance(value, dict):
        return 2 * len(value) + sum(map(_more, value.values())) + sum(map(_more, value))
    return 0
