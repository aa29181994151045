"""The processes that a gtod keeps to write refs."""

from pathlib import Path


def writers(parent: int) -> list[int]:
    """Return the ids of the ones that a process has, and that have not ended."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            its_parent = int(place.joinpath("stat").read_text().rpartition(")")[2].split()[1])
            arguments = place.joinpath("cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended
        if its_parent == parent and b"update-ref" in arguments:
            found.append(int(place.name))
    return found
