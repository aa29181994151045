"""The reading commands print what GTO 1.10.1 prints, and end as it does."""

import json
import subprocess
from pathlib import Path

import pytest

from gto_daemon import __version__
from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod
from tests.oracle.real_gto import Oracle

#: Command lines whose standard output and exit code are GTO's, byte for byte.
SAME = [
    "show --json",
    "show --plain",
    "show --name",
    "show churn --json",
    "show churn --plain",
    "show churn --version",
    "show churn --stage",
    "show churn --ref",
    "show churn@latest --ref",
    "show churn@greatest --version",
    "show churn@v3.0.0 --plain",
    "show churn#prod --ref",
    "show churn#nothing --ref",
    "show churn --vs -1 --plain",
    "show churn --av 1 --vs -1 --plain",
    "show --vs -1 --sort semver --plain",
    "show --vs 0 --json",
    "show -d --ro --json",
    "show --version",
    "show nothing --json",
    "show --av -2",
    "history --json",
    "history --plain",
    "history churn --asc --plain",
    "history nothing --json",
    "history nothing",
    "check-ref churn#prod#3",
    "check-ref refs/tags/churn@v3.1.0 --json",
    "check-ref churn#prod#3 --name",
    "check-ref churn#prod#3 --version",
    "check-ref churn#prod#3 --stage",
    "check-ref churn#prod#3 --event",
    "check-ref churn@v3.1.0 --stage",
    "check-ref HEAD",
    "check-ref nothing --json",
    "stages",
    "stages --json",
    "stages --allowed",
    "stages --allowed --json",
    "stages --used --json",
    "parse-tag some/dir=churn@v1.0.0-rc.1!#3",
    "parse-tag churn#prod --key stage",
    "parse-tag nonsense",
    "print-state",
]


#: Those that find nothing, which GTO does not say.
SAID = {
    "show churn#nothing --ref",
    "history nothing --json",
    "history nothing",
    "check-ref churn@v3.1.0 --stage",
    "check-ref HEAD",
    "check-ref nothing --json",
    "stages --allowed",
    "stages --allowed --json",
}


@pytest.mark.parametrize("line", SAME)
def test_a_command_line_prints_what_gto_prints(line: str, gtod: Gtod, oracle: Oracle, registry: Path) -> None:
    ours = gtod(*line.split(), cwd=registry)
    gto = oracle.run(*line.split(), cwd=registry)
    assert ours.stdout == gto.stdout
    assert ours.returncode == gto.exit
    assert bool(ours.stderr) == (bool(gto.stderr) or line in SAID)


@pytest.mark.parametrize("line", ["show --json", "show churn --plain", "history --json", "check-ref churn#prod#3"])
def test_the_answer_is_the_same_without_a_daemon(line: str, gtod: Gtod, registry: Path) -> None:
    words = line.split()
    with_daemon = gtod(*words, cwd=registry)
    assert with_daemon.stdout
    assert gtod(*words, "--no-daemon", cwd=registry).stdout == with_daemon.stdout
    assert gtod("--no-daemon", *words, cwd=registry).stdout == with_daemon.stdout
    assert gtod(*words, cwd=registry, daemon=False).stdout == with_daemon.stdout


def test_show_of_one_artifact_has_its_name_where_gto_refuses(gtod: Gtod, oracle: Oracle, registry: Path) -> None:
    assert oracle.run("show", "churn", "--name", cwd=registry).exit == 1
    ours = gtod("show", "churn", "--name", cwd=registry)
    assert (ours.stdout, ours.returncode) == ("churn\nchurn\n", 0)


