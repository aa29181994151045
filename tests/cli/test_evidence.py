"""`gtod metrics`, `params`, `compare`, `plot`, and versions chosen by a metric, in a repository with a dvc.yaml."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any
from xml.dom import minidom

import jsonschema
import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod
from tests.cli.test_terminal import on_terminal, without_style

SCHEMA = Path(__file__).with_name("recorded") / "vega-lite-5.23.0.schema.json.gz"
DVC = """\
metrics: [metrics.json, more.json]
params: [params.yaml]
artifacts: {churn: {path: model.pkl, type: model}}
"""


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Versions of `churn`, v1.1.0 being the best; of `later` only a prerelease; of `odd` only NaN. Nobody writes."""
    repo = RepositoryBuilder(tmp_path_factory.mktemp("models") / "repo")
    repo.commit({"dvc.yaml": DVC, **evidence(0.90, 0.40, 10, "sgd")})
    repo.tag("churn@v1.0.0")
    repo.tag("churn#prod#1")
    repo.commit({**evidence(0.93, 0.35, 20, "adam"), "model.pkl": "2"}, message="Train longer\n")
    repo.tag("churn@v1.1.0")
    repo.tag("churn#dev#2")
    repo.commit({**evidence("NaN", 0.30, 20, "adam")})
    repo.tag("churn@v1.2.0")
    repo.commit(evidence(0.99, 0.10, 20, "adam"))
    repo.tag("churn@v2.0.0-rc.1")
    repo.tag("later@v0.1.0-beta")
    repo.commit({**evidence("NaN", 0.1, 1, "sgd"), "metrics.json": '{"auc": NaN}', "more.json": "{}"})
    repo.tag("odd@v1.0.0")
    repo.checkout()
    return repo.path


def evidence(auc: float | str, loss: float, epochs: int, optimizer: str) -> dict[str, str]:
    return {
        "metrics.json": f'{{"auc": {auc}, "train": {{"loss": {loss}}}, "f1": 0.5}}',
        "more.json": '{"f1": 0.6}',
        "params.yaml": f"epochs: {epochs}\noptimizer: {optimizer}\nseed: 1\n",
    }


