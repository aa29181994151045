"""What was read, counted where it is read, so that tests can assert on work instead of time."""

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Counters:
    """Reads since the repository was opened. Only ever increased.

    Attributes:
        tags: tag objects.
        commits: commit objects.
        trees: tree objects.
        blobs: files read from commits.
        listings: listings of all refs.
        ref_files: loose ref files.
        packed_refs: readings of `packed-refs`.

    """

    tags: int = 0
    commits: int = 0
    trees: int = 0
    blobs: int = 0
    listings: int = 0
    ref_files: int = 0
    packed_refs: int = 0

    def as_json(self) -> dict[str, int]:
        """Return the counters by name."""
        return asdict(self)
