"""The requests of acts, with the names and defaults of gto.api (GTO 1.10.1, api.py).

The fields of a request, with their descriptions, are the params of its method.
"""

from dataclasses import MISSING, dataclass, field
from typing import Any, ClassVar

from gto_daemon.protocol import Bump
from gto_daemon.registry.config import Config
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans.checks import (
    check_artifact,
    check_config,
    check_one_place,
    check_override,
    check_stage,
    check_version,
    wrong_args,
)
from gto_daemon.registry.tag_names import CHOOSING


def _param(description: str, default: Any = MISSING) -> Any:
    return field(default=default, metadata={"description": description})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """The fields that all requests share."""

    name: str = _param("The artifact: `model` or `some/dir:model`.")
    message: str | None = _param("The message of the tag; by default GTO's own.", None)
    author: str | None = _param("The name of the tagger; by default the name that Git knows.", None)
    author_email: str | None = _param("The e-mail address of the tagger; by default the address that Git knows.", None)

    act: ClassVar[str] = ""

    @property
    def rev(self) -> str | None:
        """The revision to resolve, or None."""
        return None

    def check(self, config: Config) -> None:
        """Check everything that does not depend on the registry, before any revision is resolved, as GTO does.

        Raises:
            RegistryError: `WrongConfig`, `ValidationError`, `WrongArgs`, `UnknownStage`.

        """
        check_config(config)
        check_artifact(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(_Request):
    """Register a version on the commit `ref`: `version`, or the greatest version raised by `bump`."""

    ref: str = _param("Any revision that Git resolves to a commit.", "HEAD")
    version: str | None = _param("`v` and a semantic version; by default the next version.", None)
    bump: Bump | None = _param("The part of the greatest version to raise; `patch` by default.", None)  # noqa: RUF009
    simple: bool = _param("Create a tag without a counter in its name.", True)
    force: bool = _param("Register the version even if it is already registered.", False)
    override: str | None = _param(
        "Override the rules `from`, `soak` and `branches`, for this reason, which the message of the tag keeps.", None
    )

    act: ClassVar[str] = "gto/register"

    @property
    def rev(self) -> str | None:
        """The commit to register."""
        return self.ref

    def check(self, config: Config) -> None:
        """See `_Request.check`."""
        _Request.check(self, config)
        check_override(self.override)
        if self.version and self.bump:
            raise wrong_args(
                "Need to specify either version or single bump argument",
                "version and bump",
                "Leave out one of the two.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(_Request):
    """Assign a stage to `version`, or to the version on the commit `ref`.

    If the commit has no version, one is registered first, as `name_version` or by the rules of `Register`, unless
    `skip_registration` is set.
    """

    stage: str
    version: str | None = _param(
        "A registered version, or `max:KEY` or `min:KEY` for the one with the greatest or least value of a metric, "
        "as for `NAME@max:KEY`. Give either this or `ref`.",
        None,
    )
    ref: str | None = _param("Any revision that Git resolves to a commit.", None)
    name_version: str | None = _param("With `ref`: the version to register the commit as.", None)
    simple: bool = _param("Create a tag without a counter in its name.", False)
    force: bool = _param("Assign the stage even if the version is already in it.", False)
    skip_registration: bool = _param("Do not register the commit.", False)
    override: str | None = _param(
        "Override the rules `from`, `soak` and `branches`, for this reason, which the message of the tag keeps.", None
    )

    act: ClassVar[str] = "gto/assign"

    @property
    def rev(self) -> str | None:
        """The commit to assign to."""
        return self.ref

    @property
    def chooses(self) -> bool:
        """Whether a metric chooses the version."""
        return self.version is not None and self.version.startswith(CHOOSING)

    def check(self, config: Config) -> None:
        """See `_Request.check`."""
        _Request.check(self, config)
        check_override(self.override)
        check_stage(self.stage, config)
        if self.version and not self.chooses:
            check_version(self.version)
        check_one_place(self.version, self.ref)
        if self.name_version:
            check_version(self.name_version)
            if self.skip_registration:
                raise wrong_args(
                    "You either need to supply version name or skip registration",
                    "name_version and skip_registration",
                    "Leave out one of the two.",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassign(_Request):
    """Take a version out of a stage; with `delete`, leave no trace of the assignment."""

    stage: str
    version: str | None = _param("The version. Give either this or `ref`.", None)
    ref: str | None = _param("The commit of the version.", None)
    simple: bool = _param("Create a tag without a counter in its name.", False)
    force: bool = _param("Create the tag even if the stage was never assigned.", False)
    delete: bool = _param("Delete the version's tags for this stage instead of creating a tag.", False)

    act: ClassVar[str] = "gto/unassign"

    @property
    def rev(self) -> str | None:
        """The commit of the version."""
        return self.ref

    def check(self, config: Config) -> None:
        """See `_Request.check`."""
        _Request.check(self, config)
        check_stage(self.stage, config)
        if self.version:
            check_version(self.version)
        check_one_place(self.version, self.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deregister(_Request):
    """Deregister a version; with `delete`, delete all its tags."""

    version: str | None = _param("The version. Give either this or `ref`.", None)
    ref: str | None = _param("The commit of the version.", None)
    simple: bool = _param("Create a tag without a counter in its name.", True)
    force: bool = _param("Create the tag even if the version is not registered.", False)
    delete: bool = _param("Delete all tags of the version instead of creating a tag.", False)

    act: ClassVar[str] = "gto/deregister"

    @property
    def rev(self) -> str | None:
        """The commit of the version."""
        return self.ref

    def check(self, config: Config) -> None:
        """See `_Request.check`."""
        _Request.check(self, config)
        if self.version:
            check_version(self.version)
        check_one_place(self.version, self.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecate(_Request):
    """Deprecate an artifact; with `delete`, delete all its tags."""

    ref: str | None = _param("The commit to tag; by default the commit of the newest event.", None)
    simple: bool | None = _param("Create a tag without a counter in its name; the default unless `force` is set.", None)
    force: bool = _param("Create a tag with a counter even if the artifact is already deprecated or unknown.", False)
    delete: bool = _param("Delete all tags of the artifact instead of creating a tag.", False)

    act: ClassVar[str] = "gto/deprecate"

    @property
    def rev(self) -> str | None:
        """The commit to tag, if the user chose one."""
        return self.ref

    def check(self, config: Config) -> None:
        """See `_Request.check`."""
        _Request.check(self, config)
        if self.force and self.simple:
            raise wrong_args(
                "Can't use 'force' with 'simple=True'",
                "force and simple",
                "A deprecation by force is counted, because the simple tag may be there already.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback(_Request):
    """Assign a stage to the version that held it before the present one."""

    stage: str
    override: str | None = _param(
        "Override the rules `from`, `soak` and `branches`, for this reason, which the message of the tag keeps.", None
    )

    act: ClassVar[str] = "gto/rollback"

    def check(self, config: Config) -> None:
        """See `_Request.check`."""
        _Request.check(self, config)
        check_override(self.override)
        check_stage(self.stage, config)


Request = Register | Assign | Unassign | Deregister | Deprecate | Rollback

#: The requests, by the names of their methods.
REQUESTS: dict[str, type[Request]] = {
    kind.act: kind for kind in (Register, Assign, Unassign, Deregister, Deprecate, Rollback)
}


def request_of(method: str) -> type[Request]:
    """Return the request class of a method.

    Raises:
        RegistryError: `WrongArgs`: the method is not an act on tags.

    """
    found = REQUESTS.get(method)
    if found is None:
        raise RegistryError(
            "WrongArgs",
            f"'{method}' cannot be part of an act of several",
            hint=f"Possible are: {', '.join(REQUESTS)}.",
            reason="method",
        )
    return found
