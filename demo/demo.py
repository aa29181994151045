"""The demo: the registry of `gtod demo`, and its change seen live.

Everything happens in a temporary directory with a daemon of its own, which ends by itself when idle.
"""

import os
import shlex
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

GTOD = Path(sys.executable).with_name("gtod")
#: Seconds that the change may take to arrive before the demo says that something is wrong.
PATIENCE = 20


def main() -> int:
    place = Path(tempfile.mkdtemp(prefix="gtod-demo-"))
    repository = place / "gtod-demo"
    environment = {
        **os.environ,
        "GTOD_RUNTIME_DIR": str(place / "run"),
        "GTOD_IDLE_TIMEOUT": "600",
        "GIT_AUTHOR_NAME": "Demo",
        "GIT_AUTHOR_EMAIL": "demo@example.com",
        "GIT_COMMITTER_NAME": "Demo",
        "GIT_COMMITTER_EMAIL": "demo@example.com",
    }

    def run(*command: str, shown: str | None = None) -> None:
        print(f"\n$ {shown or shlex.join(command)}", flush=True)
        program = [str(GTOD), *command[1:]] if command[0] == "gtod" else list(command)
        subprocess.run(program, cwd=repository, env=environment, check=True)

    print(f"A registry of three artifacts, in {repository}", flush=True)
    for name in (repository, place / "tour"):
        subprocess.run([str(GTOD), "demo", str(name)], stdout=subprocess.DEVNULL, check=True)
    run("gtod", "start")
    run("gtod", "show")
    run("gtod", "show", "churn#prod", "--ref")

    print("\n$ gtod watch &", flush=True)
    with subprocess.Popen(
        [str(GTOD), "watch"], cwd=repository, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watch:
        assert watch.stdout is not None
        assert watch.stderr is not None
        # The watcher says on standard error when it is subscribed; only then is the tag made.
        print(watch.stderr.readline().rstrip(), flush=True)
        prod = subprocess.run(
            [str(GTOD), "show", "churn@latest", "--ref"],
            cwd=repository,
            env=environment,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        ).stdout.strip()
        message = "Assigning stage prod to artifact churn version v3.1.0"
        run("git", "tag", "-a", "churn#prod#5", "-m", message, f"{prod}^{{commit}}")
        line = _first_line(watch)
        watch.terminate()
    if not line:
        print("The change did not arrive; see: gtod logs", file=sys.stderr)
        return 1
    print(f"… and at once the watcher says:\n{line.rstrip()}", flush=True)
    run("gtod", "show")

    print(f"""
That was plain `git tag`: whatever changes the tags, the registry follows. What to try next:

  cd {place / "tour"}   # the same registry as it was: for the README's tour
  export GTOD_RUNTIME_DIR={place / "run"} PATH={GTOD.parent}:$PATH
  gtod history churn                 # who moved what, when
  gtod describe churn                # what artifacts.yaml says of it
  gtod at HEAD                       # what is registered and assigned on this commit
  gtod watch --exec 'echo "$GTOD_ARTIFACT is now in $GTOD_STAGE"'
  gtod doctor                        # what is odd in this registry
  gtod stop; rm -r {place}           # when you are done""")
    return 0


def _first_line(watch: "subprocess.Popen[str]") -> str:
    assert watch.stdout is not None
    timer = threading.Timer(PATIENCE, watch.kill)
    timer.start()
    try:
        return watch.stdout.readline()
    finally:
        timer.cancel()


if __name__ == "__main__":
    sys.exit(main())
