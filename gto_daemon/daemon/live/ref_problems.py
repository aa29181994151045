"""The problems of files that hold refs."""

from collections.abc import Iterator

from gto_daemon.git.layout import Layout
from gto_daemon.git.refs import TAGS, RefListing
from gto_daemon.git.reftable import ReftableListing
from gto_daemon.registry import commands
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import parse_tag_name

#: Characters that are shown of a name.
_MAX_SHOWN = 200


def problems_of(listing: RefListing | ReftableListing, layout: Layout) -> Iterator[Problem]:
    """Yield a problem for each loose ref of GTO's without an object id, and for everything that is not a ref."""
    for name, kind in sorted(listing.odd.items()):
        shown = name if len(name) <= _MAX_SHOWN else f"{name[:_MAX_SHOWN]}…"
        yield Problem(
            code="odd-ref",
            severity="warning",
            message=f"{shown} is {kind} and no ref, so it counts for nothing.",
            hint="Remove it, unless another program needs it there.",
            path=f"{layout.common}/{shown}",
        )
    for name in sorted(listing.unparsed - listing.odd.keys()):
        short = name.removeprefix(TAGS)
        parsed = parse_tag_name(short) if name.startswith(TAGS) else None
        if parsed is not None:
            path = f"{layout.common}/{name}"
            yield Problem(
                code="broken-ref",
                severity="error",
                message=f"The tag '{short}' holds no object id, so it counts for nothing.",
                hint=f"If no git runs, delete it: {commands.delete_file(path)}, and fetch it again.",
                tag=short,
                path=path,
                artifact=parsed.artifact,
            )
