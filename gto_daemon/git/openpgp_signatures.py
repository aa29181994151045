"""Verdicts on openpgp and x509 signatures, by the status lines of gpg or gpgsm (parse_gpg_output in gpg-interface.c).

One gpg verifies many tags: most of what one takes to start is spared. What is not in the plainest form is given to a
gpg of its own, exactly as Git does.
"""

import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import rmtree
from urllib.parse import unquote

from gto_daemon.git.lines import lines_of
from gto_daemon.git.process import Finished, Git
from gto_daemon.git.signature_settings import TRUST_LEVELS, is_gpg
from gto_daemon.git.signed_tags import SignedTag, is_detached_openpgp
from gto_daemon.registry.signatures import Signature, SignatureFormat, SignatureStatus

#: Seconds for gpg and what it may fetch.
TIMEOUT = 120.0
#: Tags that one gpg verifies.
MAX_TOGETHER = 128
#: What the one gpg is asked beyond Git's: `batch` in its configuration would have it refuse to find the tag beside.
_TOGETHER = ("--no-batch", "--no-auto-check-trustdb", "--status-fd=1", "--multifile", "--verify")
_PREFIX = "[GNUPG:] "
_VERDICTS: dict[str, SignatureStatus] = {
    "GOODSIG": "good",
    "BADSIG": "bad",
    "ERRSIG": "unverified",
    "EXPSIG": "expired",
    "EXPKEYSIG": "expired",
    "REVKEYSIG": "revoked",
}
_REASONS = {"BADSIG": "bad-signature", "EXPSIG": "expired", "EXPKEYSIG": "expired", "REVKEYSIG": "revoked"}
#: ERRSIG's code for a key that is in no keyring (doc/DETAILS of GnuPG).
_NO_KEY = "9"
_FINGERPRINT = re.compile(r"[0-9A-F]{40,64}")


