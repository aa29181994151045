"""The outside facts that planning one request needs besides the registry."""

from dataclasses import dataclass

from gto_daemon.registry.objects import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInputs:
    """The facts from the repository and the system clock, gathered by the caller.

    Attributes:
        commit: the target of the request's revision; None if it has none.
        head: HEAD's commit; None before the first.
        tagger: the name that the tag will carry.
        email: the e-mail address that the tag will carry.
        own_tagger: the name that Git knows; a registration on the fly carries it whatever author was given.
        own_email: the e-mail address that Git knows, used likewise.
        now: the time that the tag will carry.
        chosen_time: whether the user chose the time (`GIT_COMMITTER_DATE`), so it is kept even if it does harm.
        unchanged_since: the version since which the artifact's file is unchanged; None if it differs or is unknown.
        near: similar names of other artifacts, if the request would create a new one.
        uncommitted: whether the annotation on disk differs from the commit's.
        unreadable: the file in the commit that would describe the artifact, if it is unreadable.

    """

    commit: str | None
    head: str | None
    tagger: str
    email: str
    own_tagger: str
    own_email: str
    now: Moment
    chosen_time: bool = False
    unchanged_since: str | None = None
    uncommitted: bool = False
    unreadable: str | None = None
    near: tuple[str, ...] = ()
