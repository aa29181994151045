"""The repository that an agent is told about."""

import json
from pathlib import Path

import mcp_types as types
import pytest

from tests.builders import RepositoryBuilder
from tests.mcp.agents import agent

#: Servers take long to start, so each module shares its own.
pytestmark = pytest.mark.xdist_group("mcp-repositories")


def test_the_working_directory_where_nothing_else_is_said(models: RepositoryBuilder) -> None:
    with agent(cwd=models.path) as made:
        assert set(made.ask("registry")["artifacts"]) == {"churn", "data/sets:eu"}


def test_the_first_root_of_the_client_as_it_is_now(models: RepositoryBuilder, tmp_path: Path) -> None:
    other = RepositoryBuilder(tmp_path / "a folder")
    other.commit()
    other.tag("segment@v1.0.0")
    roots = [models.path.as_uri()]
    with agent(cwd=tmp_path, roots=lambda: roots) as made:
        assert "churn" in made.ask("registry")["artifacts"]
        roots[:] = ["file://elsewhere/share", other.path.as_uri(), models.path.as_uri()]
        assert "churn" in made.ask("registry")["artifacts"]
        made.run(made.client.session.send_notification, types.RootsListChangedNotification())
        answer = made.call("registry")
        while "churn" in answer.structured_content["artifacts"]:
            answer = made.call("registry")
        assert [*answer.structured_content["artifacts"]] == ["segment"]
        assert [link.uri for link in answer.content if link.type == "resource_link"] == ["gto://a%20folder/segment"]


def test_the_command_line_wins(models: RepositoryBuilder, tmp_path: Path) -> None:
    with agent("-r", str(models.path), roots=lambda: [tmp_path.as_uri()]) as made:
        assert "churn" in made.ask("registry")["artifacts"]


def test_a_folder_without_a_repository(tmp_path: Path) -> None:
    with agent(cwd=tmp_path) as made:
        result = made.call("registry")
        assert result.is_error
        assert result.content[0].type == "text"
        error = json.loads(result.content[0].text)["error"]
        assert (error["kind"], "`-r PATH`" in error["hint"]) == ("NotARepository", True)
