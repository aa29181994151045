"""`--signatures` in the commands: a column that is read without colour, and JSON as the protocol has it."""

import json
from pathlib import Path

import pytest

from gto_daemon.cli.signatures import signature_text
from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod
from tests.signing import needs_ssh, public, sign, sign_by_ssh, ssh_key


@pytest.fixture
def signed(tmp_path: Path) -> RepositoryBuilder:
    repo = RepositoryBuilder(tmp_path / "repo")
    repo.commit({"m": "1"})
    key = ssh_key(tmp_path / "keys/ann")
    signers = tmp_path / "signers"
    signers.write_text(f"ann@example.com {public(key)}\n")
    sign_by_ssh(repo, key, signers=signers)
    repo.tag("churn@v1.0.0")
    sign(repo, "churn#prod#1")
    repo.git("update-ref", "refs/tags/churn#dev#2", repo.git("rev-parse", "refs/tags/churn#prod#1"))
    return repo


@needs_ssh
@pytest.mark.parametrize("daemon", [True, False])
def test_the_command_line_waits_for_verdicts(gtod: Gtod, signed: RepositoryBuilder, daemon: bool) -> None:
    shown = gtod("history", "--signatures", "--plain", cwd=signed.path, daemon=daemon)
    assert "good: ann@example.com" in next(line for line in shown.stdout.splitlines() if "churn#prod#1" in line)
    assert "BAD: name-mismatch" in next(line for line in shown.stdout.splitlines() if "churn#dev#2" in line)
    events = json.loads(gtod("history", "churn", "--signatures", "--json", cwd=signed.path, daemon=daemon).stdout)
    assert {event["ref"]: event["signature"]["status"] for event in events} == {
        "churn@v1.0.0": "none",
        "churn#prod#1": "good",
        "churn#dev#2": "bad",
    }
    (version,) = json.loads(gtod("show", "churn", "--signatures", "--json", cwd=signed.path, daemon=daemon).stdout)
    assert list(version["registrations"][0]["signature"]) == ["status", "format", "principal", "key", "reason"]
    assert "signature" in gtod("show", "churn", "--signatures", cwd=signed.path, daemon=daemon).stdout
    why = gtod("why", "churn", "prod", "--signatures", cwd=signed.path, daemon=daemon)
    assert "good: ann@example.com" in why.stdout


@needs_ssh
def test_without_waiting_what_is_known_is_shown(gtod: Gtod, signed: RepositoryBuilder) -> None:
    shown = gtod("history", "--signatures", "--no-wait", "--json", cwd=signed.path)
    assert {event["signature"]["reason"] for event in json.loads(shown.stdout)} == {"pending"}


@needs_ssh
def test_a_reason_in_sentences_is_said_once_below(gtod: Gtod, signed: RepositoryBuilder) -> None:
    signed.git("config", "--unset", "gpg.ssh.allowedSignersFile")
    shown = gtod("history", "--signatures", cwd=signed.path)
    assert shown.stderr.count("gpg.ssh.allowedSignersFile") == 1
    assert "allowedSignersFile" not in shown.stdout
    assert shown.returncode == 0


def test_the_rows_of_the_registry_have_none(gtod: Gtod, signed: RepositoryBuilder) -> None:
    shown = gtod("show", "--signatures", cwd=signed.path)
    assert shown.returncode == 2
    assert "`gtod history --signatures`" in shown.stderr


@pytest.mark.parametrize(
    ("status", "principal", "reason", "text"),
    [
        ("none", None, None, "-"),
        ("good", "ann", None, "good: ann"),
        ("good", None, None, "good: KEY"),
        ("bad", None, "bad-signature", "BAD"),
        ("bad", None, "name-mismatch", "BAD: name-mismatch"),
        ("revoked", "ann", "revoked", "REVOKED: ann"),
        ("expired", "ann", "expired", "expired: ann"),
        ("unknown-key", None, "unknown-key", "unknown-key"),
        ("unverified", None, "pending", "unverified: pending"),
        ("unverified", None, "Two words", "unverified"),
    ],
)
def test_signatures_in_words(status: str, principal: str | None, reason: str | None, text: str) -> None:
    signature = {"status": status, "format": "ssh", "principal": principal, "key": "KEY", "reason": reason}
    assert signature_text(signature) == text
