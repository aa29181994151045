"""The registration that a tag depends on."""

from gto_daemon.registry.index import Index


def registration_under(index: Index, tag: str) -> str | None:
    """Return the tag that registers the version which a stage, a deregistration or a deprecation is about.

    Without it they mean something else: a stage on a commit without a version.

    Returns:
        None for a registration, and where no version is registered on the tag's commit.

    """
    ref = index.ref(tag)
    if ref is None or ref.tag is None or ref.parsed.kind in (None, "registration"):
        return None
    return registration_on(index, ref.artifact, ref.tag.target)


def registration_on(index: Index, name: str, commit: str) -> str | None:
    """Return the tag that registers an artifact's version on a commit, if one does."""
    artifact = index.artifacts.get(name)
    for version in artifact.versions if artifact else ():
        if version.registrations and version.hexsha == commit:
            return version.registrations[-1].ref
    return None
