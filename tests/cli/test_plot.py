"""`gtod plot`: a specification that its standard accepts, a picture, and what they may take the place of."""

import gzip
import json
from pathlib import Path
from xml.dom import minidom

import jsonschema

from tests.cli.conftest import Gtod, refused

SCHEMA = Path(__file__).with_name("recorded") / "vega-lite-5.23.0.schema.json.gz"


def test_a_specification_that_its_standard_accepts(gtod: Gtod, models: Path, tmp_path: Path) -> None:
    out = tmp_path / "auc.vl.json"
    ended = gtod("plot", "churn", "auc", "--vega", str(out), cwd=models, daemon=False)
    assert (ended.returncode, ended.stdout) == (0, f"{out}\n")
    assert ended.stderr == "No number for 'auc', and left out: v1.2.0\n"
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
