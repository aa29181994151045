"""The verdicts on the signatures of a repository's tags: computed in the background for display, kept and stored.

A verdict belongs to an object id and to what it was made by: programs, signers, revoked keys and keyring, which differ
between clients. Which of these a client has, git has to be asked, so a read takes what was true at the last look, and
has git asked again behind it.
"""

import hashlib
import logging
import os
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gto_daemon import __version__
from gto_daemon.daemon.private_dirs import check_private, make_private
from gto_daemon.daemon.stored.file import FORMAT, DamagedError, clear_unfinished, read_file, write_file
from gto_daemon.git.process import Cancellation, CancelledError, Git
from gto_daemon.git.signatures import Verdict, read_configuration, read_tags, verify_objects
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.signatures import Signature

logger = logging.getLogger(__name__)

MakeGit = Callable[[Cancellation], Git]
#: Told how many verdicts are new, once all are there.
Done = Callable[[int], None]

#: Seconds until git is asked again how a client is configured.
MAX_AGE: Final = 2.0
#: Seconds that a failure to verify is kept; it is never stored.
_FAILURE_KEPT: Final = 30
#: Tags that are verified in a row.
_BATCH: Final = 256
_MAX_CLIENTS: Final = 64
#: A signers file has a version for each time that somebody came or left.
_MAX_CONFIGURATIONS: Final = 64
_MISSING: Final = Signature("unverified", reason="unreadable")
_SUFFIX: Final = ".signatures"
#: Seconds without a write after which a file belongs to a repository that is hardly used.
_OUTDATED: Final = 90 * 86_400.0


def client_key(environment: Mapping[str, str]) -> str:
    """Return what stands for a client: two with the same variables are configured alike."""
    text = "\0".join(f"{name}={value}" for name, value in sorted(environment.items()))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def rules_key(environment: Mapping[str, str], signers: bytes) -> str:
    """Return what stands for a client that asks by the signers file of some rules."""
    return f"{client_key(environment)} {hashlib.sha256(signers).hexdigest()}"


@dataclass(slots=True)
class _Job:
    """What one client waits for."""

    git: MakeGit
    oids: dict[str, None] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)


