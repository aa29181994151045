"""`fleet.yaml`: what is written is read, and what is wrong is told with its place and costs its own entry alone."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from gto_daemon.registry.fleet.reading import read_fleet
from gto_daemon.registry.fleet.values import MAX_FLEET_FILE, FleetConfig, FleetEntry, Sink
from gto_daemon.registry.shapes.reading import START

SCHEMA: Final = Draft7Validator(
    json.loads((Path(__file__).resolve().parents[3] / "docs/fleet-yaml.schema.json").read_text())
)
EXAMPLE: Final = """\
name: ml
follow: 5m
env_file: ~/.config/gtod/fleet.env
repositories:
  - path: ~/models/*
  - {name: churn, path: /srv/churn}
  - {url: git@example.com:ml/fraud.git, follow: 60s}
  - {name: old, url: https://example.com/ml/old.git, follow: never}
sinks:
  - {name: hook, type: http, url: https://example.com/hook, secret_file: [~/new, ~/old], stages: [prod]}
  - name: bus
    type: nats
    url: [nats://one.example.com:4222, tls://two.example.com]
    stream: EVENTS
    secret_command: pass show gtod/nats
    allow_private: true
    dead_after: 2d
    artifacts: [fraud/**]
    events: [stage.assigned, tag.moved]
"""
#: Text, line and character (from 1) of the only problem, its code, and part of its message.
WRONG: Final = (
    ("x", 1, 1, "wrong-fleet", "is text, but should be a mapping"),
    ("repo: []\n", 1, 1, "unknown-key", "'repo' is not a key"),
    ("follow: 60\n", 1, 9, "wrong-fleet", "is a number"),
    ("follow: 0s\n", 1, 9, "wrong-fleet", "not a duration"),
    ("repositories:\n  a: {}\n", 2, 3, "wrong-fleet", "is a mapping, but should be a list"),
    ("repositories:\n- a\n", 2, 3, "wrong-fleet", "is text, but should be a mapping"),
    ("repositories:\n- {path: a, url: 'https://x/y'}\n", 2, 13, "wrong-fleet", "both 'path' and 'url'"),
    ("repositories:\n- {name: a}\n", 2, 3, "wrong-fleet", "neither 'path' nor 'url'"),
    ("repositories:\n- {path: a, name: b/c}\n", 2, 19, "wrong-fleet", "not the name of a repository"),
    ("repositories:\n- {path: a, nam: b}\n", 2, 13, "unknown-key", "'nam' is not a key"),
    ("repositories:\n- {url: 'https://ann:hush@x/y'}\n", 2, 9, "wrong-fleet", "is not the URL"),
    ("repositories:\n- {url: 'ext::sh'}\n", 2, 9, "wrong-fleet", "is not the URL"),
    ("repositories:\n- {url: '-x@y:z'}\n", 2, 9, "wrong-fleet", "is not the URL"),
    ("sinks:\n- {name: a, type: mail, url: 'https://x'}\n", 2, 19, "wrong-fleet", "none of the choices"),
    ("sinks:\n- {type: nats, url: 'nats://x', stream: S}\n", 2, 3, "wrong-fleet", "has no 'name'"),
    (
        "sinks:\n- {name: a, type: nats, url: 'nats://x', stream: S, allow_private: yes}\n",
        2,
        68,
        "wrong-fleet",
        "is 'yes', but should be true or false",
    ),
    (
        "sinks:\n- {name: a, type: http, url: 'https://x', secret_file: s, secret_command: t}\n",
        2,
        59,
        "wrong-fleet",
        "both 'secret_file' and 'secret_command'",
    ),
)
#: The same, where a schema cannot say it.
WRONG_BEYOND_SCHEMA: Final = (
    ("repositories:\n- {path: a, name: x}\n- {path: b, name: x}\n", 3, 3, "wrong-fleet", "another repository with"),
    ("repositories:\n- {path: 'a/*', name: x}\n", 2, 3, "wrong-fleet", "A glob has a 'name'"),
    ("repositories:\n- {path: a, follow: 1h}\n", 2, 13, "unused-key", "means nothing for a 'path'"),
    ("sinks:\n- {name: a, type: http, url: 'nats://x', secret_file: s}\n", 2, 25, "wrong-fleet", "a URL of NATS"),
    ("sinks:\n- {name: a, type: http, url: 'https://x'}\n", 2, 4, "wrong-fleet", "no secret"),
    ("sinks:\n- {name: a, type: nats, url: 'nats://x'}\n", 2, 4, "wrong-fleet", "names no stream"),
)


def test_the_example_is_read() -> None:
    file = read_fleet(EXAMPLE.encode())
    entries = [replace(each, place=START) for each in file.config.repositories]
    sinks = [replace(each, place=START) for each in file.config.sinks]
    assert file.problems == ()
    assert (file.config.name, file.config.env_file) == ("ml", "~/.config/gtod/fleet.env")
    assert entries == [
        FleetEntry("~/models/*", None, None, 300, START),
        FleetEntry("/srv/churn", None, "churn", 300, START),
        FleetEntry(None, "git@example.com:ml/fraud.git", None, 60, START),
        FleetEntry(None, "https://example.com/ml/old.git", "old", None, START),
    ]
    urls = ("nats://one.example.com:4222", "tls://two.example.com")
    events: Any = ("stage.assigned", "tag.moved")
    assert sinks == [
        Sink("hook", "http", ("https://example.com/hook",), ("~/new", "~/old"), (), False, None, 259_200, None, None,
             ("prod",), None, START),
        Sink("bus", "nats", urls, (), ("pass show gtod/nats",), True, None, 172_800, "EVENTS", ("fraud/**",), None,
             events, START),
    ]  # fmt: skip
    assert SCHEMA.is_valid(yaml.safe_load(EXAMPLE))


@pytest.mark.parametrize("text", ["", "# nothing\n", "null\n", "{}\n", "repositories: []\n"])
def test_an_empty_file_is_a_fleet_of_nothing(text: str) -> None:
    file = read_fleet(text.encode())
    assert (file.config, file.problems) == (FleetConfig(), ())
    assert SCHEMA.is_valid(yaml.safe_load(text))


@pytest.mark.parametrize(("text", "line", "character", "code", "message"), [*WRONG, *WRONG_BEYOND_SCHEMA])
def test_what_is_wrong_has_its_place(text: str, line: int, character: int, code: str, message: str) -> None:
    (problem,) = read_fleet(text.encode()).problems
    assert problem.range is not None
    assert (problem.range.start, problem.code) == ((line - 1, character - 1), code)
    assert message in problem.message
    assert problem.hint
    assert "hush" not in problem.message


@pytest.mark.parametrize("text", [row[0] for row in WRONG if "yes" not in row[0]])
def test_what_the_reader_refuses_the_schema_refuses(text: str) -> None:
    assert not SCHEMA.is_valid(yaml.safe_load(text))


def test_a_file_of_somebody_else_may_not_call_out() -> None:
    text = b"repositories:\n- path: a\n- url: https://x/y\nsinks: []\nenv_file: x\n"
    file = read_fleet(text, "team.yaml", own=False)
    assert [each.path for each in file.config.repositories] == ["a"]
    assert (file.config.sinks, file.config.env_file) == ((), None)
    assert [(each.code, each.located().partition(" ")[0]) for each in file.problems] == [
        ("foreign-fleet", "team.yaml:3:3:"),
        ("foreign-fleet", "team.yaml:4:1:"),
        ("foreign-fleet", "team.yaml:5:1:"),
    ]


def test_a_long_file_is_refused() -> None:
    (problem,) = read_fleet(b"#" * (MAX_FLEET_FILE + 1)).problems
    assert problem.code == "too-large"


_RIGHT: Final = st.builds(lambda path: {"path": path}, st.sampled_from(["a", "/b/c", "~/d", "e f", "ü", "1"]))
_BROKEN: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [None, 1, "a", [], {}, {"path": 1}, {"path": ""}, {"path": "a", "x": "y"}, {"name": "a"}, {"url": "x"}]
)


@given(st.lists(st.tuples(st.booleans(), _RIGHT, _BROKEN), max_size=8))
def test_a_broken_entry_leaves_the_others(rows: list[tuple[bool, dict[str, str], Any]]) -> None:
    entries = [right if is_right else broken for is_right, right, broken in rows]
    file = read_fleet(json.dumps({"repositories": entries}).encode())
    assert [each.path for each in file.config.repositories] == [
        right["path"] for is_right, right, _ in rows if is_right
    ]
    assert len({each.range for each in file.problems}) == sum(not is_right for is_right, _, _ in rows)
    assert SCHEMA.is_valid({"repositories": entries}) == (not file.problems)


@given(st.binary(max_size=60) | st.text(alphabet="repositories:sinks -[]{}&*!\n'\"path", max_size=60).map(str.encode))
def test_nothing_is_too_odd_to_be_read(text: bytes) -> None:
    assert isinstance(read_fleet(text).config, FleetConfig)
