"""What Git's own programs say about the signatures of tags: many at once, cancellable, without a git for each.

The verdict on an object knows nothing of the ref that points at it; `Verdict.of` adds that a signature counts only
where the object's own name is the ref's.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import NamedTuple

from gto_daemon.git.openpgp_signatures import MAX_TOGETHER, GpgVerifier, key_ends
from gto_daemon.git.process import Git
from gto_daemon.git.signature_settings import (
    SignatureSettings,
    UnreadableFileError,
    is_keyring_known,
    read_revoked,
    read_settings,
    read_signers,
    settings_identity,
)
from gto_daemon.git.signed_tags import SignedTag, split_signed_tag
from gto_daemon.git.ssh_signatures import SshVerifier
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.signatures import UNSIGNED, Signature, SignatureFormat

#: Programs that run at once.
MAX_PROGRAMS = 8
_SCRATCH = "gtod-verify-"
_TAGS = "refs/tags/"
#: Seconds that a verdict holds where changes of the keyring are not seen.
_KEYRING_UNSEEN = 60
_FORMATS: tuple[SignatureFormat, ...] = ("ssh", "openpgp", "x509")
#: An object is what its id says, whatever `refs/replace/` has in its place: the registry reads it so.
_AS_STORED = {"GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1"}
_Job = Callable[[], dict[str, Signature]]
_Verifier = SshVerifier | GpgVerifier
_NO_X509 = "gpg.x509.program is not configured"


class Verdict(NamedTuple):
    """The verdict on a tag object.

    Attributes:
        signature: as if the ref had the object's own name.
        name: the object's own name; None where it is not known.
        until: when the verdict may be another, in seconds since the epoch; None if never by itself.

    """

    signature: Signature
    name: str | None = None
    until: int | None = None

    def of(self, ref: str) -> Signature:
        """Return the verdict on the tag `ref` (with or without `refs/tags/`) that points at the object."""
        if self.signature.status == "none" or self.name in (None, ref.removeprefix(_TAGS)):
            return self.signature
        return self.signature._replace(status="bad", principals=(), reason="name-mismatch")


class VerifierConfiguration(NamedTuple):
    """What verdicts depend on besides the tags.

    Attributes:
        settings: what Git is configured to.
        signers: who holds which ssh key; a text where that cannot be known: why not.
        revoked: ssh keys that no longer count; likewise.
        identity: another text whenever verdicts may be others.

    """

    settings: SignatureSettings
    signers: bytes | str
    revoked: bytes | str | None
    identity: str


def verify_tags(
    git: Git, tags: Mapping[str, bytes], *, signers: bytes | None = None, trusted: bool = True
) -> dict[str, Signature]:
    """Return the verdict on each tag.

    Args:
        git: the client and repository; its cancellation ends what runs.
        tags: the tag object of each ref, with or without `refs/tags/`.
        signers: the file that alone says who holds which ssh key; by default the one that Git is configured to. The
            configured file of revoked keys applies in any case, since it only takes away.
        trusted: whether programs may be run.

    Raises:
        RegistryError: `GitNotFound`, `GitFailed`.
        CancelledError: it was cancelled.

    """
    verdicts = verify_objects(git, tags, signers=signers, trusted=trusted)
    return {ref: verdict.of(ref) for ref, verdict in verdicts.items()}


def verify_objects(
    git: Git,
    objects: Mapping[str, bytes],
    *,
    signers: bytes | None = None,
    trusted: bool = True,
    configuration: VerifierConfiguration | None = None,
    dated: bool = False,
) -> dict[str, Verdict]:
    """Return the verdict on each tag object; see `verify_tags`. The keys are the caller's, such as object ids.

    `configuration` was read before; `dated` asks when keys expire, too.
    """
    signed = {key: tag for key, data in objects.items() if (tag := split_signed_tag(data)) is not None}
    found = {key: Verdict(UNSIGNED) for key in objects.keys() - signed.keys()}
    if not signed:
        return found
    ends: dict[str, int] = {}
    if trusted:
        verification = _Verification(git, configuration or read_configuration(git, signers))
        signatures = verification.run(signed)
        if dated:
            ends = verification.ends(signatures.values())
    else:
        signatures = {key: Signature("unverified", tag.format, reason="untrusted") for key, tag in signed.items()}
    for key, signature in signatures.items():
        found[key] = Verdict(signature, os.fsdecode(signed[key].name), ends.get(signature.key or ""))
    return {key: found[key] for key in objects}


def read_configuration(git: Git, signers: bytes | None = None) -> VerifierConfiguration:
    """Return what verdicts depend on: by `signers` for ssh, or else by what Git is configured to.

    Raises:
        RegistryError: `GitNotFound`, `GitFailed`.
        CancelledError: it was cancelled.

    """
    settings = read_settings(git)
    holders: bytes | str
    revoked: bytes | str | None
    try:
        holders = read_signers(git, settings) if signers is None else signers
    except UnreadableFileError as error:
        holders = str(error)
    try:
        revoked = read_revoked(git, settings)
    except UnreadableFileError as error:
        revoked = str(error)
    contents = (each.encode() if isinstance(each, str) else each for each in (holders, revoked))
    return VerifierConfiguration(settings, holders, revoked, settings_identity(git, settings, *contents))


def read_tags(git: Git, oids: Iterable[str]) -> dict[str, bytes]:
    """Return the tag objects among some object ids, by one git that sees what the client of `git` sees.

    Raises:
        RegistryError: `GitNotFound`; `GitFailed`, also for more than is read at once.
        CancelledError: it was cancelled.

    """
    asked = "".join(f"{oid}\n" for oid in oids).encode("ascii")
    ran = git.run("cat-file", "--batch", "--buffer", stdin=asked, env=_AS_STORED)
    if not ran.succeeded:
        # Objects that are left out would count as none.
        raise RegistryError(
            "GitFailed",
            f"git does not read the tags: {ran.complaint}",
            hint="The words are Git's own.",
            words=ran.complaint,
        )
    listed = ran.stdout
    found: dict[str, bytes] = {}
    at = 0
    while (end := listed.find(b"\n", at)) >= 0:
        oid, _, rest = listed[at:end].partition(b" ")
        kind, _, size = rest.partition(b" ")
        at = end + 1
        if size.isdigit():
            if kind == b"tag":
                found[oid.decode("ascii")] = listed[at : at + int(size)]
            at += int(size) + 1
    return found


class _Verification:
    """Runs the programs for some tags."""

    def __init__(self, git: Git, configuration: VerifierConfiguration) -> None:
        self._git = git
        self._settings = configuration.settings
        self._signers = configuration.signers
        self._revoked = configuration.revoked
        self._workers = min(MAX_PROGRAMS, os.cpu_count() or 1)

    def run(self, tags: Mapping[str, SignedTag]) -> dict[str, Signature]:
        """Return the verdict on each tag."""
        with tempfile.TemporaryDirectory(prefix=_SCRATCH) as scratch:
            jobs: list[_Job] = []
            for form in _FORMATS:
                mine = {key: tag for key, tag in tags.items() if tag.format == form}
                if mine:
                    jobs += self._jobs(form, mine, Path(scratch))
            return self._side_by_side(jobs)

    def ends(self, signatures: Iterable[Signature]) -> dict[str, int]:
        """Return until when verdicts by openpgp keys hold, where that has an end: the key's, or soon."""
        keys = {each.key for each in signatures if each.format == "openpgp" and each.key}
        if not keys:
            return {}
        if not is_keyring_known(self._git, self._settings):
            # A key may be revoked there unseen.
            return dict.fromkeys(keys, int(time.time()) + _KEYRING_UNSEEN)
        try:
            return key_ends(self._git, self._settings.programs["openpgp"], keys)
        except OSError:
            # What verified a moment ago: let nothing be kept for long.
            return dict.fromkeys(keys, 0)

    def _jobs(self, form: SignatureFormat, tags: dict[str, SignedTag], scratch: Path) -> "Iterator[_Job]":
        reason = self._why_not(form)
        if reason is not None:
            refused = Signature("unverified", form, reason=reason)
            yield lambda: dict.fromkeys(tags, refused)
            return
        program, trust = self._settings.programs[form], self._settings.min_trust
        if form == "ssh":
            signers, revoked = self._signers, self._revoked
            if isinstance(signers, str) or isinstance(revoked, str):
                raise TypeError("ssh signatures cannot be verified without the files")
            verifier: _Verifier = SshVerifier(self._git, program, signers, revoked, scratch, min_trust=trust)
        else:
            verifier = GpgVerifier(self._git, program, scratch, form, min_trust=trust)
        size = min(MAX_TOGETHER, -(-len(tags) // self._workers))
        items = list(tags.items())
        for at in range(0, len(items), size):
            yield partial(self._together, form, dict(items[at : at + size]), verifier)

    def _why_not(self, form: SignatureFormat) -> str | None:
        """Return why no signature of a format can be verified."""
        if self._settings.failure is not None:
            return self._settings.failure
        if form not in self._settings.programs:
            return _NO_X509
        if form == "ssh":
            return next((each for each in (self._signers, self._revoked) if isinstance(each, str)), None)
        return None

    def _together(
        self, form: SignatureFormat, tags: dict[str, SignedTag], verifier: "_Verifier"
    ) -> dict[str, Signature]:
        keys = list(tags)
        try:
            verified = verifier.verify_together([tags[key] for key in keys])
        except OSError as error:
            return dict.fromkeys(keys, self._failed(form, error))
        found = {keys[number]: signature for number, signature in verified.items()}
        return found | self._each(form, {key: tag for key, tag in tags.items() if key not in found}, verifier.verify)

    def _each(
        self, form: SignatureFormat, tags: dict[str, SignedTag], verify: Callable[[SignedTag], Signature]
    ) -> dict[str, Signature]:
        try:
            return {key: verify(tag) for key, tag in tags.items()}
        except OSError as error:
            return dict.fromkeys(tags, self._failed(form, error))

    def _failed(self, form: SignatureFormat, error: OSError) -> Signature:
        words = f"'{self._settings.programs[form]}' cannot be run: {error.strerror or error}"
        return Signature("unverified", form, reason=words)

    def _side_by_side(self, jobs: "list[_Job]") -> dict[str, Signature]:
        if len(jobs) == 1:
            return jobs[0]()
        found: dict[str, Signature] = {}
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="verify")
        try:
            for done in as_completed([pool.submit(job) for job in jobs]):
                found |= done.result()
        finally:
            pool.shutdown(cancel_futures=True)
        return found