class SignatureBook:
    """The verdicts on the tags of one common directory. Every method may be called in any thread.

    Args:
        common: the common directory.
        directory: where verdicts are stored; None to store none.

    """

    def __init__(self, common: Path, directory: Path | None) -> None:
        name = hashlib.blake2b(os.fsencode(common), digest_size=20).hexdigest()
        self._path = None if directory is None else directory / (name + _SUFFIX)
        self._common = str(common)
        self._lock = threading.Lock()
        self._clients: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._verdicts: OrderedDict[str, dict[str, Verdict]] = OrderedDict()
        self._distinct: dict[Signature, Signature] = {}
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._running = False
        self._closed = False
        self._restored = False
        self._storing = threading.Lock()
        self._cancellation = Cancellation()

    def known(self, client: str, oids: Collection[str]) -> tuple[dict[str, Verdict], bool]:
        """Return the known verdicts on some tag objects, and whether they are all, and as the client is configured."""
        with self._lock:
            identity, looked = self._clients.get(client, ("", -MAX_AGE))
            verdicts = self._verdicts.get(identity, {})
            now = time.time()
            found = {
                oid: verdict
                for oid in oids
                if (verdict := verdicts.get(oid)) is not None and (verdict.until is None or verdict.until > now)
            }
        return found, len(found) == len(oids) and time.monotonic() < looked + MAX_AGE

    def verify(self, git: Git, client: str, oids: Collection[str], *, signers: bytes | None = None) -> int:
        """Verify what is not known, now; return how many verdicts are new.

        Args:
            git: the client and repository.
            client: stands for the client; for rules, which name a signers file, for that (see `rules_key`).
            oids: the tag objects.
            signers: the content of that file.

        Raises:
            RegistryError: `GitNotFound`, `GitFailed`.
            CancelledError: it was cancelled; what was verified until then is kept.

        """
        configuration = read_configuration(git, signers)
        self._restore()
        identity = configuration.identity
        self._configure(client, identity)
        known, _ = self.known(client, oids)
        missing = [oid for oid in oids if oid not in known]
        try:
            for at in range(0, len(missing), _BATCH):
                git.cancellation.check()
                batch = missing[at : at + _BATCH]
                objects = read_tags(git, batch)
                found = verify_objects(git, objects, configuration=configuration, dated=True)
                self._keep(identity, {oid: found.get(oid) or Verdict(_MISSING) for oid in batch})
        finally:
            if missing:
                self._store()
        return len(missing)

    def verify_soon(self, git: MakeGit, client: str, oids: Collection[str], done: Done) -> None:
        """Have verdicts computed in the background, for all who ask in one go."""
        with self._lock:
            if self._closed:
                return
            job = self._jobs.setdefault(client, _Job(git))
            job.oids.update(dict.fromkeys(oids))
            if done not in job.done:
                job.done.append(done)
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._run, name="signatures", daemon=True).start()

    def close(self) -> None:
        """End what runs in the background."""
        with self._lock:
            self._closed = True
            self._jobs.clear()
        self._cancellation.cancel()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._jobs:
                    self._running = False
                    return
                client, job = self._jobs.popitem(last=False)
                before = self._clients.get(client, ("",))[0]
            try:
                new = self.verify(job.git(self._cancellation), client, job.oids)
            except CancelledError:
                continue
            except (RegistryError, OSError) as error:
                self._fail(client, job.oids, str(error))
                new = len(job.oids)
            except Exception:
                # They stay pending, and the next who asks has it tried again.
                logger.exception("the signatures of '%s' are not verified", self._common)
                continue
            with self._lock:
                changed = before != self._clients.get(client, ("",))[0]
            if new or changed:
                for done in job.done:
                    done(new)

    def _configure(self, client: str, identity: str) -> None:
        with self._lock:
            self._clients[client] = identity, time.monotonic()
            self._clients.move_to_end(client)
            while len(self._clients) > _MAX_CLIENTS:
                self._clients.popitem(last=False)
            self._verdicts.setdefault(identity, {})
            self._verdicts.move_to_end(identity)
            while len(self._verdicts) > _MAX_CONFIGURATIONS:
                self._verdicts.popitem(last=False)

    def _fail(self, client: str, oids: Collection[str], reason: str) -> None:
        logger.warning("the signatures of '%s' are not verified: %s", self._common, reason)
        identity = f"failed: {reason}"
        self._configure(client, identity)
        self._keep(identity, dict.fromkeys(oids, Verdict(Signature("unverified", reason=reason))))

    def _keep(self, identity: str, found: Mapping[str, Verdict]) -> None:
        soon = int(time.time()) + _FAILURE_KEPT
        with self._lock:
            verdicts = self._verdicts.setdefault(identity, {})
            for oid, verdict in found.items():
                signature = self._distinct.setdefault(verdict.signature, verdict.signature)
                until = soon if signature.status == "unverified" else verdict.until
                verdicts[oid] = Verdict(signature, verdict.name, until)

    # --- stored ------------------------------------------------------------------------------------------------

    def _store(self) -> None:
        if self._path is None:
            return
        now = time.time()
        signatures: dict[Signature, int] = {}
        blobs: list[bytes] = []
        places: dict[str, int] = {}
        with self._lock:
            kept = {identity: dict(verdicts) for identity, verdicts in self._verdicts.items()}
        for identity, verdicts in kept.items():
            lines = [
                f"{oid} {signatures.setdefault(each.signature, len(signatures))} {each.until or ''} {each.name}"
                for oid, each in verdicts.items()
                if each.signature.status != "unverified" and (each.until is None or each.until > now)
            ]
            blob = zlib.compress("\n".join(lines).encode("utf-8", "surrogateescape"), 1)
            places[identity] = len(blob)
            blobs.append(blob)
        head = {
            "format": FORMAT,
            "gtod": __version__,
            "common": self._common,
            "places": places,
            "signatures": [list(signature) for signature in signatures],
        }
        with self._storing:
            try:
                make_private(self._path.parent)
                write_file(self._path, blobs, lambda: head)
                self._clear_outdated(self._path.parent)
            except OSError as error:
                logger.warning("the signatures of '%s' are not stored: %s", self._common, error)

    def _clear_outdated(self, directory: Path) -> None:
        for file in directory.glob(f"*{_SUFFIX}"):
            try:
                if file.stat().st_mtime < time.time() - _OUTDATED:
                    file.unlink()
            except OSError as error:
                logger.debug("'%s' stays: %s", file, error)

    def _restore(self) -> None:
        with self._lock:
            if self._restored or self._path is None:
                return
            self._restored = True
        try:
            check_private(self._path.parent)
            clear_unfinished(self._path.parent)
            file = read_file(self._path)
            if file is None or (file.head["gtod"], file.head["common"]) != (__version__, self._common):
                return
            signatures = [
                Signature(status, form, tuple(principals), key, reason)
                for status, form, principals, key, reason in file.head["signatures"]
            ]
            at = 0
            restored: dict[str, dict[str, Verdict]] = {}
            for identity, length in file.head["places"].items():
                text = zlib.decompress(file.blobs[at : at + length]).decode("utf-8", "surrogateescape")
                at += length
                verdicts = restored[identity] = {}
                for line in text.split("\n") if text else ():
                    oid, number, until, name = line.split(" ", 3)
                    verdicts[oid] = Verdict(signatures[int(number)], name, int(until) if until else None)
        except FileNotFoundError:
            return
        except (DamagedError, OSError, KeyError, IndexError, TypeError, ValueError, zlib.error) as error:
            logger.warning("the stored signatures '%s' are not used: %s", self._path, error)
            return
        with self._lock:
            for identity, found in restored.items():
                self._verdicts[identity] = {**found, **self._verdicts.get(identity, {})}