def test_a_table_keeps_whole_versions_and_needs_no_terminal(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("a/rather/long/name/of/an/artifact@v10.20.30-rc.1")
    repo.tag("a/rather/long/name/of/an/artifact#a-rather-long-name-of-a-stage#1")
    shown = gtod("show", cwd=repo.path, env={"COLUMNS": "40"})
    assert max(map(len, shown.stdout.splitlines())) > 80
    assert shown.stdout.count("v10.20.30-rc.1") == 2
    assert "\x1b" not in shown.stdout


def test_an_empty_registry_says_so(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit()
    for command in ("show", "history"):
        assert gtod(command, cwd=repo.path).stdout == "Nothing found in the current workspace\n"
    assert gtod("show", "--json", cwd=repo.path).stdout == "{}\n"


def test_an_annotated_artifact_has_a_star_and_one_deprecated_by_a_tag_has_none(
    gtod: Gtod, repo: RepositoryBuilder, oracle: Oracle
) -> None:
    repo.commit({"artifacts.yaml": "annotated: {type: model}\ngone: {type: model}\n"})
    repo.tag("gone@deprecated")
    for line in (["show", "--plain"], ["show", "annotated", "--plain"], ["show", "gone", "-d", "--plain"]):
        # Word by word: GTO aligns a column of ids to the right when they happen to have no letter in them.
        assert gtod(*line, cwd=repo.path).stdout.split() == oracle.run(*line, cwd=repo.path).stdout.split()
    assert gtod("show", "annotated", "--name", cwd=repo.path).stdout == "*annotated\n"
    assert gtod("show", "gone", "-d", "--name", cwd=repo.path).stdout == "gone\n"


def test_commits_are_in_the_history_when_asked_for(gtod: Gtod, registry: Path) -> None:
    rows = json.loads(gtod("history", "churn", "--commits", "--json", cwd=registry).stdout)
    assert [row["event"] for row in rows].count("commit") == 2


def test_history_of_a_stage_and_of_a_version(gtod: Gtod, registry: Path) -> None:
    rows = json.loads(gtod("history", "churn#prod", "--json", cwd=registry).stdout)
    assert [row["ref"] for row in rows] == ["churn#prod#3"]
    rows = json.loads(gtod("history", "churn@v3.0.0", "--json", cwd=registry).stdout)
    assert {row["version"] for row in rows} == {"v3.0.0"}


def test_check_ref_says_on_stderr_why_it_has_nothing_to_say(gtod: Gtod, registry: Path) -> None:
    answer = gtod("check-ref", "churn#prod#99", cwd=registry)
    assert (answer.stdout, answer.returncode) == ("", 0)
    assert "churn#prod#99" in answer.stderr


def test_emojis_can_be_dropped(gtod: Gtod, registry: Path) -> None:
    answer = gtod("check-ref", "churn#prod#3", cwd=registry, env={"GTO_EMOJIS": "false"})
    assert answer.stdout == 'Stage "prod" was assigned to version "v3.0.0" of artifact "churn"\n'


@pytest.mark.parametrize(
    "line",
    [
        "show --json --plain",
        "show churn --ref --version",
        "history --json --plain",
        "check-ref churn#prod#3 --json --name",
        "describe churn --type --path",
        "describe churn --rev HEAD --worktree",
        "stages --allowed --used",
        "show --sort bogus",
        "show --vs many",
        "show --as-of yesterday",
        "check-ref",
        "register",
        "assign churn",
        "nonsense",
        "call gto/show {",
        "call gto/show []",
        "watch --no-daemon",
    ],
)
def test_wrong_usage_ends_with_2_and_leaves_stdout_alone(line: str, gtod: Gtod, registry: Path) -> None:
    answer = gtod(*line.split(), cwd=registry)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert "Error: " in answer.stderr


def test_a_stage_may_be_part_of_the_name(gtod: Gtod, registry: Path) -> None:
    for command in (["why"], ["rollback", "--dry-run"]):
        joined, apart = (gtod(*command, *words, cwd=registry) for words in (["churn#prod"], ["churn", "prod"]))
        assert (joined.returncode, joined.stdout, joined.stderr) == (apart.returncode, apart.stdout, apart.stderr)
        assert joined.returncode != 2
        missing = gtod(*command, "churn", cwd=registry)
        assert (missing.returncode, "Missing argument 'STAGE'" in missing.stderr) == (2, True)


def test_describe_prints_the_annotation_as_older_gto_did(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit({"artifacts.yaml": "churn: {type: model, path: models/churn.pkl, virtual: false}\n"})
    assert gtod("describe", "churn", cwd=repo.path).stdout == (
        '{\n    "type": "model",\n    "path": "models/churn.pkl",\n    "virtual": false\n}\n'
    )
    assert gtod("describe", "churn", "--path", cwd=repo.path).stdout == "models/churn.pkl\n"
    unset = gtod("describe", "churn", "--description", cwd=repo.path)
    assert (unset.stdout, unset.returncode) == ("", 0)
    unknown = gtod("describe", "nothing", cwd=repo.path)
    assert (unknown.stdout, unknown.returncode) == ("", 0)
    assert "nothing" in unknown.stderr


def test_describe_reads_a_commit_or_the_files_on_disk(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit({"artifacts.yaml": "churn: {description: first}\n"})
    repo.commit({"artifacts.yaml": "churn: {description: second}\n"})
    repo.write("artifacts.yaml", "churn: {description: third}\n")
    for options, expected in (([], "second"), (["--rev", "HEAD~1"], "first"), (["--worktree"], "third")):
        answer = gtod("describe", "churn", "--description", *options, cwd=repo.path)
        assert answer.stdout == f"{expected}\n"


def test_at_shows_what_is_on_a_commit(gtod: Gtod, repo: RepositoryBuilder) -> None:
    first = repo.commit()
    repo.tag("churn@v1.0.0")
    repo.tag("churn#prod#1")
    repo.commit()
    assert gtod("at", first, "--plain", cwd=repo.path).stdout.splitlines()[1:] == [
        "churn       v1.0.0     -        yes       churn@v1.0.0",
        "churn       v1.0.0     prod     yes       churn#prod#1",
    ]
    assert gtod("at", cwd=repo.path).stdout == "Nothing found in the current workspace\n"
    value = json.loads(gtod("at", "HEAD~1", "--json", cwd=repo.path).stdout)
    assert list(value) == ["commit", "versions", "stages"]
    assert value["commit"] == first


def test_a_problem_is_on_stderr_and_the_rest_is_answered(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit({"artifacts.yaml": "- not\n- a mapping\n"})
    repo.tag("churn@v1.0.0")
    answer = gtod("show", "--json", cwd=repo.path)
    assert list(json.loads(answer.stdout)) == ["churn"]
    assert answer.returncode == 0
    assert "artifacts.yaml" in answer.stderr


def test_it_ends_with_1_where_the_thing_asked_for_is_the_broken_one(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit({"artifacts.yaml": "- no mapping\n"})
    repo.tag("churn@v1.0.0")
    repo.tag("churn#prod#1", repo.blob("no commit"), target_kind="blob")
    for line, code in {
        "show --json": 0,
        "check-ref churn@v1.0.0": 0,
        "check-ref churn#prod#1": 1,
        "check-ref churn#prod#2": 0,
        "describe churn": 1,
        "describe churn --type": 1,
    }.items():
        answer = gtod(*line.split(), cwd=repo.path)
        assert (line, answer.returncode) == (line, code)
        assert answer.stderr


def test_doctor_ends_with_1_on_an_error_and_prints_the_configuration_of_the_repository(
    gtod: Gtod, repo: RepositoryBuilder
) -> None:
    repo.commit()
    repo.write(".gto", "stages: [dev, prod]\n")
    repo.tag("churn@v1.0.0")
    well = gtod("doctor", cwd=repo.path)
    assert well.returncode == 0
    assert "stages=['dev', 'prod']" in well.stdout
    assert well.stdout.endswith("✅  No issues found\n")
    repo.write(".gto", "stages: {dev: 1}\n")
    ill = gtod("doctor", cwd=repo.path)
    assert ill.returncode == 1
    assert "❌  .gto:1: " in ill.stdout
    assert ill.stderr == ""
    findings = json.loads(gtod("doctor", "--json", cwd=repo.path).stdout)["findings"]
    assert "error" in {finding["severity"] for finding in findings}


def test_doctor_says_what_the_registry_rests_on(gtod: Gtod, repo: RepositoryBuilder, tmp_path: Path) -> None:
    for number in range(2):
        repo.commit({"n": f"{number}"})
    clone = tmp_path / "clone"
    repo.git("clone", "--quiet", "--depth=1", repo.path.as_uri(), str(clone))
    subprocess.run(["git", "remote", "add", "other", "https://ann:secret@example.com/r.git"], cwd=clone, check=True)
    git = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    lines = gtod("doctor", cwd=clone).stdout.splitlines()
    assert f"Git: {git}" in lines
    assert f"Remotes: origin ({repo.path.as_uri()}), pushed to by default; other (https://example.com/r.git)" in lines
    assert (
        "Shallow clone: yes, so tags and history may be missing; `git fetch --unshallow --tags` fetches them" in lines
    )
    running = gtod("status").stdout.split()
    pid = running[running.index("process") + 1].rstrip(",")
    assert f"Daemon: process {pid}, version {running[1]}" in lines
    assert any(line.startswith("Watcher: on demand. ") for line in lines)
    subprocess.run(["git", "fetch", "--quiet", "--unshallow", "--tags"], cwd=clone, check=True)
    answer = json.loads(gtod("doctor", "--json", cwd=clone).stdout)
    assert answer["is_shallow"] is False
    assert answer["daemon"]["pid"] == int(pid)


def test_doctor_has_the_version_where_there_is_no_repository(gtod: Gtod, tmp_path: Path) -> None:
    ended = gtod("doctor", cwd=tmp_path)
    assert (ended.returncode, ended.stdout.splitlines()[0]) == (1, f"🪴  gtod {__version__}")
    assert "No Git repo found" in ended.stderr
    as_json = gtod("doctor", "--json", cwd=tmp_path)
    assert (as_json.returncode, as_json.stdout) == (1, "")


def test_doctor_says_that_there_is_no_git(gtod: Gtod, repo: RepositoryBuilder, tmp_path: Path) -> None:
    repo.commit()
    lines = gtod("doctor", cwd=repo.path, daemon=False, env={"PATH": str(tmp_path)}).stdout.splitlines()
    assert "Git: not found, so nothing can be registered or assigned" in lines
    assert "Daemon: not used" in lines


def test_the_repository_is_found_from_anywhere_inside_and_by_git_s_variables(
    gtod: Gtod, registry: Path, tmp_path: Path
) -> None:
    whole = gtod("show", "--json", cwd=registry).stdout
    (tmp_path / "link").symlink_to(registry)
    file = next(path for path in registry.iterdir() if path.is_file())
    for option in (str(registry), str(file), str(registry / ".git"), "link"):
        for daemon in (True, False):
            assert gtod("show", "--json", "-r", option, cwd=tmp_path, daemon=daemon).stdout == whole
    assert gtod("show", "--json", cwd=tmp_path, env={"GIT_DIR": "link/.git"}).stdout == whole


def test_outside_a_repository_the_refusal_names_the_path(gtod: Gtod, tmp_path: Path) -> None:
    for daemon in (True, False):
        answer = gtod("show", cwd=tmp_path, daemon=daemon)
        assert answer.returncode == 1
        assert answer.stdout == ""
        assert answer.stderr.startswith("❌ ")
        assert str(tmp_path) in answer.stderr


@pytest.mark.parametrize(
    "line",
    [
        "show",
        "show churn",
        "show churn --vs -1",
        "show churn --av 1 --vs -1",
        "show --sort semver",
        "show --all-branches",
        "show --all-commits",
        "show -a",
        "history churn",
        "history -A",
        "check-ref -r . churn#prod#3",
        "show churn@greatest",
        "show churn@greatest --ref",
        "show churn#prod",
        "show churn#prod --ref",
        "describe churn",
        "show -v",
        "--help",
    ],
)
def test_the_reading_commands_of_the_older_docs_are_accepted(line: str, gtod: Gtod, registry: Path) -> None:
    answer = gtod(*line.split(), cwd=registry)
    assert answer.returncode == 0
    assert answer.stdout
    assert answer.stderr == ""


@pytest.mark.parametrize("daemon", [True, False])
def test_nothing_is_done_where_the_configuration_cannot_be_read(
    gtod: Gtod, repo: RepositoryBuilder, daemon: bool
) -> None:
    repo.commit()
    repo.tag("churn@v1.0.0")
    repo.write(".gto", "stages: [dev]\ntypes: model\n")
    for line in (
        "assign churn --version v1.0.0 --stage prdo",
        "assign churn --version v1.0.0 --stage prdo --dry-run",
        "register segment",
        "annotate churn --type model",
    ):
        answer = gtod(*line.split(), cwd=repo.path, daemon=daemon)
        assert (line, answer.returncode, answer.stdout) == (line, 1, "")
        assert ".gto:2:8: .gto is wrong: 'types' is text, where a list belongs" in answer.stderr
        assert "Mend it, or delete the line." in answer.stderr
    environment = {"GTO_STAGES": "dev"}
    answer = gtod("assign", "churn", "--version", "v1.0.0", "--stage", "prdo", cwd=repo.path, env=environment)
    assert (answer.returncode, "GTO_STAGES" in answer.stderr) == (1, True)
    assert repo.git("tag").split() == ["churn@v1.0.0"]
    assert gtod("show", "--json", cwd=repo.path, daemon=daemon).returncode == 0
