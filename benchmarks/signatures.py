"""Verdicts on the signatures of many tags, beside `git verify-tag` for one after the other."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

from benchmarks.bench import Bench
from benchmarks.figures import Row, Series, Table, agree
from gto_daemon.git.layout import find_layout
from gto_daemon.git.process import Git
from gto_daemon.git.signatures import read_tags, verify_tags

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
        "ssh": ("ssh-keygen", _by_ssh),
        "openpgp": ("gpg", _by_gpg),
    }
    rows = [_row(bench, form, set_up) for form, (program, set_up) in ways.items() if shutil.which(program)]
    return Table("Signatures", _ABOUT, rows)


def _row(bench: Bench, form: str, set_up: Callable[[Path, Mapping[str, str]], None]) -> Row:
    # Short, because an agent's socket is in it.
    home = Path(tempfile.mkdtemp(prefix="gg", dir="/tmp"))
    environment = {**bench.environment, "GNUPGHOME": str(home)}
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
        ours, peer = [], []
        for piece in pieces:
            peer.append(_timed(lambda piece=piece: _one_by_one(repo, environment, piece)))
            ours.append(_timed(lambda piece=piece: _together(repo, environment, piece)))
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)
    return Row(
        what=f"{form}, {each:,} tags a round",
        ours=Series("ms", tuple(ours)),
        peer=Series("ms", tuple(peer)),
        kind="faster",
        goal=3,
    )


def _by_ssh(repo: Path, environment: Mapping[str, str]) -> None:
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


def _one_by_one(repo: Path, environment: Mapping[str, str], tags: list[str]) -> None:
    for tag in tags:
        _git(repo, environment, "verify-tag", tag)


def _together(repo: Path, environment: Mapping[str, str], tags: list[str]) -> None:
    git = Git(find_layout(str(repo)), environment)
    listed = git.run("rev-parse", *(f"refs/tags/{tag}" for tag in tags)).stdout.decode().split()
    objects = read_tags(git, listed)
    found = verify_tags(git, {tag: objects[oid] for tag, oid in zip(tags, listed, strict=True)})
    agree("good signatures", sum(each.status == "good" for each in found.values()), len(tags))


def _timed(run: Callable[[], None]) -> float:
    start = perf_counter()
    run()
    return (perf_counter() - start) * 1e3


def _git(repo: Path, environment: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=repo, env=environment, check=True, capture_output=True)
