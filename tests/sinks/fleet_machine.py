"""A user's machine: a home with a fleet.yaml, repositories, and a daemon that may be killed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.builders import RepositoryBuilder
from tests.receiver import SECRET
from tests.waiting import eventually


class FleetMachine:
    """One user on one machine.

    Args:
        home: the home, with the user's configuration and state.
        runtime: the directory of the daemon; short, because of its socket.

    """

    def __init__(self, home: Path, runtime: Path) -> None:
        self.home = home
        self.models = home / "models"
        self.environment = {
            **os.environ,
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "GTOD_RUNTIME_DIR": str(runtime),
            # It compares all after each change, which takes most of the time.
            "GTOD_VERIFY": "",
        }
        self.daemon: subprocess.Popen[bytes] | None = None
        self.config = home / "config/gtod"
        self.config.mkdir(parents=True)

    def write(self, sinks: str, repositories: str = "") -> None:
        """Write fleet.yaml, and the secret that its sinks name."""
        secret = self.config / "secret"
        secret.touch(0o600)
        secret.write_text(SECRET + "\n")
        listed = repositories or f"[{{path: '{self.models}/*'}}]"
        (self.config / "fleet.yaml").write_text(f"name: models\nrepositories: {listed}\nsinks: {sinks}\n")

    def http(self, url: str, **options: str) -> str:
        """An entry of `sinks`."""
        entry = {"name": "ci", "type": "http", "url": url, "secret_file": "secret", "allow_private": True, **options}
        return json.dumps([entry])

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the daemon."""
        self.daemon = subprocess.Popen(
            [sys.executable, "-m", "gto_daemon", "serve"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self.daemon

    def kill(self) -> None:
        """Kill the daemon as a loss of power would."""
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.wait()

    def stop(self) -> None:
        """Have the daemon end by itself."""
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGTERM)
            self.daemon.wait(30)

    def gtod(self, *words: str, code: int = 0) -> str:
        """Run a command."""
        done = subprocess.run(
            [sys.executable, "-m", "gto_daemon", *words],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, (words, done)
        return done.stdout + done.stderr

    def sink(self) -> dict[str, Any]:
        """What is told of the one sink."""
        (row,) = json.loads(self.gtod("sinks", "list", "--json"))["sinks"]
        return dict(row)

    def begun(self) -> dict[str, Any]:
        """Wait until the sink is delivered to, and every repository was looked at for the first time."""
        return eventually(self._begun)

    def _begun(self) -> dict[str, Any] | None:
        result = json.loads(self.gtod("sinks", "list", "--json"))
        looked = (self.log().count("is looked at for the first time")) >= len(list(self.models.iterdir()))
        return result["sinks"][0] if result["delivering"] and looked else None

    def log(self) -> str:
        """The log of the daemon."""
        places = [Path(self.environment["GTOD_RUNTIME_DIR"]) / name for name in ("gtod.log.1", "gtod.log")]
        return "".join(path.read_text() for path in places if path.exists())

    def repository(self, name: str, artifact: str = "churn") -> RepositoryBuilder:
        """Make a repository with one version of an artifact."""
        made = RepositoryBuilder(self.models / name)
        made.commit({"model.pkl": name, "artifacts.yaml": f"{artifact}: {{type: model, description: of {name}}}"})
        made.tag(f"{artifact}@v0.1.0")
        return made
