"""GTO's checks of arguments, in its words (GTO 1.10.1, constants.py, config.py, registry.py)."""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from gto_daemon.registry import commands
from gto_daemon.registry.config import Config
from gto_daemon.registry.dvc_names import other_spelling
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.events import Event
from gto_daemon.registry.near_names import did_you_mean, near_names
from gto_daemon.registry.tag_names import is_artifact_name, is_stage_name, is_version


def invalid_value(value: str, what: str = "") -> RegistryError:
    """Return the refusal of a name, or of `what`, such as `stage`; GTO's words, although one character is enough."""
    if what:
        hint = f"That is the {what}."
    elif (spelled := other_spelling(value)) is not None:
        hint = did_you_mean([spelled])
    elif "@" in value or "#" in value:
        hint = "Give the name alone; a version or a stage is given beside it."
    else:
        hint = "A folder of the repository may stand before the name: some/dir:model."
    return RegistryError(
        "ValidationError",
        f"Invalid value '{value}'. Only letters, numbers, '_', '-', '/' are allowed."
        " Value must be of len >= 2 and must start and end with a letter or a number.",
        hint=hint,
        value=value,
    )


def wrong_args(message: str, reason: str, hint: str = "") -> RegistryError:
    """Return the refusal of arguments that contradict each other."""
    return RegistryError("WrongArgs", message, hint=hint, reason=reason)


def needs_force(
    message: str,
    reason: str,
    done: Sequence[Event] = (),
    *,
    is_taken: bool = False,
    deletes: Iterable[Event] | None = None,
) -> RegistryError:
    """Return the refusal of an act that needs force: it is in effect already, or would change nothing.

    Args:
        message: what is wrong, and why.
        reason: the arguments.
        done: the events that did it already, oldest first.
        is_taken: the last one's tag would have the name of the next one, unless that has a number.
        deletes: the events whose tags are deleted by force.

    """
    undo = f"To undo only that: {commands.delete_tags(event.ref for event in done)}."
    error = RegistryError(
        "WrongArgs",
        message,
        hint=undo if done and deletes is not None else "",
        reason=reason,
        tag=done[-1].ref if done else None,
        deletes=None if deletes is None else len(tags_of(deletes)),
        allow={"force": True, **({"simple": False} if is_taken and deletes is None else {})},
    )
    error.data = {name: value for name, value in error.data.items() if value is not None}
    return error


def tags_of(events: Iterable[Event]) -> list[str]:
    """Return the tags of these events; a commit has none."""
    return list(dict.fromkeys(event.ref for event in events if event.kind != "commit"))


def last_of_kind(events: Sequence[Event], kind: str) -> list[Event]:
    """Return the trailing events of this kind, which must be deleted for the earlier ones to count again."""
    return list(takewhile(lambda event: event.kind == kind, reversed(events)))[::-1]


def check_config(config: Config) -> None:
    """Check that the configuration is readable: otherwise nobody knows what it allows. GTO refuses as well.

    Raises:
        RegistryError: `WrongConfig`.

    """
    problem = config.unreadable
    if problem is None:
        return
    raise RegistryError(
        "WrongConfig",
        f"{problem.located()} What is allowed is therefore not known, and nothing was done",
        hint=problem.hint,
        path=problem.path,
        range=problem.range.as_json() if problem.range else None,
    )


def check_artifact(name: str) -> None:
    """Check the name of an artifact.

    Raises:
        RegistryError: `ValidationError`.

    """
    if not is_artifact_name(name):
        raise invalid_value(name)


def check_stage(stage: str, config: Config) -> None:
    """Check the name of a stage, and whether the configuration allows it.

    Raises:
        RegistryError: `ValidationError`, `UnknownStage`.

    """
    if not is_stage_name(stage):
        raise invalid_value(stage, "stage")
    if config.stages is not None and stage not in config.stages:
        near = did_you_mean(near_names(stage, config.stages))
        or_add = f"Choose one of them, or add '{stage}' to the stages of .gto."
        raise RegistryError(
            "UnknownStage",
            f"Allowed stages are: '{list(config.stages)}'",
            hint=f"{near} {or_add}".lstrip(),
            stage=stage,
            allowed=list(config.stages),
        )


def check_version(version: str) -> None:
    """Check a version that the user named.

    Raises:
        RegistryError: `WrongArgs`.

    """
    if not is_version(version):
        raise wrong_args(
            f"Version '{version}' is not valid. Example of valid version: 'v1.0.0'",
            "version",
            "Versions are v and a semantic version.",
        )


def check_one_place(version: str | None, ref: str | None) -> None:
    """Check that a version is given either by its name or by its commit.

    Raises:
        RegistryError: `WrongArgs`.

    """
    if (version is None) == (ref is None):
        raise wrong_args(
            "One and only one of (version, rev) must be specified.",
            "version and ref",
            "Give the version, or a revision of Git.",
        )


def check_override(reason: str | None) -> None:
    """Check the reason of an override: one line that says something.

    Raises:
        RegistryError: `WrongArgs`.

    """
    if reason is not None and not reason.strip():
        raise wrong_args("An override needs a reason", "override", "Say in a few words why.")
    if reason is not None and len(reason.splitlines()) > 1:
        raise wrong_args("The reason of an override has several lines", "override", "Say it in one line.")
