"""`gto/metrics`, `gto/params`, and metrics in `gto/show` and `gto/compare`, from real commits."""

import json
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer

DVC_YAML = "metrics:\n  - metrics.json\n"


def _metrics(**values: Any) -> dict[str, str]:
    return {"metrics.json": json.dumps(values)}


@pytest.fixture
def measured(repo: RepositoryBuilder) -> RepositoryBuilder:
    """Three versions of `churn`; the second one is in prod, the last one has a metric more."""
    found = []
    for number, values in enumerate(
        [{"auc": 0.9, "loss": 0.5}, {"auc": 0.91, "loss": 0.5}, {"auc": 0.93, "loss": 0.4, "train": {"f1": 1}}]
    ):
        files = {"dvc.yaml": DVC_YAML, "params.yaml": f"lr: 0.{number}\nlayers: [1, {number}]\n", **_metrics(**values)}
        found.append(repo.commit(files, at=1_700_000_000 + number * 1000))
        repo.tag(f"churn@v{number + 1}.0.0", found[-1], at=1_700_000_100 + number * 1000)
    repo.tag("churn#prod#1", found[1], at=1_700_009_000)
    repo.checkout()
    return repo


async def ask(peer: Peer, repo: RepositoryBuilder, method: str, **params: Any) -> Any:
    return await peer.call(method, {"repo": str(repo.path.resolve()), **params})


async def test_metrics_come_with_their_versions_and_the_version_before(peer: Peer, measured: RepositoryBuilder) -> None:
    found = await ask(peer, measured, "gto/metrics", name="churn")
    assert found["keys"] == ["metrics.json:auc", "metrics.json:loss", "metrics.json:train.f1"]
    assert found["short"] == dict(zip(found["keys"], ["auc", "loss", "train.f1"], strict=True))
    assert (found["headline"], found["total"], found["problems"]) == (["metrics.json:auc"], 3, [])
    latest, middle, first = found["versions"]
    assert [row["version"] for row in found["versions"]] == ["v3.0.0", "v2.0.0", "v1.0.0"]
    assert (middle["stages"], latest["stages"]) == (["prod"], [])
    assert latest["values"] == {"metrics.json:auc": 0.93, "metrics.json:loss": 0.4, "metrics.json:train.f1": 1}
    assert latest["changes"]["metrics.json:train.f1"] == {
        "against": "v2.0.0",
        "from": None,
        "to": 1,
        "difference": None,
    }
    assert middle["changes"] == {
        "metrics.json:auc": {"against": "v1.0.0", "from": 0.9, "to": 0.91, "difference": 0.91 - 0.9}
    }
    assert first["changes"] == {}


async def test_metrics_are_compared_with_what_a_stage_holds(peer: Peer, measured: RepositoryBuilder) -> None:
    found = await ask(peer, measured, "gto/metrics", name="churn", against="prod", keys=["auc"])
    latest, holder, first = found["versions"]
    assert latest["changes"]["metrics.json:auc"]["against"] == "v2.0.0"
    assert holder["changes"] == {}
    assert first["changes"]["metrics.json:auc"]["difference"] == 0.9 - 0.91
    assert list(latest["values"]) == found["keys"] == ["metrics.json:auc"]


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({"name": "chrun"}, "ArtifactNotFound"),
        ({"name": "churn", "versions": ["v9.9.9"]}, "VersionRequired"),
        ({"name": "churn", "versions": ["#nowhere"]}, "VersionRequired"),
        ({"name": "churn", "against": "nowhere"}, "VersionRequired"),
        ({"name": "churn", "keys": ["acu"]}, "NoSuchKey"),
    ],
)
async def test_what_is_not_there_is_refused(
    peer: Peer, measured: RepositoryBuilder, params: dict[str, Any], kind: str
) -> None:
    with pytest.raises(CallFailedError) as refused:
        await ask(peer, measured, "gto/metrics", **params)
    assert refused.value.data["kind"] == kind


