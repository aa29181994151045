"""The signatures of events, for those who ask for them: known verdicts at once, the others in the background."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from gto_daemon.daemon.live.clones import is_clone
from gto_daemon.daemon.live.signature_book import client_key
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.git.clone import clone_git
from gto_daemon.git.process import Cancellation, Git
from gto_daemon.git.signatures import Verdict, verify_objects
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.signatures import PENDING, UNSIGNED, Signature
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import Signature as SignatureShape


#: An event in a result: its artifact, its tag, and what sets its signature.
SignedEvent = tuple[str, str, Callable[["SignatureShape"], None]]


class Asker(NamedTuple):
    """Who asks for signatures.

    Attributes:
        environment: the client's variables.
        trusted: whether programs may be run for the client.
        notify: told, from any thread, how many verdicts are new; None to have them computed at once.

    """

    environment: Mapping[str, str]
    trusted: bool
    notify: Callable[[int], None] | None


def sign_events(worktree: Worktree, snapshot: Snapshot, events: Iterable[SignedEvent], asker: Asker) -> None:
    """Set the signature of each event. In the thread of the repository.

    Raises:
        RegistryError: where verdicts are computed at once: `GitNotFound`, `GitFailed`, `UnreadableRepository`.

    """
    index = snapshot.index
    found = [(index.refs_of(artifact).get(name), sign) for artifact, name, sign in events]
    wanted = {ref.oid: None for ref, _ in found if ref is not None and not ref.is_lightweight}
    verdicts = _verdicts(worktree, list(wanted), asker)
    for ref, sign in found:
        sign(_signature(ref, verdicts).as_json())


class KnownSignatures:
    """The signatures of tags that are known; the others are verified in the background, all at once.

    From any thread, and only for a client that programs may be run for.

    Args:
        worktree: the checkout.
        snapshot: its registry.
        environment: the client's variables.
        done: told, from another thread, how many verdicts are new.

    """

    def __init__(
        self, worktree: Worktree, snapshot: Snapshot, environment: Mapping[str, str], done: Callable[[int], None]
    ) -> None:
        self._book = worktree.signatures
        self._index = snapshot.index
        self._client = client_key(environment)
        self._git = git_maker(worktree, environment)
        self._done = done
        self._asked: dict[str, None] = {}

    def of(self, artifact: str, names: Iterable[str]) -> dict[str, Signature]:
        """Return the known signatures of some tags of an artifact, by tag; from memory."""
        refs = self._index.refs_of(artifact)
        found = {name: refs[name] for name in names if name in refs and not refs[name].is_lightweight}
        oids = [ref.oid for ref in found.values()]
        known, is_current = self._book.known(self._client, oids)
        if not is_current:
            self._asked.update(dict.fromkeys(oids))
        return {name: known[ref.oid].of(name) for name, ref in found.items() if ref.oid in known}

    def verify_soon(self) -> None:
        """Have verified in the background what was asked for and is not known."""
        if self._asked:
            asked, self._asked = self._asked, {}
            self._book.verify_soon(self._git, self._client, asked, self._done)


def _signature(ref: TagRef | None, verdicts: Mapping[str, Verdict]) -> Signature:
    if ref is None or ref.is_lightweight:
        return UNSIGNED
    verdict = verdicts.get(ref.oid)
    return PENDING if verdict is None else verdict.of(ref.name)


def _verdicts(worktree: Worktree, oids: list[str], asker: Asker) -> Mapping[str, Verdict]:
    if not oids:
        return {}
    if not asker.trusted:
        # Whether a tag is signed can be seen without a program.
        read = {oid: worktree.repository.reader.tag_bytes(oid) for oid in oids}
        objects = {oid: data for oid, data in read.items() if data is not None}
        return verify_objects(Git(None, {}), objects, trusted=False)
    book, client = worktree.signatures, client_key(asker.environment)
    known, is_current = book.known(client, oids)
    if is_current:
        return known
    make = git_maker(worktree, asker.environment)
    if asker.notify is not None:
        book.verify_soon(make, client, oids, asker.notify)
        return known
    book.verify(make(Cancellation()), client, oids)
    return book.known(client, oids)[0]


def git_maker(worktree: Worktree, environment: Mapping[str, str]) -> Callable[[Cancellation], Git]:
    """Return what makes the git of a client. It may wait, and raise `UnreadableRepository`."""
    layout = worktree.layout

    def make(cancellation: Cancellation) -> Git:
        worktree.readable_by_git.require()
        if is_clone(layout, environment):
            return clone_git(layout.git_dir, environment, cancellation)
        return Git(layout, environment, cancellation)

    return make
