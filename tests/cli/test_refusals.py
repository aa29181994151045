"""A refusal names what allows the act in the words of whoever asked: an option here, an argument in Python."""

import pytest

from gto_daemon.client import CallError
from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod

#: A command line that is refused, what is said of the way out, and the same one with it.
REFUSED = {
    "assign churn --version v1.0.0 --stage prod": ("Use the '--force' flag", "--force"),
    "deprecate churn v1.0.0 dev": ("With --force", "--force"),
    "deprecate gone v1.0.0": ("With --force", "--force --simple false"),
    "deprecate old": ("With --force", "--force"),
    "deprecate old --delete": ("With --force every one of its tags is deleted (2)", "--force"),
    "deprecate gone v1.0.0 --delete": ("With --force every one of its tags is deleted (2)", "--force"),
    "annotate new --path m": ("With --allow-same-path", "--allow-same-path"),
    "annotate new --path nowhere --must-exist": ("Without --must-exist", "--must-exist"),
    "assign churn --version v2.0.0 --stage prod --simple true": ("--simple false", "--simple true"),
}
#: Names of params, which nobody can type.
PARAMS = ("With force", "force:", "allow_same_path", "must_exist", "simple:")


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    repo.commit({"artifacts.yaml": "churn:\n  path: m\n", "m": "1"})
    for tag in ("churn@v1.0.0", "churn#prod"):
        repo.tag(tag)
    repo.commit({"m": "2"})
    for tag in ("gone@v1.0.0", "gone@v1.0.0!", "old@v1.0.0", "old@deprecated", "churn@v2.0.0"):
        repo.tag(tag)
    (repo.path / "artifacts.yaml").write_text("churn:\n  path: m\n")
    return repo


@pytest.mark.parametrize("line", REFUSED)
def test_a_refusal_names_the_option_with_which_it_is_done(gtod: Gtod, registry: RepositoryBuilder, line: str) -> None:
    said, option = REFUSED[line]
    refused = gtod(*line.split(), cwd=registry.path, daemon=False)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert not [param for param in PARAMS if param in refused.stderr]
    if option in line:
        mended = line.replace(option, "--simple false" if "simple" in option else "")
    else:
        mended = f"{line} {option}"
    done = gtod(*mended.split(), cwd=registry.path, daemon=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (["assign", "churn", "--version", "v1.0.0", "--stage", "pr od"], "That is the stage."),
        (["annotate", "churn", "--label", "fine", "--label", "pr od"], "That is the label."),
        (["annotate", "churn", "--type", "pr od"], "That is the type."),
        (["register", "pr od"], "A folder of the repository may stand before the name"),
    ],
)
def test_a_value_that_is_no_name_is_told_with_what_it_is(
    gtod: Gtod, registry: RepositoryBuilder, line: list[str], what: str
) -> None:
    refused = gtod(*line, cwd=registry.path, daemon=False)
    assert refused.returncode == 1
    assert "Invalid value 'pr od'" in refused.stderr
    assert refused.stderr.splitlines()[1].startswith(what)


def test_a_file_that_cannot_be_read_is_named_once(gtod: Gtod, registry: RepositoryBuilder) -> None:
    assert gtod("apply", "nope.json", cwd=registry.path, daemon=False).stderr.count("nope.json") == 1


def test_in_python_it_is_an_argument() -> None:
    error = CallError(-32803, "m", {"hint": "'a' has m.", "allow": {"allow_same_path": True}})
    assert error.hint == "'a' has m. With allow_same_path=True it is done."
    assert CallError(-32803, "m", {"hint": "Try again."}).hint == "Try again."
    error = CallError(-32803, "m", {"hint": "", "allow": {"force": True}, "deletes": 2})
    assert error.hint == "With force=True every one of its tags is deleted (2)."
