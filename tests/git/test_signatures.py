"""Signatures of tags, made with real keys, and judged like `git verify-tag`."""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gto_daemon.git.process import CancelledError
from gto_daemon.git.signatures import read_configuration, read_tags, verify_objects, verify_tags
from gto_daemon.git.signed_tags import is_detached_openpgp, split_signed_tag
from gto_daemon.git.signing_key import configured_signer
from gto_daemon.git.ssh_signatures import fingerprint, verify_time
from gto_daemon.registry.signatures import UNSIGNED, Signature
from tests.builders import RepositoryBuilder
from tests.repository_formats.newer_git import directory_of_newer_git, has_newer_git
from tests.signing import (
    client,
    git_accepts,
    gnupg_home,
    gpg_key,
    needs_gpg,
    needs_ssh,
    public,
    run,
    sign,
    sign_by_ssh,
    ssh_key,
)

#: 2023-11-14 22:13:20 UTC
AT = 1_700_000_000


@pytest.fixture
def repo(tmp_path: Path) -> RepositoryBuilder:
    repo = RepositoryBuilder(tmp_path / "repo")
    repo.commit({"m": "1"})
    return repo


@pytest.fixture
def home() -> Iterator[Path]:
    with gnupg_home() as home:
        yield home


@pytest.fixture
def env(home: Path, repo: RepositoryBuilder) -> dict[str, str]:
    return {"GNUPGHOME": str(home)}


def judge(
    repo: RepositoryBuilder, env: dict[str, str] | None = None, *, signers: bytes | None = None, agrees: bool = True
) -> dict[str, Signature]:
    """The verdict on every annotated tag; with the configured signers, git agrees on what is good."""
    listed = repo.git("for-each-ref", "--format=%(objectname) %(refname:short)", "refs/tags", env=env)
    refs = dict(reversed(line.split(" ", 1)) for line in listed.splitlines())
    git = client(repo, **(env or {}))
    objects = read_tags(git, refs.values())
    found = verify_tags(git, {ref: objects[oid] for ref, oid in refs.items() if oid in objects}, signers=signers)
    if agrees and signers is None:
        mismatched = {ref for ref, each in found.items() if each.reason == "name-mismatch"}
        accepted = {ref for ref in found if git_accepts(repo, ref, env)}
        assert {ref for ref, each in found.items() if each.status == "good"} == accepted - mismatched
    return found


def statuses(found: dict[str, Signature]) -> dict[str, str]:
    return {ref: each.status for ref, each in found.items()}


def rewritten(repo: RepositoryBuilder, oid: str, old: bytes, new: bytes) -> str:
    """Another tag object, with some bytes replaced."""
    data = subprocess.run(["git", "cat-file", "tag", oid], cwd=repo.path, capture_output=True, check=True).stdout
    assert old in data
    made = subprocess.run(
        ["git", "hash-object", "-t", "tag", "-w", "--stdin", "--literally"],
        cwd=repo.path, input=data.replace(old, new), capture_output=True, check=True,
    )  # fmt: skip
    return made.stdout.decode().strip()


