"""Inside a user namespace: a daemon that gets no watch, or too few. `inotify_limits.py REPO WHICH LIMIT`.

Prints `hit N` for what it saw of the limit. The setting is the namespace's, and ends with it.
"""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from gto_daemon.client import Client
from tests.faults.daemon import Daemon
from tests.faults.leak_checks import check_index


def main(place: str, which: str, limit: str) -> None:
    setting = Path("/proc/sys/user") / which
    setting.write_text(limit)
    assert setting.read_text().strip() == limit
    repo = Path(place)
    daemon = Daemon(Path(os.environ["GTOD_RUNTIME_DIR"])).start()
    with closing(Client.connect(start=False, timeout=60)) as client:
        since = client.call("gto/subscribe", {"repo": place})["clock"]
        told = client.notifications()
        status = None
        # In the first second after a start the repository is compared all the time, and no change comes late.
        for number in range(200):
            name = f"deep/er/churn@v1.0.{number}"
            subprocess.run(["git", "tag", "-a", "-m", "m", name], cwd=repo, check=True)
            next(told)
            changes = client.call("gto/changes", {"repo": place, "since": since})
            assert [row["ref"] for row in changes["events"]["added"]] == [name]
            since = changes["clock"]
            status = _warned(daemon, place)
            if status is not None and number >= 2:
                break
        assert status is not None, "two hundred changes came, most of them late, and nothing was said"
        assert "fs.inotify.max_user_" in status["watcher"]["message"], status
        print("hit", daemon.log.count("failed: "))
        check_index(repo)
    daemon.stop()


def _warned(daemon: Daemon, place: str) -> dict[str, dict[str, str]] | None:
    status = daemon.ask("gto/status", repo=place)["repository"]
    return status if status["health"] == "warning" and status["watcher"]["mode"] == "polling" else None


if __name__ == "__main__":
    main(*sys.argv[1:])
