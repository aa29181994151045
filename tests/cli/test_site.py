"""`gtod site`: whole sites of real registries."""

import re
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod
from tests.registries import NAMES, build_registry


def files(place: Path) -> set[str]:
    return {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}


def text(page: Path) -> str:
    return " ".join(re.sub(r"(?s)<script.*?</script>|<[^>]*>", " ", page.read_text("utf-8")).split())


@pytest.mark.parametrize("daemon", [True, False])
def test_a_registry_becomes_pages(daemon: bool, gtod: Gtod, registry: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    answer = gtod("site", "-o", str(out), "--title", "Our models", cwd=registry, daemon=daemon)
    assert answer.returncode == 0, answer.stderr
    assert f"to '{out}'" in answer.stdout
    pages = {path for path in files(out) if path.startswith("artifacts/")}
    assert {"artifacts/churn.html", "artifacts/segment.html", "artifacts/cv-class.html"} <= pages
    assert text(out / "index.html").startswith("Our models Skip to the content Our models")
    assert "v3.1.0" in text(out / "artifacts/churn.html")
    assert "churn v3.1.0 registered by" in text(out / "timeline.html")


def test_the_same_registry_makes_the_same_pages(gtod: Gtod, registry: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert gtod("site", "-o", str(tmp_path / name), cwd=registry).returncode == 0
    assert files(tmp_path / "one") == files(tmp_path / "two")
    for path in files(tmp_path / "one") - {"index.html"}:  # which says when it was made
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()


def test_its_default_place_is_a_folder_that_it_then_replaces(gtod: Gtod, tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "repo")
    repo.commit({"model.pkl": "1"})
    repo.tag("churn@v1.0.0")
    assert gtod("site", cwd=repo.path).returncode == 0
    assert "artifacts/churn.html" in files(repo.path / "site")
    repo.git("tag", "-d", "churn@v1.0.0")
    repo.tag("segment@v1.0.0")
    assert gtod("site", cwd=repo.path).returncode == 0
    assert {path for path in files(repo.path / "site") if path.startswith("artifacts/")} == {"artifacts/segment.html"}


def test_a_directory_with_files_of_others_is_refused(gtod: Gtod, registry: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    answer = gtod("site", "-o", str(tmp_path), cwd=registry)
    assert answer.returncode == 1
    assert "has files that are not of a site made by gtod: index.html" in answer.stderr
    assert files(tmp_path) == {"index.html"}


def test_a_repository_without_anything_has_a_site_too(gtod: Gtod, tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "repo")
    answer = gtod("site", cwd=repo.path)
    assert answer.returncode == 0, answer.stderr
    assert "There are no artifacts yet" in text(repo.path / "site/index.html")


def test_odd_artifacts_all_have_pages(gtod: Gtod, tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "repo")
    annotations = "annotated:\n  path: https://example.com/m\n  description: 'See https://example.com'\n"
    repo.commit({"artifacts.yaml": annotations, "sub/artifacts.yaml": "model:\n  type: model\n"})
    for tag in ("churn@v1.0.0", "Churn@v1.0.0", "churn@v1.0.0!", "sub=model@v1.0.0", "sub=model#prod#1", "gone@v1.0.0"):
        repo.tag(tag)
    repo.tag("gone@deprecated")
    repo.tag("bare#dev#1", repo.commit({"x": "y"}))
    answer = gtod("site", cwd=repo.path)
    assert answer.returncode == 0, answer.stderr
    index = text(repo.path / "site/index.html")
    for name in ("annotated", "churn", "Churn", "sub: model", "gone deprecated", "bare"):
        assert name in index
    pages = [path for path in files(repo.path / "site") if path.startswith("artifacts/")]
    assert len({page.casefold() for page in pages}) == 6


@pytest.mark.parametrize("name", NAMES)
def test_public_registries_have_sites(name: str, gtod: Gtod, tmp_path: Path) -> None:
    repo = build_registry(name, tmp_path / "repo")
    answer = gtod("site", "-o", str(tmp_path / "site"), cwd=repo)
    assert answer.returncode == 0, answer.stderr
    assert "index.html" in files(tmp_path / "site")


def test_metrics_of_each_version_are_on_the_pages(gtod: Gtod, tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "repo")
    for number, auc in enumerate(("0.75", "0.8125")):
        repo.commit({"dvc.yaml": "metrics: [metrics.json]\n", "metrics.json": f'{{"auc": {auc}, "loss": NaN}}'})
        repo.tag(f"churn@v1.{number}.0")
    assert gtod("site", cwd=repo.path).returncode == 0
    page = text(repo.path / "site/artifacts/churn.html")
    assert "Version auc loss v1.1.0 0.8125 NaN v1.0.0 0.75 NaN" in page
    assert "auc 0.8125" in text(repo.path / "site/index.html")


def test_plots_of_the_latest_version_and_what_is_missing_are_on_the_page(gtod: Gtod, tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "repo")
    definitions = "metrics: [missing.json]\nplots: [loss.csv, roc.png]\n"
    repo.commit({"dvc.yaml": definitions, "loss.csv": "step,loss\n0,0.5\n1,0.25\n", "roc.png": "a picture"})
    repo.tag("churn@v1.0.0")
    repo.tag("other@v1.0.0x", repo.commit({"x": "y"}))
    assert gtod("site", cwd=repo.path).returncode == 0
    page = text(repo.path / "site/artifacts/churn.html")
    assert "Plots of v1.0.0" in page
    assert "2 points, 0.25 to 0.5" in page
    assert "missing.json is not there" in page
    (picture,) = [path for path in files(repo.path / "site") if path.startswith("plots/")]
    assert (repo.path / "site" / picture).read_bytes() == b"a picture"


def test_problems_of_the_registry_are_on_the_first_page_only(gtod: Gtod, tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "repo")
    repo.commit({"artifacts.yaml": "churn: [\n"})
    repo.tag("churn@v1.0.0")
    answer = gtod("site", cwd=repo.path)
    assert answer.returncode == 0
    assert "artifacts.yaml" in answer.stderr
    assert re.search(r"\d problem", text(repo.path / "site/index.html"))
    assert "Problems" not in text(repo.path / "site/artifacts/churn.html")