@needs_ssh
class TestSsh:
    @pytest.fixture
    def keys(self, tmp_path: Path) -> Path:
        for name, kind in (("ann", "ed25519"), ("bob", "rsa"), ("eve", "ed25519"), ("old", "ed25519")):
            ssh_key(tmp_path / "keys" / name, kind)
        return tmp_path / "keys"

    @pytest.fixture
    def signers(self, tmp_path: Path, keys: Path) -> Path:
        path = tmp_path / "signers"
        path.write_text(
            f"ann@example.com {public(keys / 'ann')}\n"
            f'bob@example.com,bob@example.org namespaces="git" {public(keys / "bob")}\n'
            f'old@example.com valid-before="20230101" {public(keys / "old")}\n'
        )
        return path

    def test_each_status(self, repo: RepositoryBuilder, keys: Path, signers: Path, tmp_path: Path) -> None:
        sign_by_ssh(repo, keys / "ann", signers=signers)
        sign(repo, "good", at=AT)
        sign(repo, "by-bob", "-u", str(keys / "bob"), at=AT)
        sign(repo, "by-eve", "-u", str(keys / "eve"), at=AT)
        sign(repo, "too-late", "-u", str(keys / "old"), at=AT)
        sign(repo, "in-time", "-u", str(keys / "old"), at=1_600_000_000)
        repo.tag("plain")
        tampered = rewritten(repo, "good", b"\n\nSigned", b"\n\nsigned")
        repo.git("update-ref", "refs/tags/tampered", tampered)
        repo.git("update-ref", "refs/tags/moved", repo.git("rev-parse", "refs/tags/good"))
        found = judge(repo)
        key = fingerprint_of(keys / "ann")
        assert found.pop("good") == Signature("good", "ssh", ("ann@example.com",), key)
        assert found.pop("by-bob").principals == ("bob@example.com", "bob@example.org")
        assert found.pop("by-eve") == Signature("unknown-key", "ssh", (), fingerprint_of(keys / "eve"), "unknown-key")
        assert found.pop("too-late").status == "expired"
        assert found.pop("in-time").principals == ("old@example.com",)
        assert found.pop("plain") == UNSIGNED
        assert found.pop("tampered").status == "bad"
        assert found.pop("moved") == Signature("bad", "ssh", (), key, "name-mismatch")
        assert not found
        revoked = tmp_path / "revoked"
        revoked.write_text(f"{public(keys / 'ann')}\n")
        repo.git("config", "gpg.ssh.revocationFile", str(revoked))
        found = judge(repo)
        assert found["good"].status == "revoked"
        assert found["tampered"].status == "bad"
        assert found["by-bob"].status == "good"

    def test_a_signature_that_another_tag_had(self, repo: RepositoryBuilder, keys: Path, signers: Path) -> None:
        sign_by_ssh(repo, keys / "ann", signers=signers)
        sign(repo, "churn#prod#1")
        made = rewritten(repo, "churn#prod#1", b"\ntag churn#prod#1\n", b"\ntag churn#prod#2\n")
        repo.git("update-ref", "refs/tags/churn#prod#2", made)
        assert statuses(judge(repo)) == {"churn#prod#1": "good", "churn#prod#2": "bad"}

    def test_rules_go_by_their_own_signers_and_by_the_users_revocation(
        self, repo: RepositoryBuilder, keys: Path, signers: Path, tmp_path: Path
    ) -> None:
        sign_by_ssh(repo, keys / "ann", signers=signers)
        sign(repo, "by-ann")
        sign(repo, "by-eve", "-u", str(keys / "eve"))
        rules = f"eve@example.com {public(keys / 'eve')}\n".encode()
        assert statuses(judge(repo, signers=rules)) == {"by-ann": "unknown-key", "by-eve": "good"}
        assert statuses(judge(repo)) == {"by-ann": "good", "by-eve": "unknown-key"}
        run("ssh-keygen", "-q", "-k", "-f", tmp_path / "krl", f"{keys / 'eve'}.pub")
        repo.git("config", "gpg.ssh.revocationFile", str(tmp_path / "krl"))
        assert judge(repo, signers=rules)["by-eve"].status == "revoked"

    def test_all_lines_of_a_key_count(self, repo: RepositoryBuilder, keys: Path, signers: Path) -> None:
        key = public(keys / "ann")
        signers.write_text(
            f"a@x {key}\n"
            f"b@x,c@x {key}\n"
            f'd@x valid-before="20200101" {key}\n'
            f'e@x namespaces="file" {key}\n'
            f"f@x {public(keys / 'bob')}\n"
        )
        sign_by_ssh(repo, keys / "ann", signers=signers)
        sign(repo, "good")
        assert judge(repo)["good"].principals == ("a@x", "b@x", "c@x")

    def test_a_key_for_something_else(self, repo: RepositoryBuilder, keys: Path, signers: Path) -> None:
        signers.write_text(f'a@x namespaces="file" {public(keys / "ann")}\n')
        sign_by_ssh(repo, keys / "ann", signers=signers)
        sign(repo, "tag")
        assert judge(repo)["tag"].status == "unknown-key"

    def test_a_certificate(self, repo: RepositoryBuilder, keys: Path, signers: Path) -> None:
        run("ssh-keygen", "-q", "-s", keys / "eve", "-I", "ann", "-n", "ann@x", f"{keys / 'ann'}.pub")
        signers.write_text(f"*@x cert-authority {public(keys / 'eve')}\n")
        sign_by_ssh(repo, keys / "ann-cert.pub", signers=signers)
        sign(repo, "tag")
        found = judge(repo)["tag"]
        assert found.status == "good"
        assert found.principals == ("ann@x",)

    @pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York", "XYZ-9"])
    def test_dates_are_of_the_clients_zone(self, repo: RepositoryBuilder, keys: Path, signers: Path, zone: str) -> None:
        signers.write_text(f'ann@x valid-before="20231115000000" {public(keys / "ann")}\n')
        sign_by_ssh(repo, keys / "ann", signers=signers)
        for hours in range(-18, 19, 3):
            sign(repo, f"at{hours}", at=AT + hours * 3600)
        found = judge(repo, {"TZ": zone})
        assert set(statuses(found).values()) == {"good", "expired"}

    def test_files_that_are_none(self, repo: RepositoryBuilder, keys: Path, signers: Path, tmp_path: Path) -> None:
        sign_by_ssh(repo, keys / "ann")
        sign(repo, "tag")
        found = judge(repo)["tag"]
        assert found.status == "unverified"
        assert "gpg.ssh.allowedSignersFile" in (found.reason or "")
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "large").write_bytes(b"a@x ssh-ed25519 AAAA\n" * 500_000)
        for name, words in (
            ("pipe", "is a pipe"), ("keys", "is a directory"), ("large", "is longer than"), ("none", "is not there"),
            ("keys\n", "is not there"),
        ):  # fmt: skip
            for key in ("allowedSignersFile", "revocationFile"):
                repo.git("config", "gpg.ssh.allowedSignersFile", str(signers))
                repo.git("config", f"gpg.ssh.{key}", str(tmp_path / name))
                if key == "revocationFile" and words == "is not there":
                    assert judge(repo)["tag"].status == "good"
                else:
                    found = judge(repo, agrees=False)["tag"]
                    assert (found.status, words in (found.reason or "")) == ("unverified", True)
            repo.git("config", "--unset", "gpg.ssh.revocationFile")

    def test_a_program_that_is_not_there(self, repo: RepositoryBuilder, keys: Path, signers: Path) -> None:
        sign_by_ssh(repo, keys / "ann", signers=signers)
        sign(repo, "tag")
        repo.git("config", "gpg.ssh.program", "/nowhere/ssh-keygen")
        found = judge(repo)["tag"]
        assert found == Signature(
            "unverified", "ssh", reason="'/nowhere/ssh-keygen' cannot be run: No such file or directory"
        )

    def test_the_home_directory_in_a_path(self, repo: RepositoryBuilder, keys: Path, signers: Path) -> None:
        sign_by_ssh(repo, keys / "ann")
        sign(repo, "tag")
        repo.git("config", "gpg.ssh.allowedSignersFile", f"~/{signers.name}")
        assert judge(repo, {"HOME": str(signers.parent)})["tag"].status == "good"
        repo.git("config", "gpg.ssh.allowedSignersFile", "~nobody-of-this-name/signers")
        assert judge(repo)["tag"].status == "unverified"

    def test_a_cancelled_one_ends(self, repo: RepositoryBuilder, keys: Path, signers: Path, tmp_path: Path) -> None:
        sign_by_ssh(repo, keys / "ann", signers=signers)
        oid = sign(repo, "tag")
        slow = tmp_path / "slow"
        slow.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\nexec sleep 600\n")
        slow.chmod(0o755)
        repo.git("config", "gpg.ssh.program", str(slow))
        git = client(repo)
        data = read_tags(git, [oid])[oid]
        threading.Thread(target=_cancel_when, args=(tmp_path / "started", git.cancellation.cancel)).start()
        with pytest.raises(CancelledError):
            verify_tags(git, dict.fromkeys(map(str, range(20)), data))

    def test_no_program_runs_for_an_untrusted_client(self, repo: RepositoryBuilder, keys: Path, tmp_path: Path) -> None:
        sign_by_ssh(repo, keys / "ann")
        oid = sign(repo, "tag")
        data = read_tags(client(repo), [oid])[oid]
        git = client(repo, PATH=str(tmp_path / "nothing"))
        assert verify_tags(git, {"tag": data}, trusted=False) == {
            "tag": Signature("unverified", "ssh", reason="untrusted")
        }

    def test_an_object_of_sha256(self, tmp_path: Path, keys: Path, signers: Path) -> None:
        place = tmp_path / "sha256"
        run("git", "init", "-q", "--object-format=sha256", place)
        run("git", "-C", place, "commit", "-q", "--allow-empty", "-m", "x")
        repo = RepositoryBuilder.__new__(RepositoryBuilder)
        repo.path, repo.git_dir, repo.bare = place, place / ".git", False
        sign_by_ssh(repo, keys / "ann", signers=signers)
        sign(repo, "tag")
        # As Git writes a signature for the other algorithm (transition to SHA-256).
        made = rewritten(repo, "tag", b"\ntagger ", b"\ngpgsig a\n b\n c\ntagger ")
        repo.git("update-ref", "refs/tags/both", rewritten(repo, made, b"\ntag tag\n", b"\ntag tag\n"))
        found = judge(repo)
        assert found["tag"].status == "good"
        assert found["both"].reason == "name-mismatch"

    def test_the_key_that_is_configured(
        self, repo: RepositoryBuilder, keys: Path, signers: Path, tmp_path: Path
    ) -> None:
        rules = signers.read_bytes()
        good = Signature("good", "ssh", ("ann@example.com",), fingerprint_of(keys / "ann"))
        for key in (
            str(keys / "ann"), f"{keys / 'ann'}.pub", f"key::{public(keys / 'ann')}", public(keys / "ann"),
        ):  # fmt: skip
            sign_by_ssh(repo, keys / "ann")
            repo.git("config", "user.signingKey", key)
            assert configured_signer(client(repo), rules) == good
        alone = tmp_path / "alone"
        alone.write_bytes((keys / "ann").read_bytes())
        alone.chmod(0o600)
        repo.git("config", "user.signingKey", str(alone))
        assert configured_signer(client(repo), rules) == good
        repo.git("config", "--unset", "user.signingKey")
        found = configured_signer(client(repo), rules)
        assert found.status == "unverified"
        assert "git config --global user.signingKey" in (found.reason or "")
        repo.git("config", "gpg.ssh.defaultKeyCommand", f"sh -c 'echo key::{public(keys / 'ann')}'")
        assert configured_signer(client(repo), rules) == good
        repo.git("config", "user.signingKey", str(keys / "bob"))
        assert configured_signer(client(repo), rules).principals == ("bob@example.com", "bob@example.org")
        repo.git("config", "user.signingKey", str(keys / "eve"))
        assert configured_signer(client(repo), rules).status == "unknown-key"
        run("ssh-keygen", "-q", "-k", "-f", tmp_path / "krl", f"{keys / 'ann'}.pub")
        repo.git("config", "gpg.ssh.revocationFile", str(tmp_path / "krl"))
        repo.git("config", "user.signingKey", str(keys / "ann"))
        assert configured_signer(client(repo), rules).status == "revoked"

    def test_a_configuration_is_another_after_each_change(
        self, repo: RepositoryBuilder, keys: Path, signers: Path, tmp_path: Path
    ) -> None:
        seen = [read_configuration(client(repo)).identity]
        sign_by_ssh(repo, keys / "ann", signers=signers)
        seen.append(read_configuration(client(repo)).identity)
        assert read_configuration(client(repo)).identity == seen[-1]
        signers.write_text("# nobody\n")
        seen.append(read_configuration(client(repo)).identity)
        repo.git("config", "gpg.ssh.revocationFile", str(tmp_path / "revoked"))
        (tmp_path / "revoked").write_text("")
        seen.append(read_configuration(client(repo)).identity)
        repo.git("config", "gpg.minTrustLevel", "fully")
        seen.append(read_configuration(client(repo)).identity)
        seen.append(read_configuration(client(repo), b"").identity)
        assert len(set(seen)) == len(seen)


