"""Verdicts on the signatures of many tags, beside `git verify-tag` for one after the other."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from benchmarks.bench import Bench
from benchmarks.commands import run
from benchmarks.figures import Row, Table, agree, row

_ABOUT = """\
The signatures of as many tags, all good: `git verify-tag` for one after the other, and the same verdicts as gtod
computes them, from reading the tag objects on, with as many programs at once as there are cores. Both run Git's own
programs. ssh-keygen verifies one signature for each start, which is most of what it costs; one gpg verifies many.
"""
#: Tags of each round, in which both sides take turns.
_ROUNDS = 5


def measure(bench: Bench) -> Table:
    """Verify in turn.

    Raises:
        WrongAnswerError: a signature that git takes is not good.

    """
    ways: dict[str, tuple[str, Callable[[Path, Mapping[str, str]], None]]] = {
        "ssh": ("ssh-keygen", sign_by_ssh),
        "openpgp": ("gpg", _by_gpg),
    }
    rows = [_row(bench, form, set_up) for form, (program, set_up) in ways.items() if shutil.which(program)]
    return Table("Signatures", _ABOUT, rows)


def _row(bench: Bench, form: str, set_up: Callable[[Path, Mapping[str, str]], None]) -> Row:
    # Short, because an agent's socket is in it.
    home = Path(tempfile.mkdtemp(prefix="gg", dir="/tmp"))
    environment = {**bench.environment, "GNUPGHOME": str(home)}
    alike = replace(bench, environment=environment)
    repo = bench.scratch / f"signed-{form}"
    try:
        _git(Path("/"), environment, "init", "--quiet", str(repo))
        _git(repo, environment, "commit", "--quiet", "--allow-empty", "--message", "Version")
        set_up(repo, environment)
        tags = [f"art@v0.{number}.0" for number in range(bench.scale.signed)]
        for tag in tags:
            _git(repo, environment, "tag", "--sign", "--message", "Registering artifact art", tag)
        each = len(tags) // _ROUNDS
        pieces = [tags[at : at + each] for at in range(0, each * _ROUNDS, each)]
        ours = bench.times()
        peer = []
        for piece in pieces:
            start = perf_counter()
            for tag in piece:
                _git(repo, environment, "verify-tag", tag)
            peer.append((perf_counter() - start) * 1e3)
            for side, times in zip(bench.sides, ours, strict=True):
                found = run([*side.subject("verifying"), str(repo), *piece], alike, repo).json
                agree("good signatures", found["good"], len(piece))
                times.append(found["took"])
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)
    return row(f"{form}, {each:,} tags a round", "ms", ours, peer, kind="faster", goal=3)


def sign_by_ssh(repo: Path, environment: Mapping[str, str]) -> None:
    """Have a repository sign with an ssh key of its own."""
    key, signers = repo / ".git" / "key", repo / ".git" / "signers"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    signers.write_text(f"ben@example.com {key.with_suffix('.pub').read_text()}")
    for name, value in (
        ("gpg.format", "ssh"),
        ("user.signingKey", str(key)),
        ("gpg.ssh.allowedSignersFile", str(signers)),
    ):
        _git(repo, environment, "config", name, value)


def _by_gpg(repo: Path, environment: Mapping[str, str]) -> None:
    person = "Ben Bench <ben@example.com>"
    made = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", person, "ed25519", "sign", "never"]
    subprocess.run(made, env=environment, check=True, capture_output=True)
    _git(repo, environment, "config", "gpg.format", "openpgp")


def _git(repo: Path, environment: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=repo, env=environment, check=True, capture_output=True)
