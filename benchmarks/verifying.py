"""Verify the signatures of tags in this process, from reading the tag objects on.

    python benchmarks/verifying.py PATH TAG…

Prints `{took, good}`: milliseconds, and how many signatures are good.
"""

import json
import os
import sys
from time import perf_counter

from gto_daemon.git.layout import find_layout
from gto_daemon.git.process import Git
from gto_daemon.git.signatures import read_tags, verify_tags


def main(path: str, tags: list[str]) -> dict[str, float]:
    """Verify."""
    start = perf_counter()
    git = Git(find_layout(path), os.environ)
    listed = git.run("rev-parse", *(f"refs/tags/{tag}" for tag in tags)).stdout.decode().split()
    objects = read_tags(git, listed)
    found = verify_tags(git, {tag: objects[oid] for tag, oid in zip(tags, listed, strict=True)})
    took = (perf_counter() - start) * 1e3
    return {"took": took, "good": sum(each.status == "good" for each in found.values())}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2:])))