async def test_pages_and_chosen_versions_are_compared_as_all_are(peer: Peer, measured: RepositoryBuilder) -> None:
    every = (await ask(peer, measured, "gto/metrics", name="churn"))["versions"]
    page = await ask(peer, measured, "gto/metrics", name="churn", limit=2)
    rest = await ask(peer, measured, "gto/metrics", name="churn", limit=2, cursor=page["next_cursor"])
    assert (page["total"], rest["total"], page["versions"] + rest["versions"]) == (3, 3, every)
    chosen = await ask(peer, measured, "gto/metrics", name="churn", versions=["#prod", "latest"])
    assert chosen["versions"] == every[:2]


async def test_all_artifacts_are_shown_at_once(peer: Peer, measured: RepositoryBuilder) -> None:
    measured.tag("segment@v1.0.0", at=1_700_010_000)
    found = await ask(peer, measured, "gto/metrics", versions=["latest"])
    assert [(row["artifact"], row["version"]) for row in found["versions"]] == [
        ("churn", "v3.0.0"),
        ("segment", "v1.0.0"),
    ]


async def test_params_are_those_of_dvc_and_of_params_yaml(peer: Peer, measured: RepositoryBuilder) -> None:
    found = await ask(peer, measured, "gto/params", name="churn", versions=["latest"])
    assert found["versions"][0]["values"] == {"params.yaml:lr": 0.2, "params.yaml:layers": [1, 2]}


async def test_a_new_version_has_its_numbers_with_its_tag(peer: Peer, measured: RepositoryBuilder) -> None:
    await ask(peer, measured, "gto/metrics", name="churn")
    measured.commit(_metrics(auc=0.99), at=1_700_020_000)
    measured.tag("churn@v4.0.0", at=1_700_020_100)
    found = await ask(peer, measured, "gto/metrics", name="churn")
    assert (found["versions"][0]["version"], found["versions"][0]["values"]) == ("v4.0.0", {"metrics.json:auc": 0.99})


async def test_the_past_has_its_own_versions_and_holders(peer: Peer, measured: RepositoryBuilder) -> None:
    found = await ask(peer, measured, "gto/metrics", name="churn", as_of=1_700_001_500)
    assert [row["version"] for row in found["versions"]] == ["v2.0.0", "v1.0.0"]
    assert found["versions"][0]["stages"] == []
    assert "note" in found


async def test_show_adds_metrics_where_they_are_asked_for(peer: Peer, measured: RepositoryBuilder) -> None:
    plain = await ask(peer, measured, "gto/show", name="churn")
    found = await ask(peer, measured, "gto/show", name="churn", metrics=["auc"])
    assert [row.pop("metrics") for row in found["versions"]] == [
        {"metrics.json:auc": 0.93},
        {"metrics.json:auc": 0.91},
        {"metrics.json:auc": 0.9},
    ]
    assert found == plain
    with pytest.raises(CallFailedError) as refused:
        await ask(peer, measured, "gto/show", metrics=[])
    assert refused.value.data["kind"] == "WrongArgs"


async def test_a_comparison_has_metrics_params_and_files(peer: Peer, measured: RepositoryBuilder) -> None:
    measured.commit({**_metrics(auc=0.95), "data/new.csv": "x\n"}, at=1_700_020_000)
    found = await ask(
        peer, measured, "gto/compare", name="churn", left="#prod", right="HEAD", metrics=True, params=True
    )
    assert found["metrics"]["metrics.json:auc"] == {"from": 0.91, "to": 0.95, "difference": 0.95 - 0.91}
    assert found["metrics"]["metrics.json:loss"] == {"from": 0.5, "to": None, "difference": None}
    assert found["params"]["params.yaml:layers"]["from"] == "[1, 1]"
    assert found["files"] == [
        {"path": "data/new.csv", "status": "added"},
        {"path": "metrics.json", "status": "modified"},
        {"path": "params.yaml", "status": "modified"},
    ]
    plain = await ask(peer, measured, "gto/compare", name="churn", left="#prod", right="HEAD")
    assert "metrics" not in plain
    assert "params" not in plain


