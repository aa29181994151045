"""Run the benchmarks: `python -m benchmarks`, or `make bench`."""

import argparse
import time
from pathlib import Path

from benchmarks import (
    acts,
    agents,
    change_notice,
    cold_index,
    evidence,
    fleet,
    growth,
    language_server,
    loose_tags,
    memory,
    round_trip,
    show_command,
    signatures,
)
from benchmarks.bench import FULL, SMOKE, prepared
from benchmarks.page import lines, page

_ALL = {
    "round_trip": round_trip.measure,
    "show_command": show_command.measure,
    "acts": acts.measure,
    "language_server": language_server.measure,
    "cold_index": cold_index.measure,
    "change_notice": change_notice.measure,
    "loose_tags": loose_tags.measure,
    "signatures": signatures.measure,
    "evidence": evidence.measure,
    "agents": agents.measure,
    "fleet": fleet.measure,
    "memory": memory.measure,
    "growth": growth.measure,
}
_PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure gtod against its peers.")
    parser.add_argument("--smoke", action="store_true", help="small and quick, to see that everything works; no page")
    parser.add_argument("--only", action="append", choices=_ALL, help="run this one (again for more); no page")
    parser.add_argument(
        "--before", help="another build, measured in turn: an interpreter that has it, or a revision to install"
    )
    parser.add_argument("--cache", type=Path, help="keep registries and builds here (default: made anew for each run)")
    options = parser.parse_args()
    start = time.monotonic()
    tables = []
    with prepared(SMOKE if options.smoke else FULL, options.cache, options.before, smoke=options.smoke) as bench:
        for name, measure in _ALL.items():
            if not options.only or name in options.only:
                table = measure(bench)
                tables.append(table)
                print("\n".join(lines(table, goals=not options.smoke)), flush=True)
    print(f"\n{time.monotonic() - start:.0f} s")
    if not options.smoke and not options.only:
        _PAGE.parent.mkdir(exist_ok=True)
        _PAGE.write_text(page(tables))
        print(f"written: docs/{_PAGE.name}")


if __name__ == "__main__":
    main()
