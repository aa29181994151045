"""How many tags a push may have, and the warning for a push with more tags than servers start workflows for."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final, NamedTuple

from gto_daemon.git.process import Git
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.pushes import MAX_NOTICED, PlannedPush

if TYPE_CHECKING:
    from gto_daemon.protocol.acts import PlanWarning

_KEY: Final = "gtod.pushBatch"
_NO_NUMBER: Final = "bad numeric config value"


class PushSize(NamedTuple):
    """The maximum number of tags of a push.

    Attributes:
        max_tags: the maximum number of tags of a push; 0 for no limit.
        atomic: whether the remote has to take all or none, of all of them.

    """

    max_tags: int = MAX_NOTICED
    atomic: bool = False


def push_size(git: Git, batch: int | None, *, atomic: bool) -> PushSize:
    """Return what the client asks for, or else what git is configured to in its environment.

    Args:
        git: git in the repository.
        batch: the requested size.
        atomic: whether all are to be sent in one push, which is all or nothing.

    Raises:
        RegistryError: `WrongArgs`.

    """
    return fixed_push_size(batch, atomic=atomic) or _configured(git)


def push_size_of_act(git: Git, fixed: PushSize | None) -> PushSize:
    """Return how an act's tags will be pushed, after the act: from here on, nothing may be refused.

    Args:
        git: git in the repository.
        fixed: the size that the client requested, if any.

    """
    if fixed is not None:
        return fixed
    try:
        return _configured(git)
    except RegistryError:
        # The push that it matters to is refused with the reason.
        return PushSize()


def fixed_push_size(batch: int | None, *, atomic: bool) -> PushSize | None:
    """Return what the client asks for; None where it leaves it to the configuration.

    Raises:
        RegistryError: `WrongArgs`.

    """
    if atomic:
        if batch:
            raise RegistryError(
                "WrongArgs",
                "What is sent all or nothing is sent in one push",
                hint="Leave out atomic, or the size of a push.",
                reason="atomic and batch",
            )
        return PushSize(0, atomic=True)
    return None if batch is None else PushSize(batch)


def _configured(git: Git) -> PushSize:
    # Not cancellable: it is asked after an act as well, which is done then.
    asked = git.run("config", "--type=int", "--get", _KEY, cancellable=False)
    configured = asked.stdout.strip()
    if asked.code == 1 and not configured:
        return PushSize()
    if not asked.succeeded and _NO_NUMBER not in asked.stderr:
        raise RegistryError(
            "GitFailed",
            f"git does not tell its configuration: {asked.complaint}",
            hint="See what git says in a terminal.",
            words=asked.complaint,
        )
    if not asked.succeeded or not configured.isdigit():
        raise RegistryError(
            "WrongArgs",
            f"{_KEY} is no number of tags: {asked.complaint or configured.decode()}",
            hint=f"Set it to how many tags a push may have, 0 for any: `git config {_KEY} {MAX_NOTICED}`",
            reason=_KEY,
        )
    return PushSize(int(configured))


def unnoticed(pushes: Collection[PlannedPush]) -> "list[PlanWarning]":
    """Return the warning that there is about pushes of many tags, as in `warnings`."""
    largest = max((len(push.create) + len(push.delete) for push in pushes), default=0)
    if largest <= MAX_NOTICED:
        return []
    message = (
        f"A push has {largest} tags. For more than {MAX_NOTICED} at once GitHub starts no workflow, "
        "and GitLab may call no webhook."
    )
    return [{"code": "large-push", "message": message}]
