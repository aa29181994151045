"""Plans of `register` and `deregister` (GTO 1.10.1, registry.py)."""

from gto_daemon.protocol import Bump
from gto_daemon.registry import commands
from gto_daemon.registry.artifact import Version
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.near_names import did_you_mean
from gto_daemon.registry.plans.checks import last_of_kind, needs_force, tags_of, wrong_args
from gto_daemon.registry.plans.draft import Draft
from gto_daemon.registry.plans.inputs import PlanInputs
from gto_daemon.registry.plans.plan import NewTag
from gto_daemon.registry.plans.requests import Deregister, Register
from gto_daemon.registry.queries.absence import hint_for_version
from gto_daemon.registry.tag_names import FIRST_VERSION, is_version, next_version


def plan_register(draft: Draft, request: Register, inputs: PlanInputs) -> str:
    """Plan it; answers the version.

    Raises:
        RegistryError: `VersionExistsForCommit`, `WrongArgs`, `InvalidVersion`, `VersionAlreadyRegistered`,
            `ManyVersions`, `TagExists`.

    """
    name = request.name
    commit = _commit(inputs)
    draft.concern(name)
    here = draft.find_version(name, commit=commit)
    version = _version_here(request, here)
    if version is not None:
        _check_elsewhere(draft, name, version, here)
    else:
        version = _bumped(draft, request)
    if here is not None and request.bump:
        draft.warn("bump-ignored", f"The commit was registered as {version} before, so the bump does not count.")
    _remark(draft, name, version, inputs)
    artifact = draft.artifact(name)
    known = [v for v in artifact.versions if v.name == version and v.hexsha == commit] if artifact else []
    draft.create(
        NewTag(
            draft.name(name, f"@{version}", simple=request.simple),
            commit,
            request.message or f"Registering artifact {name} version {version}",
            inputs.tagger,
            inputs.email,
            draft.time(inputs, (e for v in known for e in v.deregistrations), f"The deregistration of {version}"),
        )
    )
    return version


def _commit(inputs: PlanInputs) -> str:
    if inputs.commit is None:
        raise ValueError("a registration needs a commit")
    return inputs.commit


def _version_here(request: Register, here: Version | None) -> str | None:
    """Return the version that the request names, or that the commit has already."""
    if here is None:
        return request.version or None
    if not request.force and here.registrations and here.is_active:
        raise RegistryError(
            "VersionExistsForCommit",
            f"'{request.name}' is already registered in this commit with version '{here.name}'",
            hint="Register another commit, or deregister the version first.",
            artifact=request.name,
            version=here.name,
            commit=here.hexsha,
            tag=here.registrations[-1].ref,
        )
    if request.version and request.version != here.name:
        raise wrong_args(
            f"For this REF you can only register {here.name}", "version", "A commit has one version of an artifact."
        )
    return here.name


def _check_elsewhere(draft: Draft, name: str, version: str, here: Version | None) -> None:
    if not is_version(version):
        raise RegistryError(
            "InvalidVersion",
            f"Supplied version '{version}' cannot be parsed",
            hint="A version is v and a semantic version: v1.0.0.",
            version=version,
        )
    elsewhere = draft.find_version(name, version=version)
    if elsewhere is not None and elsewhere is not here:
        raise RegistryError(
            "VersionAlreadyRegistered",
            f"Version '{version}' already was registered.\n",
            hint=f"It is on the commit {elsewhere.hexsha[:7]}. Choose another version.",
            artifact=name,
            version=version,
            commit=elsewhere.hexsha,
        )


def _bumped(draft: Draft, request: Register) -> str:
    artifact = draft.artifact(request.name)
    latest = artifact.latest if artifact else None
    if latest is None:
        if request.bump:
            raise wrong_args(
                "Can't apply bump, because this is the first version being registered",
                "bump",
                f"Leave it out for {FIRST_VERSION}, or give the version.",
            )
        return FIRST_VERSION
    draft.count_on(latest.authoring_event)
    return _bump(draft, latest.name, request.bump or "patch")


def _bump(draft: Draft, version: str, part: Bump) -> str:
    if not is_version(version):
        raise RegistryError(
            "InvalidVersion",
            f"Supplied version '{version}' cannot be parsed",
            hint="The greatest version is no semantic one, so it cannot be bumped: give the version.",
            version=version,
        )
    core, _, behind = version[1:].partition("+")[0].partition("-")
    bumped = next_version(version, part)
    if behind:
        draft.warn(
            "prerelease-skipped",
            f"{version} is bumped to {bumped}: its release v{core} is passed over. Give v{core} if that is meant.",
        )
    return bumped


def _remark(draft: Draft, name: str, version: str, inputs: PlanInputs) -> None:
    artifact = draft.artifact(name)
    if inputs.near:
        draft.warn("new-artifact", f"There is no artifact '{name}' yet. {did_you_mean(inputs.near)}")
    if artifact is not None and not artifact.is_active:
        draft.warn("revives-artifact", f"'{name}' is deprecated; this act makes it active again.")
    if inputs.unchanged_since:
        draft.warn(
            "unchanged-artifact", f"The file of '{name}' is the same as in {inputs.unchanged_since}, to the byte."
        )
    if inputs.unreadable:
        draft.warn(
            "unreadable-annotation",
            f"Nothing can be read in the commit's {inputs.unreadable}, so {version} will have no annotation.",
        )
    if inputs.uncommitted:
        draft.warn(
            "uncommitted-annotation",
            f"The annotation of '{name}' on disk is not the one of the commit, and {version} will not have it.",
        )


def plan_deregister(draft: Draft, request: Deregister, inputs: PlanInputs) -> None:
    """Plan it.

    Raises:
        RegistryError: `VersionRequired`, `WrongArgs`, `ManyVersions`, `TagExists`.

    """
    name = request.name
    draft.concern(name)
    found = draft.find_version(name, version=request.version, commit=inputs.commit)
    if found is None:
        if request.force:
            raise wrong_args(
                "Can't deregister a version that have no git tags",
                "version",
                f"See: {commands.show_artifact(name, '--deprecated')}",
            )
        raise version_required(draft, name, request.version)
    if not request.force:
        if not found.registrations:
            raise _not_registered(found, "is not registered", delete=request.delete)
        if not found.is_active:
            raise _not_registered(found, "was deregistered already", delete=request.delete)
    draft.count_on(found.authoring_event)
    if request.delete:
        draft.delete(tags_of(found.events()))
        return
    draft.create(
        NewTag(
            draft.name(name, f"@{found.name}!", simple=request.simple),
            found.hexsha,
            request.message or f"Deregistering artifact {name} version {found.name}",
            inputs.tagger,
            inputs.email,
            # On a tie the deregistration wins.
            draft.time(
                inputs,
                (event for event in found.registrations if event.seconds > inputs.now.seconds),
                f"The registration of {found.name}",
            ),
        )
    )


def version_required(draft: Draft, name: str, version: str | None) -> RegistryError:
    """Return the refusal if a version is needed, this one or the commit's, and there is none."""
    hint = hint_for_version(draft.snapshot, name, version) if version else None
    return RegistryError(
        "VersionRequired",
        f"No versions found for '{name}'",
        hint=hint or f"See: {commands.show_artifact(name, '--deprecated')}",
        artifact=name,
    )


def _not_registered(version: Version, what: str, *, delete: bool) -> RegistryError:
    done = last_of_kind(version.direct_events(), "deregistration") if version.registrations else []
    gone = version.events() if delete else None
    message = f"The version at ref '{version.hexsha}' {what}"
    return needs_force(message, "version", done, is_taken=bool(done), deletes=gone)
