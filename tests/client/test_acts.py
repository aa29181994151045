"""The writing functions of `gto.api`: GTO's parameters, and what they do."""

import inspect
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gto_daemon import client
from gto_daemon.client import CallError, Client
from tests.builders import RepositoryBuilder
from tests.oracle.install import interpreter_of

_FUNCTIONS = {
    "1.10.1": ("register", "assign", "unassign", "deregister", "deprecate"),
    "0.2.8": ("annotate", "remove"),
}
_ASK = """
import inspect, json, sys
import gto.api
names = sys.argv[1:]
print(json.dumps({name: [
    [each.name, None if each.default is inspect.Parameter.empty else each.default]
    for each in inspect.signature(getattr(gto.api, name)).parameters.values()] for name in names}))
"""


def parameters(function: Any) -> list[list[Any]]:
    return [
        [each.name, None if each.default is inspect.Parameter.empty else each.default]
        for each in inspect.signature(function).parameters.values()
        if each.name != "client"
    ]


@pytest.mark.parametrize("release", _FUNCTIONS)
def test_names_parameters_and_defaults_are_gtos(release: str) -> None:
    names = _FUNCTIONS[release]
    run = subprocess.run(
        [str(interpreter_of(release)), "-I", "-c", _ASK, *names], capture_output=True, text=True, check=True
    )
    theirs = json.loads(run.stdout)
    for name in names:
        expected = [each for each in theirs[name] if each[0] != "stdout"]
        assert parameters(getattr(client, name)) == expected, name


def test_a_life_of_an_artifact(repo: RepositoryBuilder, runtime: Path) -> None:
    repo.commit()
    with Client.connect() as connected:
        made = client.register(
            repo.path, "m", "HEAD", version="v1.0.0", author="A", author_email="a@x", client=connected
        )
        assert made is not None
        assert (made["ref"], made["author"]) == ("m@v1.0.0", "A")
        made = client.assign(repo.path, "m", "prod", version="v1.0.0", client=connected)
        assert made is not None
        assert (made["event"], made["version"]) == ("assignment", "v1.0.0")
        with pytest.raises(CallError) as caught:
            client.assign(repo.path, "m", "prod", version="v1.0.0", client=connected)
        assert caught.value.kind == "WrongArgs"
        assert client.unassign(repo.path, "m", version="v1.0.0", stage="prod", delete=True, client=connected) is None
        client.deregister(repo.path, "m", version="v1.0.0", client=connected)
        client.deprecate(repo.path, "m", client=connected)
        assert client.annotate(repo.path, "m", type="model", client=connected) == {"type": "model"}
        client.remove(repo.path, "m", client=connected)
    assert (repo.path / "artifacts.yaml").read_text() == "{}\n"
    assert repo.git("tag").splitlines() == ["m@deprecated", "m@v1.0.0", "m@v1.0.0!"]
    with pytest.raises(ValueError, match="single bump"):
        client.register(repo.path, "m", "HEAD", bump_major=True, bump_minor=True)
