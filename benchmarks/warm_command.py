"""`gtod show --json` with a daemon that knows the repository, against `gto show --json`."""

from benchmarks.bench import Bench
from benchmarks.commands import against_gto
from benchmarks.daemon import daemon
from benchmarks.figures import Table

_ABOUT = """\
Whole processes, from start to end: `gtod show --json`, answered by a daemon that runs, against `gto show --json`. Both
print the same JSON, which is compared.
"""


def measure(bench: Bench) -> Table:
    """Run both.

    Raises:
        WrongAnswerError: they print different JSON.

    """
    with daemon(bench):
        return Table("`gtod show --json`, daemon warm", _ABOUT, against_gto(bench, [], {10: 5, 1_000: 20, 10_000: 300}))
