"""The functions named after `gto.api` answer what `gto.api` answers."""

import inspect
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gto_daemon import client
from gto_daemon.client import CallError, Client, api
from tests.builders import RepositoryBuilder
from tests.oracle.install import interpreter_of

_FUNCTIONS = (
    "show",
    "history",
    "check_ref",
    "describe",
    "get_stages",
    "find_latest_version",
    "find_versions_in_stage",
    "parse_tag",
)
#: What gto.api answers, as far as it is more than its command line says: names of versions, in order.
_ASK_GTO = """
import inspect, json, sys
from gto import api
repo, questions, functions = json.loads(sys.stdin.read())

def names(found):
    if found is None:
        return None
    return [each.version for each in found] if isinstance(found, list) else found.version

def ask(function, arguments):
    return names(getattr(api, function)(repo, **arguments))

signatures = {
    name: [[p.name, p.default if isinstance(p.default, (str, int, bool, type(None))) else None]
           for p in inspect.signature(getattr(api, name)).parameters.values()]
    for name in functions
}
json.dump([[ask(*question) for question in questions], signatures], sys.stdout)
"""

_ARTIFACTS = ("churn", "segment", "gone")
_QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("find_latest_version", {"name": name, "all": everything, "registered": registered})
        for name in _ARTIFACTS
        for everything in (False, True)
        for registered in (True, False)
    ),
    *(
        ("find_versions_in_stage", {"name": name, "stage": stage, "versions_per_stage": count, "registered_only": only})
        for name in _ARTIFACTS
        for stage in ("prod", "dev", "nowhere")
        for count in (1, 2, -1)
        for only in (False, True)
    ),
]


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    """Versions greater and newer, deregistered, unregistered, deprecated, several in a stage."""
    annotations = "churn:\n  type: model\n  path: models/churn.pkl\n"
    first = repo.commit({"artifacts.yaml": annotations})
    second, third = repo.commit({"a": "2"}), repo.commit({"a": "3"})
    repo.tag("churn@v2.0.0", first)
    repo.tag("churn@v1.0.0", second)
    repo.tag("churn#prod#1", first)
    repo.tag("churn#prod#2", second)
    repo.tag("churn#dev#3", third)  # a commit that was not registered
    repo.tag("churn@v3.0.0", repo.commit({"a": "4"}))
    repo.tag("churn@v3.0.0!")
    repo.tag("segment#dev#1", third)
    repo.tag("gone@v0.1.0", first)
    repo.tag("gone#prod#1", first)
    repo.tag("gone@deprecated", first)
    return repo


@pytest.fixture
def connection(runtime: Path) -> Iterator[Client]:
    with Client.connect() as connected:
        yield connected


def names(found: Any) -> Any:
    if found is None:
        return None
    return [each["version"] for each in found] if isinstance(found, list) else found["version"]


def ask_gto(repo: RepositoryBuilder) -> tuple[list[Any], dict[str, list[list[Any]]]]:
    run = subprocess.run(
        [str(interpreter_of("1.10.1")), "-I", "-c", _ASK_GTO],
        input=json.dumps([str(repo.path), _QUESTIONS, _FUNCTIONS]),
        capture_output=True,
        text=True,
        check=True,
    )
    answers, signatures = json.loads(run.stdout)
    return answers, signatures


def test_it_is_what_gto_finds_and_asks_for(connection: Client, registry: RepositoryBuilder) -> None:
    expected, signatures = ask_gto(registry)
    found = [
        names(getattr(api, function)(registry.path, **arguments, client=connection))
        for function, arguments in _QUESTIONS
    ]
    assert list(zip(_QUESTIONS, found, strict=True)) == list(zip(_QUESTIONS, expected, strict=True))
    assert sum(answer not in (None, []) for answer in expected) > 15
    ours = {
        name: [
            [each.name, None if each.default is inspect.Parameter.empty else each.default]
            for each in inspect.signature(getattr(client, name)).parameters.values()
            if each.name != "client"
        ]
        for name in _FUNCTIONS
    }
    for name, parameters in signatures.items():
        # Left out: what only shapes GTO's tables. `sort` is an enumeration there.
        theirs = [each for each in parameters if each[0] not in ("truncate_hexsha", "table")]
        assert [each if each[0] != "sort" else ["sort", "timestamp"] for each in theirs] == ours[name], name


def test_show_has_a_shape_for_the_registry_and_one_for_an_artifact(
    connection: Client, registry: RepositoryBuilder
) -> None:
    whole = client.show(registry.path, client=connection)
    assert sorted(whole) == ["churn", "segment"]
    assert whole["churn"]["version"] == "v2.0.0"
    assert sorted(client.show(registry.path, deprecated=True, client=connection)) == ["churn", "gone", "segment"]
    assert [row["version"] for row in client.show(registry.path, "churn@latest", client=connection)] == ["v2.0.0"]


def test_history_check_ref_describe_stages_and_parse_tag(connection: Client, registry: RepositoryBuilder) -> None:
    rows = client.history(registry.path, "gone", ascending=True, client=connection)
    assert [row["event"] for row in rows] == ["registration", "assignment", "deprecation"]
    (event,) = client.check_ref(registry.path, "refs/tags/churn#prod#2", client=connection)
    assert (event["version"], event["stage"]) == ("v1.0.0", "prod")
    assert client.check_ref(registry.path, "nonsense", client=connection) == []
    annotation = client.describe(registry.path, "churn", client=connection)
    assert annotation is not None
    assert annotation["path"] == "models/churn.pkl"
    assert client.get_stages(registry.path, client=connection) == ["dev", "prod"]
    assert client.get_stages(registry.path, allowed=True, client=connection) is None
    assert client.parse_tag("churn@v1.0.0", client=connection) == {
        "name": "churn",
        "version": "v1.0.0",
        "action": "register",
    }


def test_a_refusal_is_named_after_gto(connection: Client, registry: RepositoryBuilder) -> None:
    for refused in (
        lambda: client.show(registry.path, "nobody", client=connection),
        lambda: client.find_latest_version(registry.path, "nobody", client=connection),
    ):
        with pytest.raises(CallError) as caught:
            refused()
        assert caught.value.kind == "ArtifactNotFound"


def test_without_a_client_each_call_has_its_own(
    runtime: Path, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(registry.path)
    assert sorted(client.show(".")) == ["churn", "segment"]
    status = client.status()
    assert status is not None
    assert status["sessions"] == 1


def test_without_a_daemon_it_is_answered_in_process(
    runtime: Path, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GTOD_NO_DAEMON", "1")
    assert sorted(client.show(registry.path)) == ["churn", "segment"]
    with pytest.raises(CallError) as caught:
        client.show(registry.path, "nobody")
    assert caught.value.kind == "ArtifactNotFound"
    assert list(runtime.iterdir()) == []


def test_a_path_that_json_cannot_carry_is_named(runtime: Path) -> None:
    with pytest.raises(ValueError, match="is not UTF-8"):
        client.show("/tmp/\udcff")
