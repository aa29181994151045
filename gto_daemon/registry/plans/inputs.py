"""The outside facts that planning one request needs besides the registry."""

from dataclasses import dataclass

from gto_daemon.registry.objects import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInputs:
    """The facts from the repository and the system clock, gathered by the caller.

    Attributes:
        commit: what the request's revision names; None when it gives none.
        head: HEAD's commit; None before the first.
        tagger: the name that the tag will carry.
        email: likewise.
        own_tagger: the name that Git knows; a registration on the fly carries it whatever author was given.
        own_email: likewise.
        now: the time that the tag will carry.
        chosen_time: the user chose it (`GIT_COMMITTER_DATE`), so it is kept even where it does harm.
        unchanged_since: the version since which the artifact's file is the same; None when it differs or is not known.
        near: names of other artifacts that are probably meant, where the request would make a new one.
        uncommitted: the annotation on disk is not the one of the commit.
        unreadable: the file of the commit that the artifact would be described in, where nothing can be read in it.

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
