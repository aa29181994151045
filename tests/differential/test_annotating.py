"""The same annotations through GTO 0.2.8 and gtod: both files say the same, only ours keeps its layout."""

import os
import shutil
from pathlib import Path

from click.testing import CliRunner

from gto_daemon.cli.program import program
from gto_daemon.registry.annotations import parse_artifacts_yaml
from tests.builders import RepositoryBuilder
from tests.oracle.real_gto import Oracle

START = "# who owns it: ann\nold:\n  type: 'model' # keep\n  path: models/old.pkl\n"
SCRIPT = [
    "annotate churn --type model --path models/churn.pkl",
    "annotate churn --label bb --label aa --description text",
    "annotate churn --label cc --custom meta",
    "annotate real --path data/x --must-exist --type dataset",
    "annotate real --path data/x/y --must-exist",
    "annotate old --path s3://bucket/old.pkl",
    "annotate clash --path models/churn.pkl",
    "annotate clash --path models --allow-same-path",
    "annotate -x --type model",
    "annotate wrong --type no-type-",
    "annotate wrong --must-exist",
    "annotate wrong --must-exist --path nowhere",
    "remove churn",
    "remove churn",
    "annotate empty",
    "remove empty",
]


def test_both_files_say_the_same_after_the_same_script(
    repo: RepositoryBuilder, tmp_path: Path, older_oracle: Oracle
) -> None:
    repo.commit({"data/x": "1", "artifacts.yaml": START})
    repo.checkout()
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for repository in (ours, theirs):
        shutil.copytree(repo.path, repository)
    # Older GTO looks for paths from where it runs, and the first line that the oracle gets it may run twice.
    older_oracle.run("show", cwd=theirs)
    for line in SCRIPT:
        answer = older_oracle.run(*line.split(), cwd=theirs)
        before = Path.cwd()
        os.chdir(ours)
        try:
            ran = CliRunner().invoke(program, ["--no-daemon", *line.split()], prog_name="gtod")
        finally:
            os.chdir(before)
        assert (ran.exit_code, ran.stdout) == (answer.exit, answer.stdout), (line, ran.output, answer)
        said = [parse_artifacts_yaml((repository / "artifacts.yaml").read_bytes()) for repository in (ours, theirs)]
        assert {name: each.as_json() for name, each in said[0].annotations.items()} == {
            name: each.as_json() for name, each in said[1].annotations.items()
        }, line
    assert (ours / "artifacts.yaml").read_text().startswith("# who owns it: ann\nold:\n  type: 'model' # keep\n")