@pytest.mark.parametrize(
    ("files", "code", "words"),
    [
        ({"metrics.json": "{"}, "wrong-evidence", "metrics.json"),
        ({"metrics.json": "[" * 100_000}, "wrong-evidence", "metrics.json"),
        ({"metrics.json": " " * (10 << 20)}, "wrong-evidence", "bytes"),
        ({"metrics.json": None}, "no-file", "metrics.json is not there"),
        ({"metrics.json": None, "metrics.json.dvc": "outs: [{path: metrics.json}]"}, "not-in-git", "not in Git"),
    ],
)
async def test_a_file_that_cannot_be_read_is_a_problem_and_the_others_stand(
    peer: Peer, repo: RepositoryBuilder, files: dict[str, str | None], code: str, words: str
) -> None:
    definition = "metrics:\n  - metrics.json\n  - other.json\n"
    given = {name: content for name, content in files.items() if content is not None}
    repo.commit({"dvc.yaml": definition, "other.json": '{"f1": 0.5}', **given})
    repo.tag("churn@v1.0.0")
    found = await ask(peer, repo, "gto/metrics", name="churn")
    assert found["versions"][0]["values"] == {"other.json:f1": 0.5}
    (problem,) = found["problems"]
    assert (problem["code"], problem["path"], problem["commit"]) == (code, "metrics.json", repo.head)
    assert words in problem["message"]


async def test_a_path_that_leaves_the_repository_is_a_problem(peer: Peer, repo: RepositoryBuilder) -> None:
    repo.commit({"dvc.yaml": "metrics:\n  - ../secret.json\n  - /etc/passwd\n  - other.json\n", "other.json": "1"})
    repo.tag("churn@v1.0.0")
    found = await ask(peer, repo, "gto/metrics", name="churn")
    assert found["versions"][0]["values"] == {"other.json": 1}
    assert len(found["problems"]) == 2
    assert {problem["path"] for problem in found["problems"]} == {"dvc.yaml"}


async def test_links_and_folders(peer: Peer, repo: RepositoryBuilder) -> None:
    repo.commit({"dvc.yaml": "metrics: [all, link.json]\n", "all/a.json": '{"x": 1}', "all/b/c.yaml": "y: 2\n"})
    (repo.path / "link.json").symlink_to("all/a.json")
    repo.checkout()
    repo.git("add", "link.json")
    repo.git("commit", "-qm", "A link")
    repo.tag("churn@v1.0.0")
    found = await ask(peer, repo, "gto/metrics", name="churn")
    assert found["versions"][0]["values"] == {"all/a.json:x": 1, "all/b/c.yaml:y": 2}
    (problem,) = found["problems"]
    assert "is a link" in problem["message"]


async def test_numbers_that_json_lacks_are_named(peer: Peer, repo: RepositoryBuilder) -> None:
    repo.commit(
        {"dvc.yaml": DVC_YAML, "metrics.json": '{"a": NaN, "b": 1e400, "c": -Infinity, "d": "text", "e": true}'}
    )
    repo.tag("churn@v1.0.0")
    (row,) = (await ask(peer, repo, "gto/metrics", name="churn"))["versions"]
    assert list(row["values"].values()) == [None, None, None, "text", True]
    assert row["special"] == {
        "metrics.json:a": "NaN",
        "metrics.json:b": "Infinity",
        "metrics.json:c": "-Infinity",
    }


async def test_an_artifact_of_a_folder_has_what_is_there_else_all(peer: Peer, repo: RepositoryBuilder) -> None:
    folder = {"a/dvc.yaml": "metrics: [m.json]\n", "a/m.json": '{"x": 1}', "a/params.yaml": "p: 1\n"}
    repo.commit({**folder, "dvc.yaml": "metrics: [m.json]\n", "m.json": '{"x": 2}', "b/dvc.yaml": "stages: {}\n"})
    for name in ("a=one@v1.0.0", "b=two@v1.0.0", "three@v1.0.0"):
        repo.tag(name)
    values = {
        name: (await ask(peer, repo, "gto/metrics", name=name))["versions"][0]["values"]
        for name in ("a:one", "b:two", "three")
    }
    assert values == {
        "a:one": {"a/m.json:x": 1},
        "b:two": {"m.json:x": 2, "a/m.json:x": 1},
        "three": {"m.json:x": 2, "a/m.json:x": 1},
    }
    (row,) = (await ask(peer, repo, "gto/params", name="a:one"))["versions"]
    assert row["values"] == {"a/params.yaml:p": 1}


