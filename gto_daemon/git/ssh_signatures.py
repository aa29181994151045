"""Verdicts on ssh signatures, by ssh-keygen as Git calls it (verify_ssh_signed_buffer in gpg-interface.c).

Its words differ from version to version, so its exit codes decide. It is asked who holds a key once per key, in place
of once per tag, and once per date too where the signers file has dates.
"""

import base64
import hashlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from gto_daemon.git.lines import lines_of
from gto_daemon.git.process import Finished, Git
from gto_daemon.git.signature_settings import TRUST_LEVELS
from gto_daemon.git.signed_tags import SignedTag, ssh_claim, ssh_public_key
from gto_daemon.registry.signatures import Signature, SignatureStatus

#: Seconds for ssh-keygen, which computes and waits for nothing.
TIMEOUT = 60.0
#: Verifies one signature after the other, by files: a shell starts programs in a fraction of the time that this process
#: takes, which can do nothing else meanwhile. Reads three lines for each: path, principal, option for the date.
_SHELL = "/bin/sh"
_SCRIPT = """
program=$1 signers=$2; shift 2
while IFS= read -r at && IFS= read -r holder && IFS= read -r date; do
    "$program" -Y verify -n git -f "$signers" -I "$holder" -s "$at.sig" "$date" "$@" <"$at" 2>/dev/null
    echo "$at $?"
done
"""
#: Fewer signatures than this are verified without a shell.
_MIN_TOGETHER = 3
#: Principals of one key that are asked about.
MAX_PRINCIPALS = 64
_DATES = re.compile(rb"""(valid-(after|before))="?[0-9]{8,14}Z?"?""", re.IGNORECASE)
_ALWAYS = {b"after": b'valid-after="19700102"', b"before": b'valid-before="20991231"'}
_BY_AUTHORITY = re.compile(rb"cert-authority", re.IGNORECASE)
_KEY = re.compile(r" key (SHA256:[A-Za-z0-9+/]+)")
_CERTIFICATE = b"-cert-v01@openssh.com"


