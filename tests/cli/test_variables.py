"""Variables of `dvc.yaml` wherever annotations are read: from commits, from disk, for versions, and by doctor."""

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod

_DVC = "vars: [conf/c.toml, 'conf/c.json:name']\nartifacts:\n  m: {path: '${dir}/${name}.pkl', meta: '${opts}'}\n"


@pytest.mark.parametrize("daemon", [True, False])
def test_they_are_those_of_the_commit_or_of_the_disk(daemon: bool, gtod: Gtod, repo: RepositoryBuilder) -> None:
    files = {
        "sub/dvc.yaml": _DVC,
        "sub/conf/c.toml": "dir = 'one'\n[opts]\nx = 1\n",
        "sub/conf/c.json": '{"name": "a"}',
    }
    repo.commit(files)
    repo.tag("sub=m@v1.0.0")
    repo.commit({"sub/conf/c.toml": "dir = 'two'\n[opts]\nx = 2\n"})
    repo.checkout()

    def path(*words: str) -> str:
        return gtod("describe", *words, "--path", cwd=repo.path, daemon=daemon).stdout.strip()

    assert path("sub:m@v1.0.0") == "one/a.pkl"
    assert path("sub:m") == "two/a.pkl"
    assert path("sub:m", "--worktree") == "two/a.pkl"
    repo.write("sub/conf/c.toml", "dir = 'three'\nopts = {}\n")
    assert path("sub:m", "--worktree") == "three/a.pkl"
    assert path("sub:m") == "two/a.pkl"
    (repo.path / "sub/conf/c.json").unlink()
    missing = gtod("describe", "sub:m", "--worktree", cwd=repo.path, daemon=daemon)
    assert "sub/dvc.yaml:1: There is no file sub/conf/c.json" in missing.stderr
    shown = gtod("show", "sub:m", "--annotations", "all", "--json", cwd=repo.path, daemon=daemon)
    assert '"x": 1' in shown.stdout


def test_doctor_reads_every_dvc_yaml(gtod: Gtod, repo: RepositoryBuilder) -> None:
    repo.commit(
        {
            "dvc.yaml": "artifacts:\n  x: {path: m.pkl}\n  x: {path: n.pkl}\n",
            "a/dvc.yaml": "artifacts: [\n",
            "b/dvc.yaml": "artifacts: {m: {path: '${nope}'}}\n",
            "c/dvc.yaml": "artifacts: {m: {path: p}}\n",
            "c/params.yaml": "ok: 1\nsince: 2024-01-01\n",
            "d/dvc.yaml": "vars: [gone.yaml]\nartifacts: {m: {path: p}}\n",
            "e/dvc.yaml": "stages: {s: {cmd: x}}\n",
            "artifacts.yaml": "q: 5\n",
        }
    )
    found = gtod("doctor", cwd=repo.path)
    assert found.returncode == 1
    for expected in ("dvc.yaml:3", "a/dvc.yaml:2", "b/dvc.yaml:1", "c/params.yaml", "d/dvc.yaml:1", "artifacts.yaml:1"):
        assert expected in found.stdout
    assert "'since' is a date" in found.stdout
    assert "e/" not in found.stdout
    assert found.stdout.count("artifacts.yaml:1") == 1