async def test_the_files_of_dvclive_need_no_dvc_yaml(peer: Peer, repo: RepositoryBuilder) -> None:
    repo.commit({"dvclive/metrics.json": '{"acc": 1}', "dvclive/params.yaml": "lr: 1\n"})
    repo.tag("churn@v1.0.0")
    (row,) = (await ask(peer, repo, "gto/metrics", name="churn"))["versions"]
    assert row["values"] == {"dvclive/metrics.json:acc": 1}
    (row,) = (await ask(peer, repo, "gto/params", name="churn"))["versions"]
    assert row["values"] == {"dvclive/params.yaml:lr": 1}


async def test_gtod_yaml_says_where_numbers_are_without_dvc(peer: Peer, repo: RepositoryBuilder) -> None:
    first = repo.commit({"metrics/churn.json": '{"loss": 1, "auc": 0.5}', "metrics/other.json": "{}"})
    repo.tag("churn@v1.0.0", first)
    section = "version: 1\nevidence:\n  churn: {metrics: [metrics/churn*.json], headline: [auc]}\n"
    second = repo.commit({".gtod.yaml": section, "metrics/churn.json": '{"loss": 0, "auc": 0.6}'})
    repo.tag("churn@v2.0.0", second)
    found = await ask(peer, repo, "gto/metrics", name="churn")
    assert found["headline"] == ["metrics/churn.json:auc"]
    # HEAD's says it for commits that came before it.
    assert [row["values"]["metrics/churn.json:auc"] for row in found["versions"]] == [0.6, 0.5]
    assert found["problems"] == []


async def test_what_is_wrong_in_gtod_yaml_is_told_once_and_the_rest_counts(peer: Peer, repo: RepositoryBuilder) -> None:
    section = "version: 1\nevidence:\n  churn: {metrics: [m.json], plot: [x]}\n"
    for number in (1, 2):
        commit = repo.commit({".gtod.yaml": section, "m.json": f'{{"auc": 0.{number}}}'})
        repo.tag(f"churn@v{number}.0.0", commit)
    found = await ask(peer, repo, "gto/metrics", name="churn")
    assert [row["values"]["m.json:auc"] for row in found["versions"]] == [0.2, 0.1]
    assert [(each["code"], each["path"], each["hint"]) for each in found["problems"]] == [
        ("wrong-evidence", ".gtod.yaml", "Did you mean 'plots'? The keys are metrics, params, plots, headline.")
    ]


ROC = "fpr,tpr\n0,0.5\n1,1\n"


async def test_plots_have_the_points_of_each_version(peer: Peer, repo: RepositoryBuilder) -> None:
    definition = "plots:\n  - roc.csv: {x: fpr, y: tpr, title: ROC}\n  - loss.json\n"
    repo.commit({"dvc.yaml": definition, "roc.csv": ROC, "loss.json": '[{"loss": 1}, {"loss": NaN}]'})
    repo.tag("churn@v1.0.0")
    repo.commit({"roc.csv": ROC + "2,2\n"})
    repo.tag("churn@v2.0.0")
    found = await ask(peer, repo, "gto/plots", name="churn", versions=["latest", "v1.0.0"])
    roc, loss = found["plots"]
    assert (roc["id"], roc["title"], roc["x"], roc["y"], roc["template"]) == ("roc.csv", "ROC", "fpr", "tpr", "linear")
    assert [(each["version"], len(each["points"])) for each in roc["data"]] == [("v2.0.0", 3), ("v1.0.0", 2)]
    assert roc["data"][1]["points"][0] == {"fpr": "0", "tpr": "0.5", "filename": "roc.csv", "field": "tpr"}
    assert [point["loss"] for point in loss["data"][0]["points"]] == [1, None]
    assert (loss["x"], loss["y"], found["problems"]) == ("step", "loss", [])
    only = await ask(peer, repo, "gto/plots", name="churn", plots=["loss.json"])
    assert [plot["id"] for plot in only["plots"]] == ["loss.json"]
    assert [each["version"] for each in only["plots"][0]["data"]] == ["v2.0.0"]


