"""Rules that require signatures: acts sign, verify and then write; audits judge what was signed, by whom and when."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer
from tests.signing import gnupg_home, gpg_key, needs_gpg, needs_ssh, public, sign, sign_by_ssh, ssh_key

UMA, EVE = "uma@example.com", "eve@example.com"
RULES = """
version: 1
rules:
  stages:
    prod: {{signed: required, who: [leads]}}
roles:
  leads: [{leads}]
signers: .gtod/allowed_signers
"""
ACT = {"name": "churn", "version": "v2.0.0", "stage": "prod"}


async def refused(peer: Peer, method: str, params: dict[str, Any]) -> CallFailedError:
    with pytest.raises(CallFailedError) as caught:
        await peer.call(method, params)
    return caught.value


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return ssh_key(tmp_path / "keys/uma")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return ssh_key(tmp_path / "keys/eve")


@pytest.fixture
def ruled(registry: RepositoryBuilder, key: Path, other: Path) -> RepositoryBuilder:
    """Uma may assign prod, and the signers file knows Eve too."""
    signers = f"{UMA} {public(key)}\n{EVE} {public(other)}\n"
    registry.commit({".gtod.yaml": RULES.format(leads=UMA), ".gtod/allowed_signers": signers})
    registry.checkout()
    return registry


async def _verdicts(peer: Peer, path: str) -> dict[str, tuple[str, list[str]]]:
    audited = await peer.call("gto/audit", {"repo": path, "rules": "main"})
    return {each["ref"]: (each["verdict"], [rule["rule"] for rule in each["rules"]]) for each in audited["events"]}


@needs_ssh
class TestSsh:
    async def test_an_act_signs_without_being_told(
        self, peer: Peer, path: str, ruled: RepositoryBuilder, key: Path
    ) -> None:
        sign_by_ssh(ruled, key)
        plan = (await peer.call("gto/assign", {"repo": path, **ACT, "dry_run": True}))["plan"]
        assert plan["signed"] is True
        await peer.call("gto/assign", {"repo": path, **ACT})
        assert "-----BEGIN SSH SIGNATURE-----" in ruled.git("cat-file", "tag", "churn#prod#3")
        verdicts = await _verdicts(peer, path)
        assert verdicts["churn#prod#3"] == ("allowed", [])
        assert verdicts["churn#prod#1"] == ("violating", ["signed"])

    async def test_what_needs_no_signature_gets_none(
        self, peer: Peer, path: str, ruled: RepositoryBuilder, key: Path
    ) -> None:
        sign_by_ssh(ruled, key)
        await peer.call("gto/assign", {"repo": path, **ACT, "stage": "staging"})
        assert "SIGNATURE" not in ruled.git("cat-file", "tag", "churn#staging#3")

    async def test_without_a_key_it_is_refused_and_nothing_is_made(
        self, peer: Peer, path: str, ruled: RepositoryBuilder
    ) -> None:
        ruled.git("config", "gpg.format", "ssh")
        before = ruled.git("for-each-ref")
        for dry_run in (True, False):
            error = await refused(peer, "gto/assign", {"repo": path, **ACT, "dry_run": dry_run})
            assert error.data["kind"] == "SignatureRequired"
            assert "user.signingKey" in error.message
        assert ruled.git("for-each-ref") == before

    async def test_a_key_that_nobody_knows(
        self, peer: Peer, path: str, ruled: RepositoryBuilder, tmp_path: Path
    ) -> None:
        sign_by_ssh(ruled, ssh_key(tmp_path / "keys/unknown"))
        error = await refused(peer, "gto/assign", {"repo": path, **ACT, "dry_run": True})
        assert error.data["kind"] == "SignatureRequired"
        assert "which is not in the signers file" in error.message

    async def test_a_key_of_somebody_who_may_not(
        self, peer: Peer, path: str, ruled: RepositoryBuilder, other: Path
    ) -> None:
        sign_by_ssh(ruled, other)
        error = await refused(peer, "gto/assign", {"repo": path, **ACT})
        assert error.data["kind"] == "NotAllowed"
        assert f"{EVE} may not assign 'prod'" in error.message

    async def test_signing_that_fails_leaves_nothing(
        self, peer: Peer, path: str, ruled: RepositoryBuilder, key: Path
    ) -> None:
        # The public half is there, so a dry run knows who would sign; the other half is not.
        sign_by_ssh(ruled, Path(f"{key}.pub"))
        assert await peer.call("gto/assign", {"repo": path, **ACT, "dry_run": True})
        os.unlink(key)  # noqa: PTH108 - blocks, and a test may
        before = ruled.git("for-each-ref")
        assert (await refused(peer, "gto/assign", {"repo": path, **ACT})).data["kind"] == "SigningFailed"
        assert ruled.git("for-each-ref") == before

    async def test_a_revoked_key_counts_no_more(
        self, peer: Peer, path: str, ruled: RepositoryBuilder, key: Path, tmp_path: Path
    ) -> None:
        sign_by_ssh(ruled, key)
        await peer.call("gto/assign", {"repo": path, **ACT})
        revoked = tmp_path / "revoked"
        revoked.write_text(f"{public(key)}\n")
        ruled.git("config", "gpg.ssh.revocationFile", str(revoked))
        error = await refused(peer, "gto/assign", {"repo": path, **ACT, "force": True})
        assert error.data["kind"] == "SignatureRequired"
        assert (await _verdicts(peer, path))["churn#prod#3"] == ("violating", ["signed"])

    async def test_what_git_is_configured_to_trust_does_not_count(
        self, peer: Peer, path: str, ruled: RepositoryBuilder, tmp_path: Path
    ) -> None:
        mine = ssh_key(tmp_path / "keys/mine")
        signers = tmp_path / "signers"
        signers.write_text(f"{UMA} {public(mine)}\n")
        sign_by_ssh(ruled, mine, signers=signers)
        sign(ruled, "churn#prod#3")
        assert (await _verdicts(peer, path))["churn#prod#3"] == ("violating", ["signed"])

    async def test_a_signature_of_another_tag(self, peer: Peer, path: str, ruled: RepositoryBuilder, key: Path) -> None:
        sign_by_ssh(ruled, key)
        oid = sign(ruled, "churn#dev#3")
        ruled.ref("refs/tags/churn#prod#4", oid)
        audited = await peer.call("gto/audit", {"repo": path, "rules": "main", "name": "churn"})
        found = next(each for each in audited["events"] if each["ref"] == "churn#prod#4")
        assert found["verdict"] == "violating"
        assert "name-mismatch" in found["rules"][0]["message"]

    async def test_a_replaced_object_is_judged_as_it_is(
        self, peer: Peer, path: str, ruled: RepositoryBuilder, key: Path
    ) -> None:
        sign_by_ssh(ruled, key)
        good = sign(ruled, "churn#prod#3")
        ruled.git("tag", "-d", "churn#prod#3")
        bad = ruled.tag("churn#prod#3")
        ruled.ref(f"refs/replace/{bad}", good)
        assert (await _verdicts(peer, path))["churn#prod#3"] == ("violating", ["signed"])

    async def test_several_tags_of_one_act_are_signed_or_none(
        self, peer: Peer, path: str, ruled: RepositoryBuilder, key: Path
    ) -> None:
        sign_by_ssh(ruled, key)
        actions = [
            {"method": "register", "params": {"name": "segment"}},
            {"method": "assign", "params": {"name": "segment", "stage": "prod", "version": "v0.0.1"}},
        ]
        await peer.call("gto/apply", {"repo": path, "actions": actions})
        assert (await _verdicts(peer, path))["segment#prod#1"] == ("allowed", [])


@needs_gpg
class TestOpenpgp:
    @pytest.fixture
    def home(self) -> Iterator[Path]:
        with gnupg_home() as home:
            yield home

    async def test_a_fingerprint_is_a_member_and_a_name_is_not(
        self, peer: Peer, path: str, registry: RepositoryBuilder, home: Path
    ) -> None:
        mine, theirs = gpg_key(home, f"Uma <{UMA}>"), gpg_key(home, f"Not Uma <{UMA}>")
        rules = RULES.format(leads=f'{UMA}, "openpgp:{mine}"').replace("signers: .gtod/allowed_signers", "")
        registry.commit({".gtod.yaml": rules})
        env = {**os.environ, "GNUPGHOME": str(home)}
        registry.git("config", "user.signingKey", theirs)
        error = await refused(peer, "gto/assign", {"repo": path, **ACT, "env": env})
        assert error.data["kind"] == "SignatureRequired"
        registry.git("config", "user.signingKey", mine)
        await peer.call("gto/assign", {"repo": path, **ACT, "env": env})
        sign(registry, "churn#prod#4", "-u", theirs, env=env)
        audited = await peer.call("gto/audit", {"repo": path, "rules": "main", "env": env})
        verdicts = {each["ref"]: each["verdict"] for each in audited["events"]}
        assert verdicts["churn#prod#3"] == "allowed"
        assert verdicts["churn#prod#4"] == "violating"