def overriding(key: str, value: str) -> dict[str, str]:
    """A configuration on top, by variables."""
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": key, "GIT_CONFIG_VALUE_0": value}


def fingerprint_of(key: Path) -> str:
    return run("ssh-keygen", "-l", "-f", f"{key}.pub").split()[1]


def _cancel_when(path: Path, cancel: object) -> None:
    while not path.exists():
        threading.Event().wait(0.01)
    assert callable(cancel)
    cancel()


@needs_gpg
class TestOpenpgp:
    def test_each_status(self, repo: RepositoryBuilder, home: Path, env: dict[str, str], tmp_path: Path) -> None:
        ann = gpg_key(home, "Ann: <ann@example.com>")
        past = ("--faked-system-time", "20200101T000000!")
        old = gpg_key(home, "Old <old@example.com>", *past, expires="1y")
        gone = gpg_key(home, "Gone <gone@example.com>")
        sign(repo, "good", "-u", ann, env=env)
        then = tmp_path / "gpg-then"
        then.write_text(f'#!/bin/sh\nexec gpg {" ".join(past)} "$@"\n')
        then.chmod(0o755)
        sign(repo, "by-old", "-u", old, env={**env, **overriding("gpg.program", str(then))})
        sign(repo, "by-gone", "-u", gone, env=env)
        repo.tag("plain")
        repo.git("update-ref", "refs/tags/tampered", rewritten(repo, "good", b"\n\nSigned", b"\n\nsigned"))
        repo.git("update-ref", "refs/tags/moved", repo.git("rev-parse", "refs/tags/good"))
        certificate = (home / "openpgp-revocs.d" / f"{gone}.rev").read_text().replace(":-----BEGIN", "-----BEGIN")
        run("gpg", "--batch", "--quiet", "--import", env=env, stdin=certificate)
        found = judge(repo, env, agrees=False)
        assert found.pop("good") == Signature("good", "openpgp", ("Ann: <ann@example.com>",), ann)
        assert found.pop("by-old") == Signature("expired", "openpgp", ("Old <old@example.com>",), old, "expired")
        assert found.pop("by-gone")[:4] == ("revoked", "openpgp", ("Gone <gone@example.com>",), gone)
        assert found.pop("plain") == UNSIGNED
        assert found.pop("tampered").status == "bad"
        assert found.pop("moved").reason == "name-mismatch"
        assert not found
        with gnupg_home() as other:
            assert judge(repo, {"GNUPGHOME": str(other)})["good"] == Signature(
                "unknown-key", "openpgp", (), ann, "unknown-key"
            )
        # As Git itself, which calls an expired key's signature good.
        assert not git_accepts(repo, "by-gone", env)
        assert not git_accepts(repo, "tampered", env)

    def test_trust(self, repo: RepositoryBuilder, home: Path, env: dict[str, str]) -> None:
        key = gpg_key(home, "Ann <ann@example.com>")
        sign(repo, "tag", "-u", key, env=env)
        sign(repo, "second", "-u", key, env=env)
        with gnupg_home() as other:
            there = {"GNUPGHOME": str(other)}
            exported = run("gpg", "--batch", "--armor", "--export", env=env)
            run("gpg", "--batch", "--quiet", "--import", env=there, stdin=exported)
            assert judge(repo, there)["tag"].status == "good"
            repo.git("config", "gpg.minTrustLevel", "marginal")
            assert judge(repo, there)["tag"] == Signature(
                "unknown-key", "openpgp", ("Ann <ann@example.com>",), key, "trust-level"
            )
        assert judge(repo, env)["tag"].status == "good"

    def test_a_hundred_together_are_as_one_by_one(
        self, repo: RepositoryBuilder, home: Path, env: dict[str, str]
    ) -> None:
        key = gpg_key(home, "Ann <ann@example.com>")
        (home / "gpg.conf").write_text("batch\n")
        for number in range(12):
            sign(repo, f"t{number}", "-u", key, env=env)
            if number % 3 == 0:
                made = rewritten(repo, f"t{number}", b"\n\nSigned", b"\n\nsigned")
                repo.git("update-ref", f"refs/tags/t{number}", made)
        git = client(repo, **env)
        refs = [f"t{number}" for number in range(12)]
        oids = {ref: repo.git("rev-parse", ref) for ref in refs}
        objects = read_tags(git, oids.values())
        together = judge(repo, env)
        assert statuses(together) == {ref: "bad" if int(ref[1:]) % 3 == 0 else "good" for ref in refs}
        alone = {ref: verify_tags(git, {ref: objects[oids[ref]]})[ref] for ref in refs}
        assert alone == together

    def test_a_program_of_the_users_own(
        self, repo: RepositoryBuilder, home: Path, env: dict[str, str], tmp_path: Path
    ) -> None:
        key = gpg_key(home, "Ann <ann@example.com>")
        sign(repo, "one", "-u", key, env=env)
        sign(repo, "two", "-u", key, env=env)
        for name in ("gpg", "mine"):
            program = tmp_path / name
            program.write_text('#!/bin/sh\ncase "$*" in *multifile*) exit 2;; esac\nexec /usr/bin/gpg "$@"\n')
            program.chmod(0o755)
            repo.git("config", "gpg.program", str(program))
            assert set(statuses(judge(repo, env)).values()) == {"good"}
        repo.git("config", "gpg.openpgp.program", "/bin/false")
        assert set(statuses(judge(repo, env)).values()) == {"bad"}

    def test_when_a_key_ends(self, repo: RepositoryBuilder, home: Path, env: dict[str, str]) -> None:
        never = gpg_key(home, "Ann <ann@example.com>")
        soon = gpg_key(home, "Bob <bob@example.com>", expires="2d")
        oids = [sign(repo, "never", "-u", never, env=env), sign(repo, "soon", "-u", soon, env=env)]
        git = client(repo, **env)
        found = verify_objects(git, read_tags(git, oids), dated=True)
        assert found[oids[0]].until is None
        until = found[oids[1]].until
        listed = run("gpg", "--batch", "--with-colons", "--list-keys", soon, env=env).split(":")
        assert str(until) in listed

    def test_a_keyring_that_cannot_be_read(self, repo: RepositoryBuilder, home: Path, env: dict[str, str]) -> None:
        key = gpg_key(home, "Ann <ann@example.com>")
        for number in range(5):
            sign(repo, f"t{number}", "-u", key, env=env)
        repo.git("update-ref", "refs/tags/t4", rewritten(repo, "t4", b"\n\nSigned", b"\n\nsigned"))
        (home / "gpg.conf").write_text("keyring /nowhere/ring.kbx\n")
        assert set(statuses(judge(repo, env)).values()) == {"unverified", "bad"}

    def test_a_verdict_by_a_keyring_that_is_not_looked_at_ends_soon(
        self, repo: RepositoryBuilder, home: Path, env: dict[str, str]
    ) -> None:
        oid = sign(repo, "tag", "-u", gpg_key(home, "Ann <ann@example.com>"), env=env)
        git = client(repo, **env)
        assert verify_objects(git, read_tags(git, [oid]), dated=True)[oid].until is None
        program = home / "wrapper"
        program.write_text('#!/bin/sh\nexec gpg "$@"\n')
        program.chmod(0o755)
        repo.git("config", "gpg.program", str(program))
        found = verify_objects(git, read_tags(git, [oid]), dated=True)[oid]
        assert found.signature.status == "good"
        assert found.until is not None

    def test_the_key_that_is_configured(self, repo: RepositoryBuilder, home: Path, env: dict[str, str]) -> None:
        assert configured_signer(client(repo, **env)).status == "unverified"
        uma = gpg_key(home, "Uma User <uma@example.com>")
        assert configured_signer(client(repo, **env)) == Signature(
            "good", "openpgp", ("Uma User <uma@example.com>",), uma
        )
        bob = gpg_key(home, "Bob <bob@example.com>")
        repo.git("config", "user.signingKey", bob)
        assert configured_signer(client(repo, **env)).key == bob


