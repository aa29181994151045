"""`gtod metrics`, `params` and `compare`, and versions chosen by a metric, in a repository with a dvc.yaml."""

import csv
import io
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod, asked, refused
from tests.cli.test_terminal import on_terminal, without_style


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
        (("metrics", "churn", "--against", "staging"), "'churn' has neither a stage nor a version 'staging'"),
        (("metrics", "nobody"), "Cannot find artifact 'nobody'"),
        (("show", "churn@max:f1"), "'f1' is in several files: 'metrics.json:f1', 'more.json:f1'"),
        (("show", "churn@max:nothing"), "No version has 'nothing'"),
        (("show", "churn@max"), "names no metric"),
        (("show", "churn@best:auc"), "'best' is neither 'max' nor 'min'"),
        (("describe", "churn@latest:auc"), "'latest' is neither 'max' nor 'min'"),
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


def test_a_file_that_cannot_be_read_hides_nothing_else(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit({"dvc.yaml": "metrics: [m.json]\n", "m.json": '{"auc": 0.9}'})
    repo.tag("m@v1.0.0")
    repo.commit({"m.json": "{broken"})
    repo.tag("m@v1.1.0")
    ended = gtod("metrics", "m", "--plain", cwd=repo.path, daemon=False)
    assert ended.returncode == 0
    assert ended.stdout.splitlines()[2].split() == ["v1.0.0", "0.9"]
    assert ended.stderr.count("m.json") == 1
    chosen = gtod("show", "m@max:auc", "--version", cwd=repo.path, daemon=False)
    assert (chosen.returncode, chosen.stdout) == (0, "v1.0.0\n")
    assert "m.json cannot be read" in chosen.stderr
    (planned,) = asked(gtod, repo.path, "assign", "m", "--version", "max:auc", "--stage", "s", "--dry-run")["plan"][
        "warnings"
    ]
    assert planned["code"] == "unread-metrics"


def test_columns_of_show(gtod: Gtod, models: Path) -> None:
    shown = gtod("show", "churn", "--metrics", "auc,train.loss", "--plain", cwd=models, daemon=False).stdout
    lines = [line.split() for line in shown.splitlines()]
    assert lines[0] == ["artifact", "version", "stage", "created_at", "ref", "auc", "train.loss"]
    assert [line[-2:] for line in lines[1:]] == [["0.99", "0.1"], ["NaN", "0.3"], ["0.93", "0.35"], ["0.9", "0.4"]]
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
    shown = gtod("compare", "churn#prod", "@max:auc", cwd=models, daemon=False).stdout
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
    assert found == asked(gtod, models, "compare", "churn", "#prod", "HEAD")
    assert (found["from"]["version"], found["to"]["version"]) == ("v1.0.0", None)


def test_a_number_that_json_does_not_have_is_none_that_is_missing(gtod: Gtod, repo: RepositoryBuilder) -> None:
    definition = "metrics: [m.json]\n"
    for number, text in enumerate(["{}", '{"loss": NaN}', '{"loss": NaN}', '{"loss": -Infinity}', '{"loss": 1}'], 1):
        repo.commit({"dvc.yaml": definition, "m.json": text})
        repo.tag(f"churn@v{number}.0.0")
    shown = gtod("metrics", "churn", "--plain", cwd=repo.path, daemon=False).stdout
    assert [" ".join(line.split()) for line in shown.splitlines()[1:]] == [
        "v5.0.0 1 (was -Infinity)",
        "v4.0.0 -Infinity (was NaN)",
        "v3.0.0 NaN",
        "v2.0.0 NaN (new)",
        "v1.0.0 -",
    ]
    shown = gtod("metrics", "churn@v5.0.0", "--plain", cwd=repo.path, daemon=False).stdout
    assert "1 (was -Infinity)" in shown
    pages = {
        right: gtod("compare", "churn", left, right, "--md", cwd=repo.path, daemon=False).stdout
        for left, right in [("v1.0.0", "v2.0.0"), ("v2.0.0", "v3.0.0"), ("v3.0.0", "v4.0.0"), ("v4.0.0", "v5.0.0")]
    }
    assert "| loss | - | NaN | - |" in pages["v2.0.0"]
    assert "The same in both: loss" in pages["v3.0.0"]
    assert "| loss | NaN | -Infinity | - |" in pages["v4.0.0"]
    assert "| loss | -Infinity | 1 | - |" in pages["v5.0.0"]
    found = asked(gtod, repo.path, "compare", "churn", "v3.0.0", "v4.0.0")["metrics"]["m.json:loss"]
    assert found == {"from": None, "to": None, "difference": None, "special": {"from": "NaN", "to": "-Infinity"}}
    shown = gtod("show", "churn", "--metrics", "loss", "--plain", cwd=repo.path, daemon=False).stdout
    assert [line.split()[-1] for line in shown.splitlines()[1:]] == ["1", "-Infinity", "NaN", "NaN", "-"]
    versions = asked(gtod, repo.path, "show", "churn", "--metrics", "loss")
    assert [each.get("special") for each in versions][:3] == [
        None,
        {"m.json:loss": "-Infinity"},
        {"m.json:loss": "NaN"},
    ]


def test_what_only_the_other_version_has_is_named_and_may_be_asked_for(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit({"dvc.yaml": "metrics: [a.json, b.json]\n", "a.json": '{"f1": 1, "auc": 2}', "b.json": '{"f1": 3}'})
    repo.tag("churn@v1.0.0")
    repo.commit({"a.json": '{"f1": '})
    repo.tag("churn@v2.0.0")
    repo.commit({"a.json": '{"auc": 2}', "b.json": "{}"})
    repo.tag("churn@v3.0.0")
    shown = gtod("metrics", "churn@v2.0.0", "--plain", cwd=repo.path, daemon=False)
    assert shown.stdout.split("\n")[0].split() == ["version", "stage", "b.json:f1", "a.json:f1", "auc"]
    assert "(Mend the file for the next version; this one is shown without its values)" in shown.stderr
    shown = gtod("metrics", "churn@v2.0.0", "--keys", "auc", "--plain", cwd=repo.path, daemon=False)
    assert [" ".join(line.split()) for line in shown.stdout.splitlines()] == ["version stage auc", "v2.0.0 - (was 2)"]
    # The newest version lacks some: the order is still the one that was asked for.
    shown = gtod("show", "churn", "--metrics", "a.json:f1,f1,auc", "--plain", cwd=repo.path, daemon=False).stdout
    assert shown.split("\n")[0].split()[-3:] == ["a.json:f1", "b.json:f1", "auc"]


def test_the_second_side_may_be_a_version_alone_but_no_stage_without_its_sign(
    gtod: Gtod, models: Path, repo: RepositoryBuilder
) -> None:
    found = asked(gtod, models, "compare", "churn#prod", "v1.1.0")
    assert found == asked(gtod, models, "compare", "churn#prod", "@v1.1.0")
    stage = gtod("compare", "churn", "v1.0.0", "dev", cwd=models, daemon=False)
    assert stage.returncode == 1
    assert "Ref 'dev' was not found" in stage.stderr
    assert "For the stage write '#dev'." in stage.stderr
    empty = gtod("compare", "churn#staging", "@latest", cwd=models, daemon=False)
    assert "Nothing of 'churn' is in 'staging'" in empty.stderr
    assert "Its stages are dev, prod. See:" in empty.stderr
    repo.tag("fraud@v1.0.0", repo.commit({"m": "1"}))
    repo.tag("fraud#dev#1")
    empty = gtod("metrics", "fraud", "--against", "prod", cwd=repo.path, daemon=False)
    assert "Its only stage is dev. See:" in empty.stderr


def test_a_name_takes_no_version_where_that_has_an_option(gtod: Gtod, models: Path) -> None:
    act = gtod("assign", "churn@v1.0.0", "--stage", "prod", cwd=models, daemon=False)
    assert "Give the name alone; a version or a stage is given beside it." in act.stderr
    beside = [asked(gtod, models, "metrics", "churn", "--against", text) for text in ("v1.0.0", "@v1.0.0")]
    assert beside[0] == beside[1]