def asked(gtod: Gtod, where: Path, *words: str) -> Any:
    ended = gtod(*words, "--json", cwd=where, daemon=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def refused(gtod: Gtod, where: Path, *words: str, code: int = 1) -> str:
    ended = gtod(*words, cwd=where, daemon=False)
    assert (ended.returncode, ended.stdout) == (code, "")
    return ended.stderr


def test_metrics_of_all_versions_of_an_artifact(gtod: Gtod, models: Path) -> None:
    found = asked(gtod, models, "metrics", "churn")
    assert list(found) == ["keys", "versions", "problems"]
    assert found["keys"] == ["metrics.json:auc", "metrics.json:train.loss", "metrics.json:f1", "more.json:f1"]
    assert [each["version"] for each in found["versions"]] == ["v2.0.0-rc.1", "v1.2.0", "v1.1.0", "v1.0.0"]
    best = found["versions"][2]
    assert best["values"]["metrics.json:auc"] == 0.93
    assert best["stages"] == ["dev"]
    change = best["changes"]["metrics.json:auc"]
    assert (change["against"], change["from"], change["to"]) == ("v1.0.0", 0.9, 0.93)
    assert change["difference"] == pytest.approx(0.03)
    assert found["versions"][1]["values"]["metrics.json:auc"] is None
    assert found["versions"][1]["special"] == {"metrics.json:auc": "NaN"}
    assert found["problems"] == []


def test_metrics_of_the_latest_versions_and_of_all(gtod: Gtod, models: Path) -> None:
    latest = asked(gtod, models, "metrics")["versions"]
    assert [(each["artifact"], each["version"]) for each in latest] == [
        ("churn", "v2.0.0-rc.1"),
        ("later", "v0.1.0-beta"),
        ("odd", "v1.0.0"),
    ]
    assert len(asked(gtod, models, "metrics", "--all")["versions"]) == 6


def test_a_table_for_people(gtod: Gtod, models: Path) -> None:
    shown = gtod("metrics", "churn", "--keys", "auc,train.loss", "--plain", cwd=models, daemon=False).stdout
    assert [line.split() for line in shown.splitlines()] == [
        ["version", "stage", "auc", "train.loss"],
        ["v2.0.0-rc.1", "0.99", "(was", "NaN)", "0.1", "(-0.2)"],
        ["v1.2.0", "NaN", "(was", "0.93)", "0.3", "(-0.05)"],
        ["v1.1.0", "dev", "0.93", "(+0.03)", "0.35", "(-0.05)"],
        ["v1.0.0", "prod", "0.9", "0.4"],
    ]


@pytest.mark.parametrize("against", ["prod", "v1.0.0", "min:auc"])
def test_against_a_stage_or_a_version(against: str, gtod: Gtod, models: Path) -> None:
    found = asked(gtod, models, "metrics", "churn", "--against", against, "--keys", "auc")["versions"]
    against_what = {each["version"]: each["changes"].get("metrics.json:auc", {}).get("against") for each in found}
    assert against_what == {"v2.0.0-rc.1": "v1.0.0", "v1.2.0": "v1.0.0", "v1.1.0": "v1.0.0", "v1.0.0": None}


def test_one_version_by_its_shortcut(gtod: Gtod, models: Path) -> None:
    for name in ("churn#prod", "churn@v1.0.0", "churn@min:auc"):
        assert [each["version"] for each in asked(gtod, models, "params", name)["versions"]] == ["v1.0.0"]
    assert "--all" in refused(gtod, models, "metrics", "churn#prod", "--all", code=2)


def test_a_table_that_is_too_wide_is_turned(models: Path) -> None:
    shown = without_style(on_terminal("--no-daemon", "metrics", "churn", columns=84, cwd=models))
    assert max(map(len, shown.splitlines())) <= 84
    head, *rows = (line.strip("│").split("│") for line in shown.splitlines() if line.startswith("│"))
    assert [cell.strip() for cell in head] == ["version", "v2.0.0-rc.1", "v1.2.0", "v1.1.0", "v1.0.0"]
    assert [row[0].strip() for row in rows] == ["stage", "auc", "train.loss", "metrics.json:f1", "more.json:f1"]


def test_csv_and_markdown(gtod: Gtod, models: Path) -> None:
    text = gtod("params", "churn", "--csv", cwd=models, daemon=False).stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["version"], row["params.yaml:optimizer"]) for row in rows[2:]] == [
        ("v1.1.0", "adam"),
        ("v1.0.0", "sgd"),
    ]
    shown = gtod("params", "churn@v1.1.0", "--md", cwd=models, daemon=False).stdout.splitlines()
    assert shown == [
        "| version | stage | epochs | optimizer | seed |",
        "| --- | --- | ---: | --- | ---: |",
        "| v1.1.0 | dev | 20 (+10) | adam (was sgd) | 1 |",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("metrics", "churn", "--keys", "aucc"), "Did you mean 'auc'"),
        (("metrics", "churn", "--against", "staging"), "'churn' has no version 'staging'"),
        (("metrics", "nobody"), "Cannot find artifact 'nobody'"),
        (("show", "churn@max:f1"), "'f1' is in several files: 'metrics.json:f1', 'more.json:f1'"),
        (("show", "churn@max:nothing"), "No version has 'nothing'"),
        (("show", "churn@max"), "names no metric"),
        (("show", "later@max:auc"), "prereleases do not count"),
        (("show", "odd@max:auc"), "finite number"),
        (("show", "nobody@max:auc"), "Cannot find artifact 'nobody'"),
        (("assign", "churn", "--version", "max:f1", "--stage", "x", "--yes"), "is in several files"),
        (("assign", "later", "--version", "max:auc", "--stage", "x", "--yes"), "prereleases do not count"),
        (("compare", "churn@v1.0.0", "later@v0.1.0-beta"), "two artifacts"),
        (("compare", "churn@v1.0.0", "churn@v7.0.0"), "v7.0.0"),
        (("plot", "churn", "f1", "--vega", "no.json"), "metrics.json:f1, more.json:f1"),
        (("plot", "odd", "auc", "--vega", "no.json"), "No version of 'odd' has a number for 'auc'"),
    ],
)
def test_what_cannot_be_answered(words: tuple[str, ...], said: str, gtod: Gtod, models: Path) -> None:
    assert said in refused(gtod, models, *words)
    assert not (models / "no.json").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("metrics", "--keys", ","), "separated by commas"),
        (("metrics", "--json", "--csv"), "Only one output format allowed"),
        (("show", "--metrics", "auc"), "--metrics belongs to one artifact"),
        (("compare", "churn@v1.0.0"), "Give two versions"),
        (("plot", "churn", "auc"), "--svg FILE, or --vega FILE"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], said: str, gtod: Gtod, models: Path) -> None:
    assert said in refused(gtod, models, *words, code=2)


