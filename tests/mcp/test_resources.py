"""Resources: returned by tools, read, and told of when they change, in both eras."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from mcp import MCPError

from gto_daemon import client
from tests.builders import RepositoryBuilder
from tests.mcp.agents import ERAS, Agent, agent
from tests.mcp.conftest import make_models
from tests.waiting import eventually

#: Servers take long to start, so each module shares its own.
pytestmark = pytest.mark.xdist_group("mcp-resources")


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> RepositoryBuilder:
    return make_models(tmp_path_factory.mktemp("resources") / "my models")


@pytest.fixture(scope="module", params=ERAS)
def listener(changing: RepositoryBuilder, request: pytest.FixtureRequest) -> Iterator[Agent]:
    with agent("-r", str(changing.path), era=request.param) as made:
        yield made


def links(result: types.CallToolResult) -> list[str]:
    return [block.uri for block in result.content if isinstance(block, types.ResourceLink)]


def contents(made: Agent, uri: str) -> Any:
    [content] = made.run(made.client.read_resource, uri).contents
    assert (content.mime_type, content.uri) == ("application/json", uri)
    return json.loads(content.text)


def test_tools_return_resources_that_can_be_read(listener: Agent) -> None:
    assert links(listener.call("registry")) == ["gto://my%20models/churn", "gto://my%20models/data%2Fsets%3Aeu"]
    artifact, *versions = links(listener.call("artifact", name="churn"))
    assert contents(listener, artifact)["stages"]["prod"] == ["v1.0.0"]
    assert versions[-1] == "gto://my%20models/churn@v1.0.0"
    assert contents(listener, versions[-1])["ref"] == "churn@v1.0.0"
    assert contents(listener, links(listener.call("registry"))[1])["name"] == "data/sets:eu"
    assert links(listener.call("why", name="churn", stage="prod")) == versions[-1:]


def test_what_is_there_is_listed(listener: Agent) -> None:
    listed = listener.run(listener.client.list_resources).resources
    assert [each.uri for each in listed] == links(listener.call("registry"))
    capabilities = listener.client.server_capabilities
    assert capabilities.resources == types.ResourcesCapability(subscribe=True, list_changed=False)
    assert capabilities.tools == types.ToolsCapability(list_changed=False)


@pytest.mark.parametrize(
    "uri",
    [
        "gto://other/churn",
        "gto://my%20models/nothing",
        "gto://my%20models/churn@v9.9.9",
        "gto://my%20models/churn/v1.0.0",
        "gto://my%20models/",
        "gto://my%20models/churn@",
        "file:///etc/passwd",
        "gto:churn",
    ],
)
def test_what_is_not_there(listener: Agent, uri: str) -> None:
    with pytest.raises(MCPError) as refused:
        listener.run(listener.client.read_resource, uri)
    assert refused.value.error.code == types.INVALID_PARAMS


def updates(made: Agent) -> set[str]:
    return {each.params.uri for each in made.heard if isinstance(each, types.ResourceUpdatedNotification)}


def test_changes_are_told_to_a_client_of_2025(tmp_path: Path) -> None:
    repo = make_models(tmp_path / "models")
    with agent("-r", str(repo.path)) as made:
        churn, version, other = "gto://models/churn", "gto://models/churn@v1.1.0", "gto://models/data%2Fsets%3Aeu"
        for uri in (churn, version, other):
            made.subscribe(uri)
        repo.tag("churn#prod#2", repo.git("rev-parse", "churn@v1.1.0^{commit}").strip())
        eventually(lambda: updates(made) == {churn, version})
        # A daemon that ends is followed by another, and what changed in between is told of.
        made.unsubscribe(version)
        made.heard.clear()
        client.stop()
        repo.tag("churn#prod#3", repo.git("rev-parse", "churn@v1.0.0^{commit}").strip())
        eventually(lambda: updates(made) >= {churn})
        assert version not in updates(made)
        assert contents(made, churn)["stages"]["prod"] == ["v1.0.0"]


def test_changes_are_told_to_a_client_of_2026(tmp_path: Path) -> None:
    repo = make_models(tmp_path / "models")
    with agent("-r", str(repo.path), era=ERAS[1]) as made:
        heard: list[str] = []

        async def listen() -> None:
            async with made.client.listen(resource_subscriptions=["gto://models/churn"]) as subscription:
                heard.append("listening")
                async for event in subscription:
                    heard.append(event.uri)
                    return

        listening = made.portal.start_task_soon(listen)
        eventually(lambda: heard == ["listening"])
        repo.tag("data/sets=eu@v0.2.0")
        repo.tag("churn#prod#2", repo.git("rev-parse", "churn@v1.1.0^{commit}").strip())
        listening.result(60)
        assert heard == ["listening", "gto://models/churn"]


def test_a_subscription_to_what_is_not_ours_is_refused(listener: Agent) -> None:
    with pytest.raises(MCPError):
        listener.subscribe("gto://other/churn")
    with pytest.raises(MCPError):
        listener.subscribe("gto://my%20models/nothing")
