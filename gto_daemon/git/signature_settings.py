"""How signatures are verified for a client: Git's configuration of programs and files, as Git understands it.

`gpg.format` is no part of it: the signature itself says which program it is for. `user.signingKey` and what belongs to
it is read along, for who a signature would be by.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from gto_daemon.git.process import VERSION_TIMEOUT, Git
from gto_daemon.git.regular_files import FileTooLongError, NotRegularFileError, read_regular_file

#: Bytes of a file of allowed signers, or of revoked keys: some 10,000 keys.
MAX_SIGNERS = 4 << 20
#: Bytes of gpg's options.
_MAX_OPTIONS = 256 << 10
#: As gpg calls them, the lowest first (`gpg.minTrustLevel`).
TRUST_LEVELS = ("UNDEFINED", "NEVER", "MARGINAL", "FULLY", "ULTIMATE")
NO_SIGNERS = (
    "Git does not know whose SSH keys to trust. List them in a file, each line a principal and a key "
    "(ssh-keygen(1)), and name it: `git config --global gpg.ssh.allowedSignersFile ~/.ssh/allowed_signers`"
)
_KEYS = r"^(gpg\..*|user\.signingkey)$"
#: Files of GnuPG that decide on a verdict, in its directory.
_KEYRING = ("gpg.conf", "pubring.kbx", "pubring.gpg", "public-keys.d/pubring.db", "common.conf", "tofu.db")


class UnreadableFileError(Exception):
    """A file of the configuration cannot be read, for the reason that is given."""


@dataclass(frozen=True, slots=True)
class SignatureSettings:
    """What is configured, with `~` resolved.

    Attributes:
        programs: by format; x509 only where it is configured.
        signers_file: who holds which ssh key.
        revocation_file: ssh keys that no longer count.
        min_trust: the least trust in an openpgp or x509 key, an index into `TRUST_LEVELS`.
        sign_format: in which format Git signs.
        signing_key: what Git signs with, None if it chooses by itself.
        default_key_command: what prints the ssh key to sign with.
        failure: why the configuration cannot be read.

    """

    programs: dict[str, str]
    signers_file: str | None = None
    revocation_file: str | None = None
    min_trust: int = 0
    sign_format: str = "openpgp"
    signing_key: str | None = None
    default_key_command: str | None = None
    failure: str | None = None


def read_settings(git: Git) -> SignatureSettings:
    """Return what is configured for the client of `git`.

    Raises:
        RegistryError: `GitNotFound`, `GitFailed`.
        CancelledError: it was cancelled.

    """
    listed = git.run("config", "--null", "--type=path", "--get-regexp", _KEYS, timeout=VERSION_TIMEOUT)
    programs = {"ssh": "ssh-keygen", "openpgp": "gpg"}
    if listed.code not in (0, 1):
        return SignatureSettings(programs, failure=listed.complaint or "git does not say how it is configured")
    found: dict[str, str] = {}
    for item in os.fsdecode(listed.stdout).split("\0"):
        key, has_value, value = item.partition("\n")
        if not has_value:
            continue
        # Both set the same, and the later of them counts.
        found["gpg.openpgp.program" if key == "gpg.program" else key] = value
    for name in ("ssh", "openpgp", "x509"):
        if program := found.get(f"gpg.{name}.program"):
            programs[name] = program
    trust = found.get("gpg.mintrustlevel", TRUST_LEVELS[0]).upper()
    if trust not in TRUST_LEVELS:
        return SignatureSettings(programs, failure=f"gpg.minTrustLevel is '{trust}', which Git does not know")
    return SignatureSettings(
        programs,
        found.get("gpg.ssh.allowedsignersfile") or None,
        found.get("gpg.ssh.revocationfile") or None,
        TRUST_LEVELS.index(trust),
        found.get("gpg.format", "openpgp"),
        found.get("user.signingkey") or None,
        found.get("gpg.ssh.defaultkeycommand") or None,
    )


def read_signers(git: Git, settings: SignatureSettings) -> bytes:
    """Return the content of the file of allowed signers that is configured.

    Raises:
        UnreadableFileError: none is configured, or it cannot be read.

    """
    if settings.signers_file is None:
        raise UnreadableFileError(NO_SIGNERS)
    content = _read(git, settings.signers_file, "gpg.ssh.allowedSignersFile")
    if content is None:
        raise UnreadableFileError(f"gpg.ssh.allowedSignersFile names '{settings.signers_file}', which is not there")
    return content


def read_revoked(git: Git, settings: SignatureSettings) -> bytes | None:
    """Return the content of the file of revoked keys; None where none is configured, or it is not there, as for Git.

    Raises:
        UnreadableFileError: it cannot be read.

    """
    if settings.revocation_file is None:
        return None
    return _read(git, settings.revocation_file, "gpg.ssh.revocationFile")


def _read(git: Git, name: str, key: str) -> bytes | None:
    # Git is run in the root of the checkout, which a relative path is relative to.
    path = Path(git.layout.repo if git.layout else "/", name)
    try:
        return read_regular_file(path, MAX_SIGNERS)
    except NotRegularFileError as error:
        reason = f"is {error.kind}, not a file"
    except FileTooLongError:
        reason = f"is longer than {MAX_SIGNERS >> 20} MiB"
    except (OSError, ValueError) as error:
        reason = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    raise UnreadableFileError(f"{key} names '{name}', which {reason}")


def is_keyring_known(git: Git, settings: SignatureSettings) -> bool:
    """Return whether `settings_identity` sees all keyrings of gpg: a program or an option may lead to others."""
    if not is_gpg(settings.programs["openpgp"]):
        return False
    try:
        options = read_regular_file(Path(_gnupg_home(git), "gpg.conf"), _MAX_OPTIONS) or b""
    except (OSError, ValueError):
        return False
    return re.search(rb"^\s*(?:--)?(?:keyring|primary-keyring|homedir|options)\b", options, re.MULTILINE) is None


def is_gpg(program: str) -> bool:
    """Return whether a program is GnuPG's own by its name, and no wrapper with other options."""
    return Path(program).stem.lower() in ("gpg", "gpg2")


def _gnupg_home(git: Git) -> str:
    return git.environment.get("GNUPGHOME") or str(Path(git.environment.get("HOME", "/"), ".gnupg"))


def settings_identity(git: Git, settings: SignatureSettings, *contents: bytes | None) -> str:
    """Return what is another text whenever verdicts may be others: by programs, files or keys."""
    home = _gnupg_home(git)
    marks: list[object] = [sorted(settings.programs.items()), settings.min_trust, settings.failure, home]
    for name in (*_KEYRING, *(("trustdb.gpg",) if settings.min_trust else ())):
        try:
            found = Path(home, name).stat()
        except (OSError, ValueError):
            continue
        marks.append((name, found.st_mtime_ns, found.st_size, found.st_ino))
    digest = hashlib.sha256(repr(marks).encode("utf-8", "surrogateescape"))
    for content in contents:
        digest.update(b"-" if content is None else hashlib.sha256(content).digest())
    return digest.hexdigest()