def test_nothing_to_show_is_said(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit({"m": "1"})
    repo.tag("m@v1.0.0")
    ended = gtod("metrics", "m", "--exit-code", cwd=repo.path, daemon=False)
    assert ended.returncode == 1
    assert "No version of 'm' has metrics" in ended.stderr


def test_columns_of_show(gtod: Gtod, models: Path) -> None:
    shown = gtod("show", "churn", "--metrics", "auc,train.loss", "--plain", cwd=models, daemon=False).stdout
    lines = [line.split() for line in shown.splitlines()]
    assert lines[0] == ["artifact", "version", "stage", "created_at", "ref", "auc", "train.loss"]
    assert [line[-2:] for line in lines[1:]] == [["0.99", "0.1"], ["-", "0.3"], ["0.93", "0.35"], ["0.9", "0.4"]]
    first, *_ = asked(gtod, models, "show", "churn", "--metrics", "auc")
    assert first["metrics"] == {"metrics.json:auc": 0.99}
    assert all("metrics" not in version for version in asked(gtod, models, "show", "churn"))


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("churn@max:auc", "v1.1.0"),
        ("churn@min:auc", "v1.0.0"),
        ("churn@max:metrics.json:auc", "v1.1.0"),
        ("churn@min:train.loss", "v1.2.0"),
        ("churn@max:more.json:f1", "v1.2.0"),  # a tie, and the greatest counts
    ],
)
@pytest.mark.parametrize("daemon", [False, True])
def test_a_metric_chooses_a_version(name: str, version: str, daemon: bool, gtod: Gtod, models: Path) -> None:
    ended = gtod("show", name, "--version", cwd=models, daemon=daemon)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{version}\n", "")


def test_describe_and_get_take_what_a_metric_chooses(gtod: Gtod, models: Path, tmp_path: Path) -> None:
    described = gtod("describe", "churn@max:auc", "--annotations", cwd=models, daemon=False)
    assert described.returncode == 2
    assert gtod("describe", "churn@max:auc", "--path", cwd=models, daemon=False).stdout == "model.pkl\n"
    out = tmp_path / "out.pkl"
    got = gtod("get", "churn@max:auc", "-o", str(out), cwd=models, daemon=False)
    assert got.returncode == 0, got.stderr
    assert got.stderr == "churn@max:auc is v1.1.0: 0.93 (metrics.json:auc); next is v1.0.0: 0.9\n"
    assert out.read_text() == "2"


def test_two_versions_on_one_page(gtod: Gtod, models: Path) -> None:
    shown = gtod("compare", "churn#prod", "churn@max:auc", cwd=models, daemon=False).stdout
    assert shown.startswith("churn: v1.0.0 → v1.1.0\n")
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if "│" in line]
    assert ["auc", "0.9", "0.93", "+0.03"] in rows
    assert ["optimizer", "sgd", "adam", "-"] in rows
    assert "The same in both: metrics.json:f1, more.json:f1" in shown
    assert "The same in both: seed" in shown
    assert "Ann Author: Train longer" in shown
    assert "  A model.pkl" in shown
    assert shown.index("Metrics") < shown.index("Params") < shown.index("Commits of") < shown.index("Files (")


