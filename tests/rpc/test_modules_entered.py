"""How many modules a request passes through: what a reader has to open to follow it."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gto_daemon
from tests.rpc.peer import Peer

_PACKAGE = Path(gto_daemon.__file__).parent


@contextmanager
def entered(package: str = "") -> Iterator[set[str]]:
    """Collect the modules whose functions are called, on the event loop and in threads that are started meanwhile."""
    below = f"{_PACKAGE / package}/"
    found: set[str] = set()

    def note(frame: Any, event: str, _argument: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(below):
            found.add(name.removeprefix(below))

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


async def test_a_question_passes_through_few_modules_of_rpc(peer: Peer, path: str) -> None:
    async def ask(name: str) -> set[str]:
        with entered("rpc") as modules:
            await peer.call("gto/show", {"repo": path, "name": name})
        return modules

    # Files that were written within the clock's last step are looked at again, which is another way.
    ways = [await ask(f"churn@v{number}.0.0") for number in range(20)]
    modules = min(ways, key=len)
    assert {"handlers.py", "methods/queries/show.py"} <= modules
    assert len(modules) <= 10, "\n".join(sorted(modules))


async def test_an_act_passes_through_few_modules_of_ours(peer: Peer, path: str) -> None:
    """But for planning and listing in the repository's thread, which was there before."""
    await peer.call("gto/show", {"repo": path})
    ways: list[set[str]] = []
    # One thread does all acts, and it is listened to from its start.
    with entered() as modules:
        for number in range(8):
            modules.clear()
            await peer.call(
                "gto/assign", {"repo": path, "name": "churn", "stage": f"stage-{number}", "version": "v2.0.0"}
            )
            # The peer checks the answer, too.
            ways.append({name for name in modules if not name.startswith("docgen/")})
    # Some other thread may begin meanwhile.
    least = min(ways, key=len)
    assert {"rpc/handlers.py", "daemon/acts/performing.py", "git/transaction.py"} <= least
    assert len(least) <= 49, "\n".join(sorted(least))