@needs_gpg
def test_a_message_that_carries_a_signature_is_none_of_the_tag(
    repo: RepositoryBuilder, home: Path, env: dict[str, str]
) -> None:
    key = gpg_key(home, "Ann <ann@example.com>")
    sign(repo, "good", "-u", key, env=env)
    sign(repo, "better", "-u", key, env=env)
    message = run("gpg", "--batch", "--armor", "--sign", "-u", key, env=env, stdin="anything")
    clear = run("gpg", "--batch", "--clearsign", "-u", key, env=env, stdin="anything")
    header = b"object %s\ntype commit\ntag %s\ntagger A <a@x> 1700000000 +0000\n\nForged\n"
    head = repo.git("rev-parse", "HEAD").encode()
    forged = (
        message,
        message.replace("PGP MESSAGE", "PGP SIGNATURE"),
        clear.replace("-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"),
        clear.partition("-----BEGIN PGP SIGNATURE")[0] + "-----BEGIN PGP SIGNATURE" + clear.partition("SIGNATURE")[2],
    )
    for number, block in enumerate(forged):
        made = subprocess.run(
            ["git", "hash-object", "-t", "tag", "-w", "--stdin"], cwd=repo.path, check=True, capture_output=True,
            input=header % (head, b"forged%d" % number) + block.encode(),
        ).stdout.decode().strip()  # fmt: skip
        repo.git("update-ref", f"refs/tags/forged{number}", made)
    found = judge(repo, env)
    assert {ref for ref, each in found.items() if each.status == "good"} == {"good", "better"}


