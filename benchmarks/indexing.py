"""Index a repository in this process, which is fresh, and tell how long it took.

    python benchmarks/indexing.py PATH OUTPUT

Prints `{wall, cpu}` in seconds, from an open repository to the first snapshot; what Python imports is imported before.
OUTPUT gets what was read, as `git for-each-ref` prints it with `FORMAT`.
"""

import json
import sys
from pathlib import Path
from time import perf_counter, process_time

from gto_daemon.daemon.hub import Hub
from gto_daemon.registry.queries.show import show_registry

#: Name, target (peeled), tagger, date and message. `strip=2`, because `short` would look for namesakes: twice the time.
FORMAT = "%(refname:strip=2)%09%(*objectname)%09%(taggername) %(taggeremail)%09%(taggerdate:iso-strict)%09%(contents)"


def main(path: str, output: Path) -> dict[str, float]:
    """Index, then write what was read."""
    wall, cpu = perf_counter(), process_time()
    snapshot = Hub(watch=False).worktree(path).fresh_blocking()
    figures = {"wall": perf_counter() - wall, "cpu": process_time() - cpu}
    lines = []
    for ref in snapshot.index.all_refs():
        if ref.tag is not None:
            tag = ref.tag
            lines.append(
                f"{ref.name}\t{tag.target}\t{tag.tagger} <{tag.email}>\t{tag.time.isoformat()}\t{tag.message}\n"
            )
    output.write_text("".join(sorted(lines)))
    # Commits are part of the work: a version without its commit would show as a problem here.
    figures["artifacts"] = len(show_registry(snapshot, deprecated=True))
    figures["problems"] = len(snapshot.problems)
    return figures


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