def test_two_versions_as_json_and_as_markdown(gtod: Gtod, models: Path) -> None:
    found = asked(gtod, models, "compare", "churn", "v1.0.0", "latest")
    assert list(found) == ["from", "to", "metrics", "params", "annotation", "commits", "files"]
    assert (found["from"]["version"], found["to"]["version"]) == ("v1.0.0", "v2.0.0-rc.1")
    assert found["params"]["params.yaml:seed"] == {"from": 1, "to": 1, "difference": 0}
    assert found["params"]["params.yaml:optimizer"] == {"from": "sgd", "to": "adam", "difference": None}
    assert found["annotation"] == {}
    assert {each["path"] for each in found["files"]} == {"metrics.json", "params.yaml", "model.pkl"}
    page = gtod("compare", "churn@v1.0.0", "churn@v1.1.0", "--md", cwd=models, daemon=False).stdout
    assert "| auc | 0.9 | 0.93 | +0.03 |" in page.splitlines()
    assert "- A model.pkl" in page.splitlines()


def test_a_side_without_a_version_is_head(gtod: Gtod, models: Path) -> None:
    found = asked(gtod, models, "compare", "churn#prod", "churn")
    assert (found["from"]["version"], found["to"]["version"]) == ("v1.0.0", None)


# --- assigning what a metric chooses ---------------------------------------------------------------------------


@pytest.fixture
def own(repo: RepositoryBuilder) -> RepositoryBuilder:
    """Two versions with metrics, to do with as one likes."""
    repo.commit({"dvc.yaml": "metrics: [metrics.json]\n", "metrics.json": '{"auc": 0.9}'})
    repo.tag("churn@v1.0.0")
    repo.commit({"metrics.json": '{"auc": 0.8}'})
    repo.tag("churn@v1.1.0")
    repo.checkout()
    return repo


ASSIGN = ("assign", "churn", "--version", "max:auc", "--stage", "prod")
SAID = "churn@max:auc is v1.0.0: 0.9 (metrics.json:auc); next is v1.1.0: 0.8"


def test_a_plan_names_the_choice_and_the_runner_up(gtod: Gtod, own: RepositoryBuilder) -> None:
    planned = gtod(*ASSIGN, "--dry-run", cwd=own.path, daemon=False)
    assert planned.returncode == 0, planned.stderr
    assert SAID in planned.stdout.splitlines()
    (chosen,) = asked(gtod, own.path, *ASSIGN, "--dry-run")["plan"]["chosen"]
    assert chosen == {
        "artifact": "churn",
        "asked": "max:auc",
        "key": "metrics.json:auc",
        "version": "v1.0.0",
        "value": 0.9,
        "runner_up": "v1.1.0",
        "runner_up_value": 0.8,
    }


