"""The fuzzer: `make fuzz FUZZ_ARGS='--seconds 20 framing'`, or without for a long run of everything.

Each property has a process of its own, and in .fuzz/NAME what the fuzzer found worth to begin with the next time. An
input that breaks one is written there too, named crash-…; put it into tests/fuzz/seeds, where the tests read it, with
the mending.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
_FOUND = _ROOT / ".fuzz"
#: Seconds for all properties together, unless said otherwise.
_LONG = 3600
#: An input that takes longer than this, in seconds, is a fault: a few thousand bytes were made to cost that much.
_SLOWEST = 10


def main() -> int:
    names = sorted(path.name for path in (_HERE / "seeds").iterdir())
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*names, []], help=f"which of {', '.join(names)} (default: all)")
    parser.add_argument("--seconds", type=int, default=_LONG, help=f"for all together (default: {_LONG})")
    given = parser.parse_args()
    chosen = given.names or names
    failed = [name for name in chosen if not run(name, max(1, given.seconds // len(chosen)))]
    for name in failed:
        sys.stderr.write(f"{name}: an input broke it, see {_FOUND / name}{os.sep}\n")
    return 1 if failed else 0


def run(name: str, seconds: int) -> bool:
    found = _FOUND / name
    found.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}", f"-timeout={_SLOWEST}", "-max_len=9000", "-rss_limit_mb=2048",
        f"-dict={_HERE / 'words.txt'}", f"-artifact_prefix={found}{os.sep}", "-verbosity=0", "-print_final_stats=1",
        str(found), str(_HERE / "seeds" / name),
    ]  # fmt: skip
    command = [sys.executable, "-m", "tests.fuzz.one", name, *options]
    return subprocess.run(command, cwd=_ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