class GpgVerifier:
    """Asks gpg or gpgsm about signatures.

    Args:
        git: the client and repository.
        program: what is run.
        scratch: an empty private directory.
        form: openpgp or x509.
        min_trust: the least trust in a key, an index into `TRUST_LEVELS`.

    """

    def __init__(self, git: Git, program: str, scratch: Path, form: SignatureFormat, *, min_trust: int = 0) -> None:
        self._git = git
        self._program = program
        self._scratch = scratch
        self._format: SignatureFormat = form
        self._min_trust = min_trust

    def verify_together(self, tags: Sequence[SignedTag]) -> dict[int, Signature]:
        """Return verdicts by position; those that are left out have to be asked for one by one.

        Raises:
            OSError: gpg cannot be run.
            CancelledError: it was cancelled.

        """
        if self._format != "openpgp" or not is_gpg(self._program):
            return {}
        plain = [(number, tag) for number, tag in enumerate(tags) if is_detached_openpgp(tag.block)]
        if len(plain) < 2:
            return {}
        paths: dict[str, int] = {}
        place = Path(tempfile.mkdtemp(dir=self._scratch))
        for number, tag in plain:
            # gpg finds what is signed in the file of the name without `.asc`.
            path = place / f"{number}.asc"
            path.write_bytes(tag.block)
            path.with_suffix("").write_bytes(tag.payload)
            paths[str(path)] = number
        ran = self._git.run_program(self._program, *_TOGETHER, *paths, timeout=TIMEOUT)
        rmtree(place, ignore_errors=True)
        found: dict[int, Signature] = {}
        for path_told, lines in _by_file(_status_lines(ran)):
            verdict = self._verdict(lines)
            if path_told in paths and verdict is not None:
                found[paths[path_told]] = verdict
        good = next((number for number, each in found.items() if each.status == "good"), None)
        if not ran.succeeded and good is not None and self.verify(tags[good]).status != "good":
            # It is not for another signature that gpg fails.
            return {}
        return found

    def verify(self, tag: SignedTag) -> Signature:
        """Return the verdict on one tag, asked as Git does.

        Raises:
            OSError: gpg cannot be run.
            CancelledError: it was cancelled.

        """
        descriptor, path = tempfile.mkstemp(dir=self._scratch)
        os.write(descriptor, tag.block)
        os.close(descriptor)
        options = ("--keyid-format=long",) if self._format == "openpgp" else ()
        arguments = (*options, "--status-fd=1", "--verify", path, "-")
        ran = self._git.run_program(self._program, *arguments, stdin=tag.payload, timeout=TIMEOUT)
        if ran.timed_out:
            return Signature("unverified", self._format, reason="timed-out")
        verdict = self._verdict(list(_status_lines(ran)))
        words = " ".join(ran.complaint.split())[:500]
        if verdict is None:
            return Signature("bad", self._format, reason=words or "bad-signature")
        if verdict.status == "good" and not ran.succeeded:
            # As for Git: of a keyring that cannot be read, for one.
            return verdict._replace(status="unverified", reason=words or "no-verdict")
        return verdict

    def _verdict(self, lines: list[str]) -> Signature | None:
        """Return what status lines say of one signature; None where they do not say one thing."""
        told = [line.split(" ") for line in lines]
        verdicts = [words for words in told if words[0] in _VERDICTS]
        if len(verdicts) != 1:
            return None
        kind, *rest = verdicts[0]
        status, reason = _VERDICTS[kind], _REASONS.get(kind)
        person = unquote(" ".join(rest[1:]), errors="replace")
        key = rest[0] if rest else None
        if kind == "ERRSIG":
            status, reason = ("unknown-key", "unknown-key") if rest[5:6] == [_NO_KEY] else ("unverified", "no-verdict")
            person = ""
            key = rest[6] if len(rest) > 6 and _FINGERPRINT.fullmatch(rest[6]) else key
        for words in told:
            if words[0] == "VALIDSIG" and len(words) > 1:
                # gpgsm knows no primary key.
                key = words[10] if len(words) > 10 else words[1]
        trust = next((words[0].removeprefix("TRUST_") for words in told if words[0].startswith("TRUST_")), "UNDEFINED")
        if status == "good" and (
            trust not in TRUST_LEVELS or trust == "NEVER" or TRUST_LEVELS.index(trust) < self._min_trust
        ):
            status, reason = "unknown-key", "trust-level"
        return Signature(status, self._format, (person,) if person else (), key, reason)


def key_ends(git: Git, program: str, fingerprints: set[str]) -> dict[str, int]:
    """Return when keys expire next, in seconds since the epoch, those that do: verdicts change then.

    Raises:
        OSError: gpg cannot be run.
        CancelledError: it was cancelled.

    """
    arguments = ("--batch", "--with-colons", "--no-auto-check-trustdb", "--list-keys", *sorted(fingerprints))
    ran = git.run_program(program, *arguments, timeout=TIMEOUT)
    ends: dict[str, int] = {}
    now, primary, dates = time.time(), "", list[int]()
    for fields in (line.split(":") for line in lines_of(ran.stdout, "replace")):
        if fields[0] == "pub":
            primary, dates = "", []
        if fields[0] in ("pub", "sub") and len(fields) > 6 and fields[6].isdigit() and int(fields[6]) > now:
            dates.append(int(fields[6]))
        if fields[0] == "fpr" and len(fields) > 9:
            primary = primary or fields[9]
            if dates:
                ends[primary] = min(dates)
    return ends


def _status_lines(ran: Finished) -> Iterator[str]:
    for line in ran.stdout.decode("utf-8", "replace").split("\n"):
        if line.startswith(_PREFIX):
            yield line.removeprefix(_PREFIX)


def _by_file(lines: Iterator[str]) -> Iterator[tuple[str, list[str]]]:
    """Return the lines between the beginning and the end of each file."""
    path, within = "", list[str]()
    for line in lines:
        if line.startswith("FILE_START "):
            path, within = unquote(line.split(" ", 2)[2]), []
        elif line == "FILE_DONE":
            yield path, within
        else:
            within.append(line)
