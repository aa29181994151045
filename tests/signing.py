"""Keys, and repositories whose tags are signed with them: ssh-keygen and gpg, nothing imitated."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

from gto_daemon.git.layout import find_layout
from gto_daemon.git.process import Git
from tests.builders import RepositoryBuilder

needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="openssh-client is not installed")
needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="gnupg is not installed")


def run(*command: str | Path, env: dict[str, str] | None = None, stdin: str = "") -> str:
    """What a program prints."""
    done = subprocess.run(
        [str(each) for each in command],
        env={**os.environ, **(env or {})},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ssh_key(place: Path, kind: str = "ed25519") -> Path:
    """Make a key without a passphrase; its public half is beside it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    run("ssh-keygen", "-q", "-t", kind, *(["-b", "2048"] if kind == "rsa" else []), "-N", "", "-C", "", "-f", place)
    return place


def public(key: Path) -> str:
    """The public half of an ssh key, as a signers file has it."""
    return " ".join(Path(f"{key}.pub").read_text().split()[:2])


def sign_by_ssh(repo: RepositoryBuilder, key: Path, *, signers: Path | None = None) -> None:
    """Have a repository sign by an ssh key."""
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", str(key))
    if signers is not None:
        repo.git("config", "gpg.ssh.allowedSignersFile", str(signers))


@contextmanager
def gnupg_home() -> Iterator[Path]:
    """A keyring of its own, with a path that is short enough for the socket of its agent, which is ended."""
    home = Path(mkdtemp(prefix="gg", dir="/tmp"))
    try:
        yield home
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env={**os.environ, "GNUPGHOME": str(home)}, check=False)
        shutil.rmtree(home, ignore_errors=True)


def gpg_key(home: Path, person: str, *options: str, expires: str = "never") -> str:
    """Make a key without a passphrase; its fingerprint."""
    env = {"GNUPGHOME": str(home)}
    quiet = ("--batch", "--quiet", "--passphrase", "")
    run("gpg", *quiet, *options, "--quick-gen-key", person, "ed25519", "sign", expires, env=env)
    listed = run("gpg", "--batch", "--with-colons", "--list-keys", person, env=env)
    return next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))


def client(repo: RepositoryBuilder, **variables: str) -> Git:
    """The git of a client."""
    return Git(find_layout(str(repo.path)), {**os.environ, **variables})


def sign(
    repo: RepositoryBuilder, name: str, *options: str, at: int | None = None, env: dict[str, str] | None = None
) -> str:
    """Sign a tag; its object id."""
    when = {} if at is None else {"GIT_COMMITTER_DATE": f"@{at} +0000"}
    repo.git("tag", "-s", "-m", "Signed", *options, name, env={**when, **(env or {})})
    return repo.git("rev-parse", f"refs/tags/{name}")


def git_accepts(repo: RepositoryBuilder, name: str, env: dict[str, str] | None = None) -> bool:
    """The oracle: whether `git verify-tag` succeeds."""
    return (
        subprocess.run(
            ["git", "verify-tag", name],
            cwd=repo.path,
            env={**os.environ, **(env or {})},
            capture_output=True,
            check=False,
        ).returncode
        == 0
    )
