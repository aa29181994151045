"""How often a fault really hit. A test of a fault that never came about has tested nothing, so zero is a failure."""

from collections import Counter

#: The key under which a report carries its line to the summary of the run.
KEY = "coverage"


class FaultCoverage:
    """What one test saw of its fault.

    Args:
        fault: the name of the test.

    """

    def __init__(self, fault: str) -> None:
        self._fault = fault
        self._seen: Counter[str] = Counter()

    def expects(self, *what: str) -> None:
        """Each of these has to be seen at least once."""
        for each in what:
            self._seen[each] += 0

    def saw(self, what: str, times: int = 1) -> None:
        """It was seen, `times` times."""
        self._seen[what] += times

    @property
    def missing(self) -> list[str]:
        """What was expected and never seen."""
        return [what for what, times in self._seen.items() if not times]

    def __bool__(self) -> bool:
        return bool(self._seen)

    def __str__(self) -> str:
        return f"{self._fault}: " + ", ".join(f"{what} {times}" for what, times in self._seen.items())
