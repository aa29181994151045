"""Who a signature would be by: the public half of the key that Git is configured to sign with. Nothing is signed."""

import base64
import binascii
import shlex
import tempfile
from pathlib import Path
from typing import Literal

from gto_daemon.git.lines import lines_of
from gto_daemon.git.openpgp_signatures import TIMEOUT as GPG_TIMEOUT
from gto_daemon.git.process import Git
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.git.signature_settings import (
    SignatureSettings,
    UnreadableFileError,
    read_revoked,
    read_settings,
    read_signers,
)
from gto_daemon.git.ssh_signatures import TIMEOUT, SshVerifier, fingerprint
from gto_daemon.registry.signatures import Signature, SignatureFormat

#: Bytes of a file with a key.
_MAX_KEY = 64 << 10
_PRIVATE = b"PRIVATE KEY-----"
_NO_KEY = (
    "Git is told of no ssh key to sign with. Name yours: `git config --global user.signingKey ~/.ssh/id_ed25519.pub`"
)
_FORMATS: tuple[SignatureFormat, ...] = ("ssh", "openpgp", "x509")
#: The validity of a key as gpg writes it (doc/DETAILS of GnuPG).
_UNFIT: dict[str, Literal["expired", "revoked"]] = {"e": "expired", "r": "revoked"}


class NoKeyError(Exception):
    """The key cannot be known, for the reason that is given."""


def configured_signer(git: Git, signers: bytes | None = None) -> Signature:
    """Return the verdict that a signature by the configured key would get now.

    Args:
        git: the client and repository.
        signers: the file that says who holds which ssh key; by default the one that Git is configured to.

    Raises:
        RegistryError: `GitNotFound`, `GitFailed`.
        CancelledError: it was cancelled.

    """
    settings = read_settings(git)
    form = next((each for each in _FORMATS if each == settings.sign_format), None)
    try:
        if settings.failure is not None:
            raise NoKeyError(settings.failure)
        if form == "ssh":
            return _by_ssh(git, settings, signers)
        if form == "openpgp":
            return _by_gpg(git, settings)
        reason = f"The key of a signature by gpg.format '{settings.sign_format}' is not looked up"
    except (NoKeyError, UnreadableFileError) as error:
        reason = str(error)
    except OSError as error:
        reason = f"The key to sign with cannot be looked up: {error.strerror or error}"
    return Signature("unverified", form, reason=reason)


def _by_ssh(git: Git, settings: SignatureSettings, signers: bytes | None) -> Signature:
    public_key = _public_key(_ssh_key(git, settings))
    key = fingerprint(public_key)
    content = read_signers(git, settings) if signers is None else signers
    revoked = read_revoked(git, settings)
    program = settings.programs["ssh"]
    with tempfile.TemporaryDirectory(prefix="gtod-signer-") as scratch:
        if revoked is not None and _is_revoked(git, public_key, revoked, Path(scratch)):
            return Signature("revoked", "ssh", (), key, "revoked")
        verifier = SshVerifier(git, program, content, revoked, Path(scratch), min_trust=settings.min_trust)
        holders = verifier.holders(public_key)
    if not holders:
        return Signature("unknown-key", "ssh", (), key, "unknown-key")
    return Signature("good", "ssh", holders, key)


def _ssh_key(git: Git, settings: SignatureSettings) -> bytes:
    """Return the line of the public key: literal, of a file, or as the default key command prints it."""
    name = settings.signing_key
    if name is None:
        if settings.default_key_command is None:
            raise NoKeyError(_NO_KEY)
        try:
            words = shlex.split(settings.default_key_command)
        except ValueError as error:
            raise NoKeyError(f"gpg.ssh.defaultKeyCommand: {error}") from error
        ran = git.run_program(*words, timeout=TIMEOUT)
        name = ran.stdout.decode("utf-8", "replace").partition("\n")[0]
        if not ran.succeeded or not _is_literal(name):
            raise NoKeyError(f"gpg.ssh.defaultKeyCommand prints no key: {ran.complaint or name}")
    if _is_literal(name):
        return name.removeprefix("key::").encode()
    path = Path(git.layout.repo if git.layout else "/", name)
    text = read_regular_file(path, _MAX_KEY)
    if text is None or _PRIVATE in text:
        beside = read_regular_file(f"{path}.pub", _MAX_KEY)
        if beside is None and text is not None:
            # Without a passphrase; one is never asked for.
            made = git.run_program("ssh-keygen", "-y", "-P", "", "-f", str(path), timeout=TIMEOUT)
            beside = made.stdout if made.succeeded else None
        text = beside
    if text is None:
        raise NoKeyError(f"user.signingKey names '{name}', of which there is no public key")
    return text


def _is_literal(key: str) -> bool:
    return key.startswith(("key::", "ssh-"))


def _public_key(line: bytes) -> bytes:
    words = line.split()
    try:
        found = base64.b64decode(words[1], validate=True) if len(words) > 1 else b""
    except binascii.Error:
        found = b""
    if not found:
        raise NoKeyError("user.signingKey is no ssh key")
    return found


def _is_revoked(git: Git, public_key: bytes, revoked: bytes, scratch: Path) -> bool:
    kind = public_key[4 : 4 + int.from_bytes(public_key[:4], "big")]
    line = kind + b" " + base64.b64encode(public_key)
    if line in revoked:
        return True
    key, krl = scratch / "key.pub", scratch / "revoked"
    key.write_bytes(line + b"\n")
    krl.write_bytes(revoked)
    # It fails, too, for a list that is no KRL but of keys, one a line, as looked at above.
    return b"REVOKED" in git.run_program("ssh-keygen", "-Q", "-f", str(krl), str(key), timeout=TIMEOUT).stdout


def _by_gpg(git: Git, settings: SignatureSettings) -> Signature:
    wanted = settings.signing_key
    if wanted is None:
        named = git.run("var", "GIT_COMMITTER_IDENT")
        if not named.succeeded:
            raise NoKeyError(named.complaint)
        wanted = named.stdout.decode("utf-8", "replace").rpartition(">")[0] + ">"
    arguments = ("--batch", "--with-colons", "--no-auto-check-trustdb", "--list-keys", "--", wanted)
    listed = git.run_program(settings.programs["openpgp"], *arguments, timeout=GPG_TIMEOUT)
    keys: list[tuple[str, str, str]] = []
    pub: list[str] = []
    primary = ""
    for fields in (line.split(":") for line in lines_of(listed.stdout, "replace")):
        if fields[0] == "pub" and len(fields) > 11:
            pub, primary = fields, ""
        elif fields[0] == "fpr" and pub and not primary and len(fields) > 9:
            primary = fields[9]
        elif fields[0] == "uid" and pub and primary and len(fields) > 9:
            if "S" in pub[11] or pub[1] in _UNFIT:
                keys.append((pub[1], primary, fields[9].replace("\\x3a", ":")))
            pub = []
    if not keys:
        raise NoKeyError(f"gpg knows no key to sign with for '{wanted}'")
    validity, key, person = next((each for each in keys if each[0] not in _UNFIT), keys[0])
    unfit = _UNFIT.get(validity)
    return Signature(unfit or "good", "openpgp", (person,), key, unfit)
