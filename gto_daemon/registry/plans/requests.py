"""The requests of acts. Names and defaults are those of gto.api (GTO 1.10.1, api.py).

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
    check_stage,
    check_version,
    wrong_args,
)


def _param(description: str, default: Any = MISSING) -> Any:
    return field(default=default, metadata={"description": description})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What all have in common."""

    name: str = _param("The artifact: `model` or `some/dir:model`.")
    message: str | None = _param("Of the tag; GTO's own words by default.", None)
    author: str | None = _param("Name of the tagger, in place of the one that Git knows.", None)
    author_email: str | None = _param("E-mail of the tagger, likewise.", None)

    act: ClassVar[str] = ""

    @property
    def rev(self) -> str | None:
        """The revision that has to be resolved, None for none."""
        return None

    def check(self, config: Config) -> None:
        """What can be said without looking at the registry; before anything is resolved, as in GTO.

        Raises:
            RegistryError: `WrongConfig`, `ValidationError`, `WrongArgs`, `UnknownStage`.

        """
        check_config(config)
        check_artifact(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(_Request):
    """Register a version on the commit `ref`: `version`, or the one that `bump` makes of the greatest."""

    ref: str = _param("Anything that Git resolves to a commit.", "HEAD")
    version: str | None = _param("`v` and a semantic version; by default the next one.", None)
    bump: Bump | None = _param("Which part of the greatest version goes up; `patch` by default.", None)  # noqa: RUF009
    simple: bool = _param("Without a counter in the tag's name.", True)
    force: bool = _param("Register it although it is registered already.", False)

    act: ClassVar[str] = "gto/register"

    @property
    def rev(self) -> str | None:
        """The commit to register."""
        return self.ref

    def check(self, config: Config) -> None:
        """See `_Request.check`."""
        _Request.check(self, config)
        if self.version and self.bump:
            raise wrong_args(
                "Need to specify either version or single bump argument",
                "version and bump",
                "Leave out one of the two.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(_Request):
    """Assign a stage to `version`, or to what is registered on the commit `ref`.

    What is not registered there is registered first, as `name_version` or by the rules of `Register`, unless
    `skip_registration`.
    """

    stage: str
    version: str | None = _param("A registered version. Either this or `ref`.", None)
    ref: str | None = _param("Anything that Git resolves to a commit.", None)
    name_version: str | None = _param("With `ref`: as which version to register it.", None)
    simple: bool = _param("Without a counter in the tag's name.", False)
    force: bool = _param("Assign it although the version is in the stage already.", False)
    skip_registration: bool = _param("Do not register the commit.", False)

    act: ClassVar[str] = "gto/assign"

    @property
    def rev(self) -> str | None:
        """The commit to assign to."""
        return self.ref

    def check(self, config: Config) -> None:
        """See `_Request.check`."""
        _Request.check(self, config)
        check_stage(self.stage, config)
        if self.version:
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
    """Take a version out of a stage; with `delete`, as if it had never been in it."""

    stage: str
    version: str | None = _param("Either this or `ref`.", None)
    ref: str | None = _param("The version on this commit.", None)
    simple: bool = _param("Without a counter in the tag's name.", False)
    force: bool = _param("Make the tag although the stage was never assigned.", False)
    delete: bool = _param("Delete the tags of this stage of this version in place of making one.", False)

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
    """Take back the registration of a version; with `delete`, every tag of it."""

    version: str | None = _param("Either this or `ref`.", None)
    ref: str | None = _param("The version on this commit.", None)
    simple: bool = _param("Without a counter in the tag's name.", True)
    force: bool = _param("Make the tag although the version is not registered.", False)
    delete: bool = _param("Delete every tag of the version in place of making one.", False)

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
    """Deprecate an artifact; with `delete`, delete every tag of it."""

    ref: str | None = _param("The commit that the tag goes on; by default that of the newest event.", None)
    simple: bool | None = _param("Without a counter in the tag's name; the default unless `force`.", None)
    force: bool = _param("Make a counted tag although it is deprecated, or unknown.", False)
    delete: bool = _param("Delete every tag of the artifact in place of making one.", False)

    act: ClassVar[str] = "gto/deprecate"

    @property
    def rev(self) -> str | None:
        """The commit that the tag goes on, where the user chose one."""
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
    """Assign a stage to the version that it held before the present one."""

    stage: str

    act: ClassVar[str] = "gto/rollback"

    def check(self, config: Config) -> None:
        """See `_Request.check`."""
        _Request.check(self, config)
        check_stage(self.stage, config)


Request = Register | Assign | Unassign | Deregister | Deprecate | Rollback

#: The requests by the names of their methods.
REQUESTS: dict[str, type[Request]] = {
    kind.act: kind for kind in (Register, Assign, Unassign, Deregister, Deprecate, Rollback)
}


def request_of(method: str) -> type[Request]:
    """The request of a method.

    Raises:
        RegistryError: `WrongArgs`: the method is no act that tags are made for.

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
