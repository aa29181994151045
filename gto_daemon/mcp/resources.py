"""Resources: `gto://FOLDER/ARTIFACT` and `gto://FOLDER/ARTIFACT@VERSION`, each part percent-encoded."""

from typing import NamedTuple
from urllib.parse import quote, unquote

import mcp_types as types

from gto_daemon.client import CallError
from gto_daemon.mcp.registry import Registry
from gto_daemon.mcp.replies import Refusal
from gto_daemon.protocol import JsonObject

_SCHEME = "gto://"
#: Versions that the resource of an artifact has; `artifact` has pages.
_VERSIONS = 20


class Place(NamedTuple):
    """What a URI names."""

    folder: str
    artifact: str
    version: str | None = None

    def uri(self) -> str:
        """Return it as a URI."""
        version = "" if self.version is None else f"@{quote(self.version, safe='')}"
        return f"{_SCHEME}{quote(self.folder, safe='')}/{quote(self.artifact, safe='')}{version}"

    def link(self) -> types.ResourceLink:
        """Return it as a link. Its name is the URI's: names of artifacts are other people's words."""
        uri = self.uri()
        return types.ResourceLink(
            type="resource_link", name=uri.removeprefix(_SCHEME), uri=uri, mime_type="application/json"
        )

    def resource(self) -> types.Resource:
        """Return it as an entry of a list."""
        uri = self.uri()
        return types.Resource(name=uri.removeprefix(_SCHEME), uri=uri, mime_type="application/json")


def parse(uri: str) -> Place | None:
    """Return what a URI names; None for one that is not of ours."""
    folder, slash, rest = uri.removeprefix(_SCHEME).partition("/")
    artifact, at, version = rest.partition("@")
    if not (uri.startswith(_SCHEME) and folder and slash and artifact and "/" not in rest) or (at and not version):
        return None
    return Place(unquote(folder), unquote(artifact), unquote(version) if at else None)


def linked(folder: str, tool: str, result: JsonObject) -> list[types.ResourceLink]:
    """Return links to the artifacts, or to the versions, that a tool's result is about."""
    if tool == "registry":
        return [Place(folder, name).link() for name in result.get("artifacts") or ()]
    if tool == "artifact":
        name = result["name"]
        return [Place(folder, name).link(), *(Place(folder, name, row["version"]).link() for row in result["versions"])]
    if tool == "why":
        return [Place(folder, result["name"], version).link() for version in result["holds"]]
    return []


def made(folder: str, result: JsonObject) -> list[types.ResourceLink]:
    """Return links to the versions that the events of an act are about."""
    places = {Place(folder, row["artifact"], row["version"]) for row in result.get("events", ())}
    return [place.link() for place in sorted(places, key=Place.uri)]


async def read(registry: Registry, place: Place) -> JsonObject:
    """Return an artifact with its newest versions, or one version.

    Raises:
        Refusal: there is no such version.
        CallError, DaemonUnavailable: as `Registry.ask`.

    """
    asked: JsonObject = {"name": place.artifact, "deprecated": True}
    if place.version is None:
        return await registry.ask("gto/artifact", {**asked, "limit": _VERSIONS})
    result = await registry.ask("gto/artifact", asked)
    for row in result["versions"]:
        if row["version"] == place.version:
            return {"clock": result["clock"], "name": result["name"], **row}
    raise Refusal("VersionRequired", "The artifact has no such version.")


async def exists(registry: Registry, uri: str) -> bool:
    """Return whether a URI names something that can be read.

    Raises:
        CallError, DaemonUnavailable: as `Registry.ask`.

    """
    place = parse(uri)
    if place is None or place.folder != await registry.folder():
        return False
    try:
        await read(registry, place)
    except Refusal:
        return False
    except CallError as error:
        if error.kind != "ArtifactNotFound":
            raise
        return False
    return True
