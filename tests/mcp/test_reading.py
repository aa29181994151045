"""Tools that read: their answers are the daemon's, in the shape that they promise."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gto_daemon.client import Client
from gto_daemon.protocol import JsonObject
from tests.builders import RepositoryBuilder
from tests.mcp.agents import ERAS, Agent, agent

#: Servers take long to start, so each module shares its own.
pytestmark = pytest.mark.xdist_group("mcp-reading")

#: Each tool with arguments, and the method and params whose answer its own is.
QUESTIONS: dict[str, tuple[JsonObject, str, JsonObject]] = {
    "registry": ({}, "gto/show", {"limit": 100}),
    "artifact": ({"name": "churn"}, "gto/artifact", {"name": "churn", "limit": 20}),
    "history": ({"stage": "prod"}, "gto/history", {"stage": "prod", "limit": 50}),
    "why": ({"name": "churn", "stage": "prod"}, "gto/why", {"name": "churn", "stage": "prod"}),
    "at": ({"rev": "HEAD~1"}, "gto/at", {"rev": "HEAD~1"}),
    "compare": (
        {"name": "churn", "left": "#prod", "right": "latest", "metrics": True},
        "gto/compare",
        {"name": "churn", "left": "#prod", "right": "latest", "metrics": True, "limit": 50},
    ),
    "check_ref": ({"ref": "churn@v1.0.0"}, "gto/checkRef", {"ref": "churn@v1.0.0"}),
    "doctor": ({}, "gto/doctor", {}),
}


@pytest.mark.parametrize("tool", QUESTIONS)
def test_an_answer_is_that_of_the_method(reader: Agent, models: RepositoryBuilder, tool: str) -> None:
    arguments, method, params = QUESTIONS[tool]
    result = reader.call(tool, **arguments)
    assert not result.is_error
    with Client.connect() as client:
        assert result.structured_content == client.call(method, {"repo": str(models.path), **params})
    said, text, *links = result.content
    assert said.type == text.type == "text"
    assert json.loads(text.text) == result.structured_content
    assert all(link.type == "resource_link" for link in links)
    jsonschema.Draft202012Validator(reader.tools()[tool].output_schema).validate(result.structured_content)


def test_each_era_is_served(models: RepositoryBuilder) -> None:
    versions = []
    for era in ERAS:
        with agent("-r", str(models.path), era=era) as made:
            versions.append(made.client.protocol_version)
            assert made.client.server_info is not None
            assert made.client.server_info.name == "gtod"
    assert versions == ["2025-11-25", "2026-07-28"]


def test_tools_are_described_and_say_that_they_read(reader: Agent) -> None:
    tools = reader.tools()
    assert [*tools] == [*QUESTIONS, "audit", "plan", "apply_plan"]
    for name, tool in tools.items():
        assert tool.title
        assert tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is (name != "apply_plan")
        assert tool.output_schema is not None
        for schema in (tool.input_schema, tool.output_schema):
            assert schema["type"] == "object"
            jsonschema.Draft202012Validator.check_schema(schema)
            assert "#/components" not in json.dumps(schema)
    assert tools["apply_plan"].annotations.destructive_hint is True


def test_there_are_no_templates_to_guess_from(reader: Agent) -> None:
    assert reader.run(reader.client.list_resource_templates).resource_templates == []


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("v1.1.0", "latest", "No differences."),
        ("v1.0.0", "v1.1.0", "They differ by 2 files, 1 commit only on the right."),
        ("v1.1.0", "v1.0.0", "They differ by 2 files, 1 commit only on the left."),
    ],
)
def test_a_comparison_in_words(reader: Agent, left: str, right: str, said: str) -> None:
    assert reader.call("compare", name="churn", left=left, right=right).content[0].text.startswith(said)


def test_metrics_come_with_the_versions_of_the_page(reader: Agent) -> None:
    answer = reader.ask("artifact", name="churn", metrics=True, limit=1)
    assert [version["version"] for version in answer["versions"]] == ["v1.1.0"]
    assert [row["values"] for row in answer["metrics"]["versions"]] == [{"metrics.json:auc": 0.95}]
    rest = reader.ask("artifact", name="churn", limit=1, cursor=answer["next_cursor"])
    assert [version["version"] for version in rest["versions"]] == ["v1.0.0"]


def test_metrics_of_a_version_that_is_not_registered(tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "r")
    repo.commit({"dvc.yaml": "metrics: [m.json]\n", "m.json": '{"auc": 1}'})
    repo.tag("churn#prod#1")
    with agent("-r", str(repo.path)) as made:
        answer = made.ask("artifact", name="churn", metrics=True)
        assert [row["values"] for row in answer["metrics"]["versions"]] == [{"m.json:auc": 1}]


def test_an_audit_lists_what_is_not_allowed(tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "r")
    repo.commit({".gtod.yaml": "version: 1\nrules:\n  stages:\n    prod: {from: [staging]}\n"})
    repo.tag("churn@v1.0.0")
    repo.tag("churn#prod#1")
    with agent("-r", str(repo.path)) as made:
        answer = made.ask("audit")
        assert [(event["ref"], event["verdict"]) for event in answer["events"]] == [("churn#prod#1", "violating")]
        assert sum(answer["counts"][each] for each in ("allowed", "not_judged")) == 1


@pytest.mark.parametrize(
    ("tool", "arguments", "kind", "word"),
    [
        ("artifact", {"name": "nothing"}, "ArtifactNotFound", "nothing"),
        ("artifact", {}, "InvalidArguments", "name"),
        ("artifact", {"name": 1}, "InvalidArguments", "name"),
        ("registry", {"repo": "/etc"}, "InvalidArguments", "repo"),
        ("history", {"env": {}}, "InvalidArguments", "env"),
        ("compare", {"name": "churn", "left": "v1.0.0", "right": "v9.9.9"}, "", "v9.9.9"),
    ],
)
def test_a_refusal_is_an_answer_that_helps(
    reader: Agent, tool: str, arguments: dict[str, Any], kind: str, word: str
) -> None:
    result = reader.call(tool, **arguments)
    assert result.is_error
    assert result.content[0].type == "text"
    error = json.loads(result.content[0].text)["error"]
    assert word in error["message"]
    assert not kind or error["kind"] == kind


def test_an_answer_that_is_too_large_is_refused_with_the_remedy(tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "r")
    repo.commit()
    for number in range(60):
        repo.tag(f"churn@v{number}.0.0", message="x" * 20_000)
    with agent("-r", str(repo.path)) as made:
        result = made.call("history", limit=60)
        assert result.is_error
        assert result.content[0].type == "text"
        error = json.loads(result.content[0].text)["error"]
        assert (error["kind"], "`limit`" in error["hint"]) == ("AnswerTooLarge", True)
        assert len(made.ask("history", limit=10)["events"]) == 10
