"""The outside facts that a plan needs: the commit, who acts and when, what changed."""

import time
from collections.abc import Mapping
from dataclasses import replace

from gto_daemon.daemon.live.annotation_files import DVC, directory_of, join
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.known_names import known_names
from gto_daemon.git.identity import Identity, read_identity
from gto_daemon.git.kept import KeptGits
from gto_daemon.git.objects import MissingObjectError
from gto_daemon.git.process import Git
from gto_daemon.registry.annotations import Annotation, AnnotationFile
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.near_names import near_names
from gto_daemon.registry.objects import Commit, Moment
from gto_daemon.registry.plans import Assign, Draft, PlanInputs, Register, Request

_Author = tuple[str | None, str | None]


class Identities:
    """The identities of an act: Git's own, or the ones in the requests. Each is asked for once."""

    def __init__(self, git: Git, kept: KeptGits, requests: tuple[Request, ...]) -> None:
        """Ask git.

        Raises:
            RegistryError: `IdentityRequired`.

        """
        self._known: dict[_Author, Identity] = {}
        self._git = git
        self._kept = kept
        for request in requests:
            self.of(request.author, request.author_email)

    def of(self, author: str | None, author_email: str | None) -> Identity:
        """Return the identity, with the given name or e-mail address replaced.

        Raises:
            RegistryError: `IdentityRequired`.

        """
        key = (author or None, author_email or None)
        if key not in self._known:
            self._known[key] = read_identity(self._git, self._kept, author=key[0], author_email=key[1])
        return self._known[key]

    @property
    def rules_ref(self) -> str | None:
        """Where the user's configuration says that the rules of promotion are."""
        return next((identity.rules_ref for identity in self._known.values()), None)

    @property
    def variables(self) -> Mapping[str, str]:
        """The user's configuration, in the repository."""
        return next((identity.variables for identity in self._known.values()), {})

    @property
    def sign(self) -> bool:
        """Whether tags are to be signed."""
        return any(identity.signs for identity in self._known.values())


def plan_inputs_of(
    worktree: Worktree, draft: Draft, request: Request, identities: Identities, environment: Mapping[str, str]
) -> PlanInputs:
    """Return everything that is needed to plan `request` on the draft; call it in the repository's thread.

    Raises:
        RegistryError: `RefNotFound`, `IdentityRequired`.

    """
    commit = None if request.rev is None else _resolved(worktree, draft, request.rev)
    identity = identities.of(request.author, request.author_email)
    # Only an assignment registers something under another name than its own.
    own = identities.of(None, None) if isinstance(request, Assign) else identity
    chosen = bool(environment.get("GIT_COMMITTER_DATE"))
    inputs = PlanInputs(
        commit=commit,
        head=draft.before.head,
        tagger=identity.name,
        email=identity.email,
        own_tagger=own.name,
        own_email=own.email,
        # Not when git was asked, but now, under the lock: acts are dated in the order in which they happen.
        now=Moment(identity.seconds if chosen else int(time.time()), identity.offset),
        chosen_time=chosen,
    )
    if commit is None or not isinstance(request, Register | Assign):
        return inputs
    return replace(
        inputs,
        unchanged_since=_unchanged_since(worktree, draft, request.name, commit),
        near=_near(worktree, draft, request.name),
        uncommitted=_is_uncommitted(worktree, draft, request.name, commit),
        unreadable=_unreadable(worktree, draft, request.name, commit),
    )


def _resolved(worktree: Worktree, draft: Draft, rev: str) -> str:
    created = draft.created_commit(rev)
    if created is not None:
        return created
    if draft.is_deleted(rev):
        raise RegistryError(
            "RefNotFound",
            f"Ref '{rev}' was not found in the repository history",
            hint="An earlier request of the same act deletes it.",
            ref=rev,
        )
    commit = worktree.resolve(rev)
    # The draft folds the tag that is to come, and for that the commit has to be known.
    worktree.repository.commit(commit)
    return commit


def _near(worktree: Worktree, draft: Draft, name: str) -> tuple[str, ...]:
    """Return names similar to one that does not exist."""
    if draft.artifact(name) is not None:
        return ()
    # New names in the same act are not typing errors, and there are many of them if there are many requests.
    known = known_names(worktree, draft.before)
    return () if name in known else tuple(near_names(name, known))


def _unchanged_since(worktree: Worktree, draft: Draft, name: str, oid: str) -> str | None:
    """Return the greatest version if the artifact's file exists and has not changed since."""
    artifact = draft.artifact(name)
    latest = artifact.latest if artifact else None
    if latest is None or latest.hexsha == oid:
        return None
    here = _content(worktree, draft, name, oid)
    return latest.name if here is not None and here == _content(worktree, draft, name, latest.hexsha) else None


def _content(worktree: Worktree, draft: Draft, name: str, oid: str) -> str | None:
    """Return the object id of the artifact's file or folder, or of DVC's pointer to it."""
    commit = worktree.repository.commit(oid)
    links = worktree.repository.links(oid)
    annotation, directory = _annotation(worktree, draft, name, commit)
    if links is None or annotation is None or not annotation.path or "://" in annotation.path:
        return None
    path = join(directory, annotation.path)
    reader = worktree.repository.reader
    try:
        found = reader.entry(links.tree, path) or reader.entry(links.tree, f"{path}.dvc")
    except MissingObjectError:
        # It is unknown whether it changed, so there is no warning that it did not.
        return None
    return found.oid if found else None


def _annotation(worktree: Worktree, draft: Draft, name: str, commit: Commit | None) -> tuple[Annotation | None, str]:
    """Return the annotation at a commit, and the folder that its path is relative to."""
    if commit is None:
        return None, ""
    own = worktree.committed.artifacts_yaml(commit, draft.before.config.index)
    if own is not None and name in own.annotations:
        return own.annotations[name], ""
    directory = directory_of(name)
    described = worktree.committed.dvc_yaml(commit, directory)
    return (described.annotations.get(name) if described else None), directory


def _unreadable(worktree: Worktree, draft: Draft, name: str, oid: str) -> str | None:
    """Return the annotation file of the commit that may describe the artifact, where nothing can be read in it."""
    commit = worktree.repository.commit(oid)
    annotation, directory = _annotation(worktree, draft, name, commit)
    if commit is None or annotation is not None:
        return None
    index = draft.before.config.index
    files = {
        index: worktree.committed.artifacts_yaml(commit, index),
        join(directory, DVC): worktree.committed.dvc_yaml(commit, directory),
    }
    return next((path for path, file in files.items() if file is not None and _is_broken(file)), None)


def _is_broken(file: AnnotationFile) -> bool:
    # What this clone lacks is another matter: the commit may have it.
    errors = (each for each in file.problems if each.severity == "error" and each.oid is None)
    return not file.annotations and any(each.artifact is None for each in errors)


def _is_uncommitted(worktree: Worktree, draft: Draft, name: str, oid: str) -> bool:
    directory = directory_of(name)
    disk = worktree.read_folder(directory)
    index = draft.before.config.index
    on_disk = next(
        (
            file.annotations[name]
            for path in (index, join(directory, DVC))
            if (file := disk.get(path)) is not None and name in file.annotations
        ),
        None,
    )
    committed, _ = _annotation(worktree, draft, name, worktree.repository.commit(oid))
    described = on_disk.described() if on_disk else None
    return described is not None and described != (committed.described() if committed else None)
