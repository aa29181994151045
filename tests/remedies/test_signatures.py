"""Remedies for signatures that cannot be verified, or made."""

from gto_daemon.git.signatures import read_tags, verify_tags
from gto_daemon.git.signing_key import configured_signer
from tests.remedies.conftest import World, remedy
from tests.signing import client, needs_ssh, public, sign, sign_by_ssh, ssh_key


@needs_ssh
@remedy(
    "Git does not know whose SSH keys to trust. List them in a file, each line a principal and a key "
    "(ssh-keygen(1)), and name it: `git config --global gpg.ssh.allowedSignersFile ~/.ssh/allowed_signers`"
)
def test_no_signers_file(world: World) -> None:
    world.env.update(HOME=str(world.tmp), GIT_CONFIG_GLOBAL=str(world.tmp / "gitconfig"))
    key = ssh_key(world.tmp / ".ssh/id_ed25519")
    sign_by_ssh(world.repo, key)
    oid = sign(world.repo, "churn#prod#9")
    git = client(world.repo, **world.env)
    tags = {"churn#prod#9": read_tags(git, [oid])[oid]}
    found = verify_tags(git, tags)["churn#prod#9"]
    assert found.status == "unverified"
    world.run(found.reason or "", "allowedSignersFile")
    (world.tmp / ".ssh/allowed_signers").write_text(f"uma@example.com {public(key)}\n")
    assert verify_tags(git, tags)["churn#prod#9"].principals == ("uma@example.com",)


@needs_ssh
@remedy(
    "Git is told of no ssh key to sign with. Name yours: `git config --global user.signingKey ~/.ssh/id_ed25519.pub`"
)
def test_no_key_to_sign_with(world: World) -> None:
    world.env.update(HOME=str(world.tmp), GIT_CONFIG_GLOBAL=str(world.tmp / "gitconfig"))
    key = ssh_key(world.tmp / ".ssh/id_ed25519")
    world.repo.git("config", "gpg.format", "ssh")
    git = client(world.repo, **world.env)
    signers = f"uma@example.com {public(key)}\n".encode()
    found = configured_signer(git, signers)
    assert found.status == "unverified"
    world.run(found.reason or "", "user.signingKey")
    assert configured_signer(git, signers).principals == ("uma@example.com",)


@remedy("--signatures belongs to one artifact: give its name, or see `gtod history --signatures`")
def test_signatures_of_the_registry(world: World) -> None:
    assert "signature" in world.run(world.gtod("show", "--signatures"), "gtod history")