def test_x509_is_verified_where_its_program_is_configured(repo: RepositoryBuilder, tmp_path: Path) -> None:
    block = "-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----\n"
    repo.tag("tag", message=f"Signed\n{block}")
    assert judge(repo)["tag"] == Signature("unverified", "x509", reason="gpg.x509.program is not configured")
    program = tmp_path / "smime"
    lines = ("", "[GNUPG:] GOODSIG ABCD /CN=Ann", "[GNUPG:] VALIDSIG ABCD 2026-01-01 0", "[GNUPG:] TRUST_FULLY")
    program.write_text("#!/bin/sh\ncat >/dev/null\nprintf '" + "\\n".join(lines) + "\\n'\n")
    program.chmod(0o755)
    repo.git("config", "gpg.x509.program", str(program))
    assert judge(repo)["tag"] == Signature("good", "x509", ("/CN=Ann",), "ABCD")


def test_splitting_is_gits() -> None:
    block = b"-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----\n"
    head = b"object 1\ntype commit\ntag t\ntagger A <a@x> 5 +0000\ngpgsig x\n y\ngpgsig-sha256 z\n\n"
    text = b"A\n-----BEGIN PGP SIGNATURE-----\ngpgsig no header\n"
    found = split_signed_tag(head + text + block)
    assert found is not None
    assert found.payload == b"object 1\ntype commit\ntag t\ntagger A <a@x> 5 +0000\n\n" + text
    assert (found.name, found.seconds, found.block, found.format) == (b"t", 5, block, "ssh")
    assert split_signed_tag(head + b"text\n -----BEGIN SSH SIGNATURE-----\n") is None
    assert not is_detached_openpgp(block)


def test_odd_moments() -> None:
    assert verify_time(0, "Europe/Berlin") == "19700101010000"
    assert verify_time(0, "CET-1") == "19700101000000Z"
    assert fingerprint(b"\0\0\0\x1cssh-rsa-cert-v01@openssh.com") is None


@needs_ssh
@pytest.mark.skipif(not has_newer_git(), reason="no newer Git was built")
def test_a_newer_git_agrees(repo: RepositoryBuilder, tmp_path: Path) -> None:
    key = ssh_key(tmp_path / "key")
    signers = tmp_path / "signers"
    signers.write_text(f"ann@x {public(key)}\n")
    sign_by_ssh(repo, key, signers=signers)
    sign(repo, "good")
    repo.git("update-ref", "refs/tags/tampered", rewritten(repo, "good", b"\n\nSigned", b"\n\nsigned"))
    path = f"{directory_of_newer_git()}{os.pathsep}{os.environ['PATH']}"
    assert statuses(judge(repo, {"PATH": path})) == {"good": "good", "tampered": "bad"}