def test_without_a_terminal_it_takes_a_yes(gtod: Gtod, own: RepositoryBuilder) -> None:
    said = refused(gtod, own.path, *ASSIGN)
    assert SAID in said
    assert "--yes" in said
    assert "prod" not in own.git("tag")
    done = gtod(*ASSIGN, "--yes", cwd=own.path, daemon=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Created git tag 'churn#prod#1' that assigns stage to version 'v1.0.0'")
    assert SAID in done.stderr.splitlines()


@pytest.mark.parametrize("rules", ["from: [staging]", "who: [nobody@example.com]"])
def test_the_rules_apply_to_what_a_metric_chooses(rules: str, gtod: Gtod, own: RepositoryBuilder) -> None:
    own.commit({".gtod.yaml": f"version: 1\nrules:\n  stages:\n    prod: {{{rules}}}\n"})
    assert "prod" in refused(gtod, own.path, *ASSIGN, "--yes")
    assert "prod" not in own.git("tag")


def test_one_act_of_several_sees_what_those_before_it_do(gtod: Gtod, own: RepositoryBuilder) -> None:
    actions = json.dumps(
        [
            {"method": "deregister", "params": {"name": "churn", "version": "v1.0.0"}},
            {"method": "assign", "params": {"name": "churn", "version": "max:auc", "stage": "prod"}},
        ]
    )
    assert "--yes" in gtod("apply", "-", cwd=own.path, daemon=False, stdin=actions).stderr
    done = gtod("apply", "-", "--yes", cwd=own.path, daemon=False, stdin=actions)
    assert done.returncode == 0, done.stderr
    assert "that assigns stage to version 'v1.1.0'" in done.stdout


def test_what_was_planned_is_done_or_refused(gtod: Gtod, own: RepositoryBuilder) -> None:
    params = {"name": "churn", "version": "max:auc", "stage": "prod"}
    clock = asked(gtod, own.path, *ASSIGN, "--dry-run")["clock"]
    own.commit({"metrics.json": '{"auc": 0.99}'})
    own.tag("churn@v1.2.0")
    call = json.dumps({**params, "expect_clock": clock})
    assert "changed since" in gtod("call", "gto/assign", call, cwd=own.path, daemon=False).stderr
    clock = asked(gtod, own.path, *ASSIGN, "--dry-run")["clock"]
    call = json.dumps({**params, "expect_clock": clock})
    done = gtod("call", "gto/assign", call, cwd=own.path, daemon=False)
    assert json.loads(done.stdout)["chosen"][0]["version"] == "v1.2.0"


# --- pictures --------------------------------------------------------------------------------------------------


def test_a_specification_that_its_standard_accepts(gtod: Gtod, models: Path, tmp_path: Path) -> None:
    out = tmp_path / "auc.vl.json"
    ended = gtod("plot", "churn", "auc", "--vega", str(out), cwd=models, daemon=False)
    assert (ended.returncode, ended.stdout) == (0, f"{out}\n")
    assert "1 of 4 versions have no number for 'auc', and are left out" in ended.stderr
    spec = json.loads(out.read_text("utf-8"))
    with gzip.open(SCHEMA) as schema:
        jsonschema.Draft7Validator(json.load(schema)).validate(spec)
    assert [(each["version"], each["value"], each["stages"]) for each in spec["data"]["values"]] == [
        ("v1.0.0", 0.9, "prod"),
        ("v1.1.0", 0.93, "dev"),
        ("v2.0.0-rc.1", 0.99, ""),
    ]


def test_a_picture(gtod: Gtod, models: Path, tmp_path: Path) -> None:
    out = tmp_path / "auc.svg"
    assert gtod("plot", "churn", "auc", "--svg", str(out), cwd=models, daemon=False).returncode == 0
    texts = [node.firstChild.data for node in minidom.parse(str(out)).getElementsByTagName("text")]
    assert {"v1.0.0", "v1.1.0", "v2.0.0-rc.1", "prod", "dev", "churn: auc"} <= set(texts)
    assert list(tmp_path.iterdir()) == [out]


def test_a_picture_without_the_library_that_draws(gtod: Gtod, models: Path, tmp_path: Path) -> None:
    (tmp_path / "vl_convert.py").write_text("raise ImportError\n")
    path = {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"}
    both = ("plot", "churn", "auc", "--svg", str(tmp_path / "a.svg"), "--vega", str(tmp_path / "a.json"))
    ended = gtod(*both, cwd=models, daemon=False, env=path)
    assert ended.returncode == 1
    assert "pip install vl-convert-python" in ended.stderr
    assert not [*tmp_path.glob("a.*")]


def test_a_plot_takes_the_place_of_a_plot_and_of_nothing_else(gtod: Gtod, models: Path, tmp_path: Path) -> None:
    out = tmp_path / "auc.json"
    write = ("plot", "churn", "auc", "--vega", str(out))
    for _ in range(2):
        assert gtod(*write, cwd=models, daemon=False).returncode == 0
    out.write_text("mine")
    assert "--force" in refused(gtod, models, *write)
    assert "no commit has it" in refused(gtod, models, *write, "--force")
    assert out.read_text() == "mine"
    assert "--vega" in refused(gtod, models, "plot", "churn", "auc", "--vega", str(tmp_path))
