"""`gtod show --json --no-daemon`, which reads the repository in its own process, against `gto show --json`."""

from benchmarks.bench import Bench
from benchmarks.commands import against_gto
from benchmarks.figures import Table

_ABOUT = """\
Whole processes again, no daemon, and nothing that one stored: `gtod show --json --no-daemon` imports, reads and folds
everything itself, as GTO does.
"""


def measure(bench: Bench) -> Table:
    """Run both.

    Raises:
        WrongAnswerError: they print different JSON.

    """
    rows = against_gto(bench.storing_nothing(), ["--no-daemon"], {10: 1, 10_000: 20})
    return Table("`gtod show --json --no-daemon`", _ABOUT, rows)
