"""The ten minutes of docs/trust.md: typed as they stand, with a server, a clone and a key."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks
from tests.signing import needs_ssh, ssh_key

_PAGE = ROOT / "docs/trust.md"


def _shell(script: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-c", script], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120
    )


@needs_ssh
def test_ten_minutes_to_a_protected_prod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, clone, home = tmp_path / "registry.git", tmp_path / "clone", tmp_path / "home"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(server)], check=True)
    subprocess.run(["git", "init", "-q", "-b", "main", str(clone)], check=True)
    ssh_key(home / ".ssh/id_ed25519")
    monkeypatch.setenv("GTOD_NO_DAEMON", "1")
    person = {"NAME": "Ann", "EMAIL": "ann@example.com"}
    env = {
        **os.environ,
        "HOME": str(home),
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in person.items()},
    }
    scripts = [
        block.text.replace("/srv/git/registry.git", str(server)) for block in blocks(_PAGE) if block.language == "sh"
    ]
    write, install, configure, promote, export = scripts
    for script in (f"git remote add origin {server}", write, install, configure):
        done = _shell(script, clone, env)
        assert done.returncode == 0, done.stderr
    done = _shell(promote, clone, env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "churn#prod#2: overridden (First release)" in done.stdout
    assert "2 allowed, 0 violating, 1 overridden" in done.stdout
    tags = subprocess.run(["git", "-C", str(server), "tag"], capture_output=True, text=True, check=True).stdout
    assert tags.splitlines() == ["churn#prod#2", "churn#staging#1", "churn@v1.0.0"]
    # What the page says of the rest: the server takes nothing else.
    forged = "git -c user.email=ann@example.com tag -a -m x 'churn#prod#3' && git push origin 'churn#prod#3'"
    done = _shell(forged, clone, env)
    assert done.returncode != 0
    assert "is not signed" in done.stderr
    done = _shell(export, clone, env)
    assert done.returncode == 0, done.stderr
    assert '"target": "tag"' in done.stdout