class SshVerifier:
    """Asks ssh-keygen about signatures, for many tags, in any thread.

    Args:
        git: the client and repository.
        program: what is run.
        signers: who holds which key.
        revoked: the keys that no longer count.
        scratch: an empty private directory.
        min_trust: the least trust, an index into `TRUST_LEVELS`; a key in the signers file has FULLY.

    """

    def __init__(
        self, git: Git, program: str, signers: bytes, revoked: bytes | None, scratch: Path, *, min_trust: int = 0
    ) -> None:
        self._git = git
        self._program = program
        self._signers = signers
        self._scratch = scratch
        self._is_trusted = min_trust <= TRUST_LEVELS.index("FULLY")
        self._dated = _DATES.search(signers) is not None or _BY_AUTHORITY.search(signers) is not None
        self._lock = Lock()
        self._found: dict[tuple[bytes, str, str], tuple[str, ...]] = {}
        self._files = 0
        self._file = self._write(signers)
        # Read when a key is unknown at the date of the tag: would it be known at another?
        self._undated = self._write(_DATES.sub(lambda found: _ALWAYS[found[2].lower()], signers))
        self._revocation = () if revoked is None else ("-r", self._write(revoked))

    def verify_together(self, tags: Sequence[SignedTag]) -> dict[int, Signature]:
        """Return verdicts by position: the good ones of keys with one principal. The others are verified one by one.

        Raises:
            OSError: ssh-keygen, or a shell, cannot be run.
            CancelledError: it was cancelled.

        """
        if len(tags) < _MIN_TOGETHER or not self._is_trusted or not os.access(_SHELL, os.X_OK):
            return {}
        lines: list[str] = []
        asked: dict[str, tuple[int, str]] = {}
        for number, tag in enumerate(tags):
            public_key = ssh_public_key(tag.block)
            if tag.seconds is None or public_key is None or fingerprint(public_key) is None:
                continue
            path = self._write(tag.payload)
            Path(f"{path}.sig").write_bytes(tag.block)
            date = self._date(tag.seconds)
            holders = self._holders(self._file, public_key, f"{path}.sig", date)
            if len({*holders, *self._others(public_key, f"{path}.sig", date)}) == len(holders) == 1:
                asked[path] = number, *holders
                lines += (path, *holders, date)
        given = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
        arguments = ("-c", _SCRIPT, "sh", self._program, self._file, *self._revocation)
        ran = self._git.run_program(_SHELL, *arguments, stdin=given, timeout=TIMEOUT + len(tags))
        found: dict[int, Signature] = {}
        said = ""
        for line in lines_of(ran.stdout):
            path, _, code = line.rpartition(" ")
            if path not in asked:
                said = line
                continue
            number, holder = asked[path]
            key = _KEY.search(said)
            if code == "0" and said.startswith("Good") and key is not None:
                found[number] = Signature("good", "ssh", (holder,), key[1])
            said = ""
        return found

    def _date(self, seconds: int) -> str:
        return f"-Overify-time={verify_time(seconds, self._git.environment.get('TZ'))}"

    def verify(self, tag: SignedTag) -> Signature:
        """Return the verdict on a signature.

        Raises:
            OSError: ssh-keygen cannot be run.
            CancelledError: it was cancelled.

        """
        if tag.seconds is None:
            return Signature("unverified", "ssh", reason="no-date")
        public_key = ssh_public_key(tag.block)
        key = None if public_key is None else fingerprint(public_key)
        at = self._date(tag.seconds)
        signature = self._write(tag.block)
        try:
            status, principals, words, found_key = self._judge(tag, public_key, signature, at)
        finally:
            with suppress(OSError):
                Path(signature).unlink()
        if status == "good" and not self._is_trusted:
            status, words = "unknown-key", "trust-level"
        return Signature(status, "ssh", principals, found_key or key, words)

    def _judge(
        self, tag: SignedTag, public_key: bytes | None, signature: str, at: str
    ) -> tuple[SignatureStatus, tuple[str, ...], str | None, str | None]:
        """Return status, principals, reason, and the key as ssh-keygen says."""
        holders = self._holders(self._file, public_key, signature, at)
        words = ""
        for holder in holders:
            verified = self._verify(tag, signature, at, holder, *self._revocation)
            if verified.succeeded and verified.stdout.startswith(b"Good"):
                others = [each for each in self._others(public_key, signature, at) if each not in holders]
                more = [
                    each
                    for each in dict.fromkeys((*holders[holders.index(holder) + 1 :], *others))
                    if self._verify(tag, signature, at, each, *self._revocation).succeeded
                ]
                named = _KEY.search(os.fsdecode(verified.stdout))
                return "good", (holder, *more), None, named[1] if named else None
            words = words or verified.complaint
        if self._revocation:
            for holder in holders:
                if self._verify(tag, signature, at, holder).succeeded:
                    return "revoked", (holder,), "revoked", None
        checked = self._run("check-novalidate", "-n", "git", "-s", signature, at, stdin=tag.payload)
        if not checked.succeeded:
            return "bad", (), _reason(words or checked.complaint, "bad-signature"), None
        if holders:
            return "unknown-key", (), _reason(words, "not-permitted"), None
        undated = self._holders(self._undated, public_key, signature, at) if self._dated else ()
        if undated:
            return "expired", undated, "expired", None
        return "unknown-key", (), "unknown-key", None

    def holders(self, public_key: bytes) -> tuple[str, ...]:
        """Return who holds a key now.

        Raises:
            OSError: ssh-keygen cannot be run.
            CancelledError: it was cancelled.

        """
        at = self._date(int(time.time()))
        signature = self._write(ssh_claim(public_key))
        first = self._holders(self._file, public_key, signature, at)
        return tuple(dict.fromkeys((*first, *self._others(public_key, signature, at))))

    def _holders(self, signers: str, public_key: bytes | None, signature: str, at: str) -> tuple[str, ...]:
        """Return the principals that ssh-keygen finds for the key of a signature: those of the first line."""
        asked = signers, at if self._dated else "", public_key.hex() if public_key else signature
        key = asked[2].encode(), asked[0], asked[1]
        with self._lock:
            known = self._found.get(key)
        if known is not None:
            return known
        found = self._run("find-principals", "-f", signers, "-s", signature, at)
        lines = lines_of(found.stdout) if found.succeeded else []
        principals = tuple(dict.fromkeys(line.rstrip("\r") for line in lines if line.strip()))[:MAX_PRINCIPALS]
        with self._lock:
            self._found[key] = principals
        return principals

    def _others(self, public_key: bytes | None, signature: str, at: str) -> Iterator[str]:
        """Return the principals of every line that may hold the key, for ssh-keygen stops at the first that does."""
        if public_key is None:
            return
        encoded = base64.b64encode(public_key)
        lines = [line for line in self._signers.splitlines() if encoded in line or _BY_AUTHORITY.search(line)]
        for line in lines[:MAX_PRINCIPALS] if len(lines) > 1 else ():
            yield from self._holders(self._line_file(line), public_key, signature, at)

    def _line_file(self, line: bytes) -> str:
        path = self._scratch / f"line-{hashlib.sha256(line).hexdigest()}"
        if not path.exists():
            path.write_bytes(line + b"\n")
        return str(path)

    def _verify(self, tag: SignedTag, signature: str, at: str, holder: str, *revocation: str) -> Finished:
        arguments = ("-n", "git", "-f", self._file, "-I", holder, "-s", signature, at, *revocation)
        return self._run("verify", *arguments, stdin=tag.payload)

    def _run(self, what: str, *arguments: str, stdin: bytes = b"") -> Finished:
        return self._git.run_program(self._program, "-Y", what, *arguments, stdin=stdin, timeout=TIMEOUT)

    def _write(self, content: bytes) -> str:
        with self._lock:
            self._files += 1
            path = self._scratch / str(self._files)
        path.write_bytes(content)
        return str(path)


def fingerprint(public_key: bytes) -> str | None:
    """Return the fingerprint of a key as OpenSSH writes it; None for a certificate, whose key is within it."""
    kind = public_key[4 : 4 + int.from_bytes(public_key[:4], "big")]
    if kind.endswith(_CERTIFICATE):
        return None
    return "SHA256:" + base64.b64encode(hashlib.sha256(public_key).digest()).decode("ascii").rstrip("=")


def verify_time(seconds: int, zone: str | None) -> str:
    """Return a moment as Git tells it to ssh-keygen: in the time zone of both, because the signers file has none."""
    form = "%Y%m%d%H%M%S"
    try:
        if zone == os.environ.get("TZ"):
            return time.strftime(form, time.localtime(seconds))
        if zone:
            from datetime import datetime  # noqa: PLC0415

            return datetime.fromtimestamp(seconds, ZoneInfo(zone.removeprefix(":"))).strftime(form)
        # OpenSSH 9.1 and newer.
        return time.strftime(form + "Z", time.gmtime(seconds))
    except (OverflowError, OSError, ValueError):
        return "0"
    except KeyError:  # ZoneInfoNotFoundError: a rule such as `CET-1CEST`
        return time.strftime(form + "Z", time.gmtime(seconds))


def _reason(words: str, otherwise: str) -> str:
    return " ".join(words.split())[:500] or otherwise
