"""Every row of the threat model in docs/security.md names a test that is there and is run."""

import re
from pathlib import Path

from tests.attacks import test_bounds as bounds
from tests.attacks.named_tests import ROOT, missing, names_in

_ROW = re.compile(r"^\|[^|]+\|[^|]+\|[^|]+\| `([^`|]+)` \|$", re.MULTILINE)


def rows() -> list[str]:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    table = page.partition("\n|---|")[2].partition("\n\n")[0]
    named = _ROW.findall(table)
    assert len(named) == len([line for line in table.splitlines()[1:] if line.startswith("|")]), "a row without a test"
    return named


def test_every_row_has_a_test() -> None:
    named = [row for row in rows() if row.endswith(".py") or ".py::" in row]
    assert len(named) > 30
    assert missing(named) == []


def test_every_row_about_the_extension_has_a_test_there() -> None:
    named = [row for row in rows() if ".ts::" in row]
    assert named
    for row in named:
        file, _, title = row.partition("::")
        assert f"test('{title}'" in (ROOT / file).read_text("utf-8"), row


def test_every_test_of_an_attack_is_in_a_row() -> None:
    named = {row.rpartition("::")[2] for row in (*rows(), *(bound[2] for bound in bounds.rows()))}
    controls = {
        "test_git_itself_walks_into_the_traps",
        "test_the_names_would_do_harm",
        "test_it_is_seen_that_something_odd_is_there",
        "test_what_means_no_harm_stays",
        "test_no_command_prints_past_it",
        "test_a_link_within_the_repository_stays_one",
        "test_a_folder_without_tricks_is_copied",
        "test_a_file_that_is_switched_off_is_no_odd_one",
        "test_a_bound_is_the_one_in_the_code",
        "test_every_bound_has_a_test",
    }
    for path in Path(__file__).parent.glob("test_*.py"):
        if path != Path(__file__):
            assert names_in(path) <= named | controls, path
