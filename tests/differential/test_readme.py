"""Every command of the older user documentation that reads a registry, word for word with `gtod` for `gto`.

The registry is the one of its tables. Where the documentation's output and GTO 1.10.1's differ (offsets in times, the
order of artifacts, no commits in history), 1.10.1's counts, and is asked.
"""

import os
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.builders import START
from tests.differential.histories import Commit, History, Tag, make
from tests.oracle.real_gto import Oracle

_ROOT: Final = Path(__file__).parents[2]
_ANNOTATIONS: Final = "churn:\n  type: model\n  path: models/churn.pkl\n  virtual: false\n"


def _at(text: str) -> int:
    """Seconds after START of a time in the documentation."""
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()) - START


REGISTRY: Final = History(
    (
        Commit(_at("2022-08-22 22:05:30"), {"artifacts.yaml": _ANNOTATIONS}, message="one\n"),
        Tag("churn@v3.0.0", _at("2022-08-24 01:52:10")),
        Tag("segment@v0.4.1", _at("2022-08-25 00:00:00")),
        Tag("segment#dev#1", _at("2022-08-25 00:00:10")),
        Tag("cv-class@v0.1.13", _at("2022-08-25 00:00:20")),
        Tag("awesome-model@v0.0.1", _at("2022-08-25 00:00:30")),
        Tag("awesome-model#prod#1", _at("2022-08-25 00:00:40")),
        Commit(_at("2022-08-27 13:12:10"), message="two\n"),
        Tag("churn@v3.1.0", _at("2022-08-28 16:58:50")),
        Tag("churn#dev#1", _at("2022-08-29 20:45:30"), 0),
        Tag("churn#staging#2", _at("2022-08-31 00:32:10")),
        Tag("churn#prod#3", _at("2022-09-01 04:18:50"), 0),
        Tag("churn#dev#4", _at("2022-09-02 08:05:30")),
    )
)
#: Command → the cells of each row of its table, as documented.
TABLES: Final[dict[str, list[list[str]]]] = {
    "gto show": [
        ["name", "latest", "#dev", "#prod", "#staging"],
        ["awesome-model", "v0.0.1", "-", "v0.0.1", "-"],
        ["churn", "v3.1.0", "v3.1.0", "v3.0.0", "v3.1.0"],
        ["cv-class", "v0.1.13", "-", "-", "-"],
        ["segment", "v0.4.1", "v0.4.1", "-", "-"],
    ],
    "gto show churn": [
        ["artifact", "version", "stage", "created_at", "ref"],
        ["churn", "v3.1.0", "dev, staging", "2022-08-28 16:58:50", "churn@v3.1.0"],
        ["churn", "v3.0.0", "prod", "2022-08-24 01:52:10", "churn@v3.0.0"],
    ],
    "gto show churn --vs -1": [
        ["artifact", "version", "stage", "created_at", "ref"],
        ["churn", "v3.1.0", "dev, staging", "2022-08-28 16:58:50", "churn@v3.1.0"],
        ["churn", "v3.0.0", "dev, prod", "2022-08-24 01:52:10", "churn@v3.0.0"],
    ],
    "gto show churn --av 1 --vs -1": [
        ["artifact", "version", "stage", "created_at", "ref"],
        ["churn", "v3.1.0", "staging", "2022-08-28 16:58:50", "churn@v3.1.0"],
        ["churn", "v3.0.0", "dev", "2022-08-24 01:52:10", "churn@v3.0.0"],
    ],
    "gto show churn@greatest": [
        ["artifact", "version", "stage", "created_at", "ref"],
        ["churn", "v3.1.0", "dev, staging", "2022-08-28 16:58:50", "churn@v3.1.0"],
    ],
    "gto show churn#prod": [
        ["artifact", "version", "stage", "created_at", "ref"],
        ["churn", "v3.0.0", "prod", "2022-08-24 01:52:10", "churn@v3.0.0"],
    ],
    "gto history churn": [
        ["timestamp", "artifact", "event", "version", "stage", "ref"],
        ["2022-09-02 08:05:30", "churn", "assignment", "v3.1.0", "dev", "churn#dev#4"],
        ["2022-09-01 04:18:50", "churn", "assignment", "v3.0.0", "prod", "churn#prod#3"],
        ["2022-08-31 00:32:10", "churn", "assignment", "v3.1.0", "staging", "churn#staging#2"],
        ["2022-08-29 20:45:30", "churn", "assignment", "v3.0.0", "dev", "churn#dev#1"],
        ["2022-08-28 16:58:50", "churn", "registration", "v3.1.0", "-", "churn@v3.1.0"],
        ["2022-08-24 01:52:10", "churn", "registration", "v3.0.0", "-", "churn@v3.0.0"],
    ],
    "GTO_EMOJIS=false gto show": [
        ["name", "latest", "#dev", "#prod", "#staging"],
        ["awesome-model", "v0.0.1", "-", "v0.0.1", "-"],
        ["churn", "v3.1.0", "v3.1.0", "v3.0.0", "v3.1.0"],
        ["cv-class", "v0.1.13", "-", "-", "-"],
        ["segment", "v0.4.1", "v0.4.1", "-", "-"],
    ],
}
TABLES["gto show -v"] = TABLES["gto show"]
#: Command → what it prints.
LINES: Final = {
    "gto check-ref -r build/example-gto churn#prod#3": (
        '✅  Stage "prod" was assigned to version "v3.0.0" of artifact "churn"\n'
    ),
    "gto show churn@greatest --ref": "churn@v3.1.0\n",
    "gto show churn#prod --ref": "churn@v3.0.0\n",
    "gto describe churn": '{"type":"model","path":"models/churn.pkl","virtual":false}',
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry at `example-gto`, and once more below it as `build/example-gto`, where one command looks for it."""
    place = tmp_path_factory.mktemp("readme") / "example-gto"
    make(REGISTRY, place).checkout()
    make(REGISTRY, place / "build" / "example-gto").checkout()
    return place


@pytest.mark.parametrize("command", TABLES)
def test_a_documented_table_is_printed(command: str, workspace: Path, oracle: Oracle) -> None:
    rows = _cells(_run(command, workspace))
    if command not in _OLDER:
        variables, arguments = _words(command)
        assert rows == _cells(oracle.run(*arguments, cwd=workspace, env=variables).stdout)
    dropped = rows[0].index("commit") if "commit" in rows[0] else None  # ids differ from the documentation's
    rows = [[cell for place, cell in enumerate(row) if place != dropped] for row in rows]
    assert [[cell.removesuffix("+00:00") for cell in row] for row in rows] == TABLES[command]


@pytest.mark.parametrize("command", LINES)
def test_a_documented_line_is_printed(command: str, workspace: Path) -> None:
    printed = _run(command, workspace)
    assert (re.sub(r"\s", "", printed) if command.endswith("describe churn") else printed) == LINES[command]


@pytest.mark.parametrize("field", ["--name", "--version", "--stage", "--event", "--json"])
def test_check_ref_prints_the_documented_pieces(field: str, workspace: Path) -> None:
    printed = _run(f"gto check-ref churn#prod#3 {field}", workspace)
    wanted = {"--name": "churn\n", "--version": "v3.0.0\n", "--stage": "prod\n", "--event": "assignment\n"}
    assert printed == wanted[field] if field in wanted else '"tag": "churn#prod#3"' in printed


@pytest.mark.parametrize("option", ["--all-branches", "--all-commits", "-a", "-A"])
def test_the_documented_options_of_older_versions_are_taken(option: str, workspace: Path) -> None:
    assert _cells(_run(f"gto show {option}", workspace)) == TABLES["gto show"]


#: What 1.10.1 does not take any more.
_OLDER: Final = {"gto show -v"}


def _words(command: str) -> tuple[dict[str, str], list[str]]:
    """The variables and the arguments of a command of the documentation."""
    words = shlex.split(command)
    assignments = [word for word in words if re.fullmatch(r"[A-Z_]+=.*", word)]
    program, *arguments = words[len(assignments) :]
    assert program == "gto"
    return dict(word.split("=", 1) for word in assignments), arguments


def _run(command: str, cwd: Path) -> str:
    variables, arguments = _words(command)
    env = {**os.environ, "GTOD_NO_DAEMON": "1", "PYTHONPATH": str(_ROOT), "COLUMNS": "200", **variables}
    run = subprocess.run(
        [sys.executable, "-m", "gto_daemon", *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def _cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in table.splitlines() if "│" in line]
