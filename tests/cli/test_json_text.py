"""JSON of a user's that is none is named, whatever Python thinks of it."""

from pathlib import Path

import click
import pytest

from gto_daemon.cli.json_text import parse_json
from tests.cli.conftest import Gtod


@pytest.mark.parametrize("depth", [101, 900, 3000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_brackets_go_no_deeper_than_anything_reads_them(depth: int, opening: str, closing: str) -> None:
    with pytest.raises(click.UsageError, match="The params have more than 100 brackets inside each other"):
        parse_json(f"{opening * depth}1{closing * depth}", "params")
    assert parse_json(f"{opening * 100}1{closing * 100}", "params")


@pytest.mark.parametrize("text", ["NaN", "[-Infinity]", '{"a": Infinity}'])
def test_what_only_python_takes_is_no_json(text: str) -> None:
    with pytest.raises(click.UsageError, match=r"The params are not JSON: .* is no value of JSON"):
        parse_json(text, "params")


def test_commands_refuse_it(gtod: Gtod, registry: Path) -> None:
    answer = gtod("call", "gto/show", '{"limit": NaN}', cwd=registry)
    assert (answer.returncode, "NaN is no value of JSON" in answer.stderr) == (2, True)
    for actions in ("[" * 3000, '[{"method": "register", "params": [1]}]'):
        answer = gtod("apply", "-", stdin=actions, cwd=registry)
        assert (answer.returncode, "Traceback" in answer.stderr, "The actions" in answer.stderr) == (2, False, True)