async def test_pictures_and_plots_of_dvclive_are_found_without_a_dvc_yaml(peer: Peer, repo: RepositoryBuilder) -> None:
    repo.commit({"dvclive/plots/metrics/acc.tsv": "step\tacc\n0\t0.1\n", "dvclive/plots/images/a.png": b"PNG"})
    repo.tag("churn@v1.0.0")
    accuracy, picture = (await ask(peer, repo, "gto/plots", name="churn", images=True))["plots"]
    assert (accuracy["x"], accuracy["y"]) == ("step", "acc")
    assert picture["template"] == "image"
    image = picture["data"][0]["image"]
    assert (image["path"], image["media_type"], image["data"]) == ("dvclive/plots/images/a.png", "image/png", "UE5H")
    assert "data" not in (await ask(peer, repo, "gto/plots", name="churn"))["plots"][1]["data"][0]["image"]


async def test_a_plot_without_points_is_a_problem_and_the_others_stand(peer: Peer, repo: RepositoryBuilder) -> None:
    repo.commit({"dvc.yaml": "plots: [bad.json, roc.csv, gone.csv]\n", "bad.json": "{", "roc.csv": ROC})
    repo.tag("churn@v1.0.0")
    found = await ask(peer, repo, "gto/plots", name="churn")
    assert [plot["id"] for plot in found["plots"]] == ["roc.csv"]
    assert {(problem["path"], problem["code"]) for problem in found["problems"]} == {
        ("bad.json", "wrong-evidence"),
        ("gone.csv", "no-file"),
    }


async def test_files_dvc_yaml_may_use_variables_of_the_same_file(peer: Peer, repo: RepositoryBuilder) -> None:
    stage = "vars: [../v.yaml]\nstages: {{s: {{cmd: 'run ${{{key}}}', outs: [{key}.pkl]}}}}\n"
    folders = {f"{name}/dvc.yaml": stage.format(key=key) for name, key in (("a", "size.x"), ("b", "lr"))}
    repo.commit({**folders, "v.yaml": "size: {x: 1}\nlr: 0.5\nunused: 1\n"})
    repo.tag("churn@v1.0.0")
    (row,) = (await ask(peer, repo, "gto/params", name="churn"))["versions"]
    assert row["values"] == {"v.yaml:size.x": 1, "v.yaml:lr": 0.5}


async def test_files_dvc_yaml_may_each_have_a_plot_of_several_files(peer: Peer, repo: RepositoryBuilder) -> None:
    plots = "plots:\n  - ROC {name}: {{x: fpr, y: {{train.csv: tpr, test.csv: tpr}}}}\n"
    files = {f"{name}/{file}": ROC for name in "ab" for file in ("train.csv", "test.csv")}
    repo.commit({**files, **{f"{name}/dvc.yaml": plots.format(name=name) for name in "ab"}})
    repo.tag("churn@v1.0.0")
    found = await ask(peer, repo, "gto/plots", name="churn")
    assert [(plot["id"], len(plot["data"][0]["points"])) for plot in found["plots"]] == [("ROC a", 4), ("ROC b", 4)]
    assert (await ask(peer, repo, "gto/metrics", name="churn"))["problems"] == []


async def test_dvclive_s_plots_that_any_dvc_yaml_names_are_not_drawn_twice(peer: Peer, repo: RepositoryBuilder) -> None:
    definition = "plots: [../dvclive/plots/metrics: {x: step}]\n"
    repo.commit({"conf/dvc.yaml": definition, "dvclive/plots/metrics/acc.tsv": "step\tacc\n0\t0.1\n"})
    repo.tag("churn@v1.0.0")
    found = await ask(peer, repo, "gto/plots", name="churn")
    assert [plot["id"] for plot in found["plots"]] == ["dvclive/plots/metrics/acc.tsv"]


async def test_a_metric_chooses_among_the_numbers_of_the_folder_in_any_spelling_of_the_name(
    peer: Peer, repo: RepositoryBuilder
) -> None:
    other = {"dvc.yaml": "metrics: [m.json]\n", "m.json": '{"auc": 0.5}'}
    for number, auc in enumerate([0.9, 0.1], 1):
        repo.commit({**other, "a/dvc.yaml": "metrics: [m.json]\n", "a/m.json": json.dumps({"auc": auc})})
        repo.tag(f"a=one@v{number}.0.0")
    for name in ("a:one", "a/dvc.yaml:one"):
        found = await ask(peer, repo, "gto/metrics", name=name, versions=["max:auc"])
        assert [row["version"] for row in found["versions"]] == ["v1.0.0"], name
