"""`gtod rules check` finds what would be wrong once it is committed, and `gtod rules show` says what holds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
VALID = "✅  The rules are valid\n"
RULES = """\
version: 1
signers: .gtod/signers
rules:
  stages: {prod: {signed: required, who: [ann@example.com, bob@example.com]}}
"""


@pytest.fixture
def repo(tmp_path: Path) -> RepositoryBuilder:
    repo = RepositoryBuilder(tmp_path / "repo")
    repo.commit({"m": "1"})
    repo.checkout()
    (repo.path / ".gtod").mkdir()
    return repo


def write(repo: RepositoryBuilder, rules: str = RULES, signers: str | None = "Ann@example.com,bob@example.com") -> None:
    (repo.path / ".gtod.yaml").write_text(rules)
    if signers is not None:
        (repo.path / ".gtod/signers").write_text(f"# people\n{signers} {KEY}\n")


def check(gtod: Gtod, repo: RepositoryBuilder) -> tuple[int, str]:
    run = gtod("rules", "check", cwd=repo.path, daemon=False)
    return run.returncode, run.stdout + run.stderr


def test_valid_rules_that_are_not_committed_yet(gtod: Gtod, repo: RepositoryBuilder) -> None:
    write(repo)
    assert check(gtod, repo) == (0, VALID)


def _link(repo: RepositoryBuilder, path: str) -> None:
    (repo.path / path).rename(repo.path / "elsewhere")
    (repo.path / path).symlink_to(repo.path / "elsewhere")


@pytest.mark.parametrize("path", [".gtod.yaml", ".gtod/signers", ".gtod"])
def test_a_link_is_refused_as_it_would_be_in_a_commit(gtod: Gtod, repo: RepositoryBuilder, path: str) -> None:
    write(repo)
    _link(repo, path)
    code, said = check(gtod, repo)
    assert code == 1
    assert "is a symbolic link" in said


def test_a_signers_file_that_is_not_there_has_the_place_that_names_it(gtod: Gtod, repo: RepositoryBuilder) -> None:
    write(repo, signers=None)
    code, said = check(gtod, repo)
    assert (code, ".gtod.yaml:2: The signers file '.gtod/signers' is not there." in said) == (1, True)


def _add(repo: RepositoryBuilder, *paths: str) -> None:
    repo.git("add", *paths)
    repo.git("commit", "-qm", "Rules")


def test_a_signers_file_that_was_left_out_of_the_commit(gtod: Gtod, repo: RepositoryBuilder) -> None:
    write(repo)
    _add(repo, ".gtod.yaml")
    code, said = check(gtod, repo)
    assert (code, ".gtod.yaml:2: The signers file '.gtod/signers' is not committed" in said) == (0, True)
    _add(repo, ".gtod/signers")
    assert check(gtod, repo) == (0, VALID)


@pytest.mark.parametrize(
    ("signers", "said"),
    [
        ("ann@example.com", "no key of bob@example.com."),
        ('"eve@example.com,bob@example.com"', "no key of ann@example.com."),
        ("eve@example.com", "no key of ann@example.com, bob@example.com, so nobody could do this."),
    ],
)
def test_people_whose_key_is_missing(gtod: Gtod, repo: RepositoryBuilder, signers: str, said: str) -> None:
    write(repo, signers=signers)
    code, told = check(gtod, repo)
    assert (code, f".gtod.yaml:4: A signature is required, and '.gtod/signers' has {said}" in told) == (0, True)


def test_whoever_may_have_an_openpgp_key_needs_no_other(gtod: Gtod, repo: RepositoryBuilder) -> None:
    role = f"roles: {{leads: [ann@example.com, 'openpgp:{'a' * 40}']}}\n"
    write(repo, RULES.replace("bob@example.com", "leads") + role, "eve@example.com")
    assert check(gtod, repo) == (0, VALID)


def _bare(repo: RepositoryBuilder) -> tuple[str, ...]:
    bare = repo.path.parent / "bare.git"
    repo.git("clone", "-q", "--bare", str(repo.path), str(bare))
    return "-r", str(bare)


def _by_address(repo: RepositoryBuilder) -> tuple[str, ...]:
    return "-r", f"file://{repo.path}"


@pytest.mark.parametrize("where", [_bare, _by_address])
def test_where_there_is_no_working_tree(
    gtod: Gtod, repo: RepositoryBuilder, where: Callable[[RepositoryBuilder], tuple[str, ...]]
) -> None:
    write(repo)
    _add(repo, ".")
    words = where(repo)
    run = gtod("rules", "check", *words, daemon=False)
    assert (run.returncode, "no working tree" in run.stderr) == (1, True)
    assert " check --rules main`" in run.stderr
    run = gtod("rules", "check", "--rules", "main", *words, daemon=False)
    assert run.stdout == VALID


@pytest.mark.parametrize("words", [["show"], ["check", "--rules", "empty"], ["export", "--github"]])
def test_the_ref_without_rules_is_named(gtod: Gtod, repo: RepositoryBuilder, words: list[str]) -> None:
    repo.git("branch", "empty")
    write(repo)
    _add(repo, ".")
    repo.git("config", "gtod.rulesRef", "refs/heads/empty")
    run = gtod("rules", *words, cwd=repo.path, daemon=False)
    assert "There are no rules: 'refs/heads/empty' has no .gtod.yaml." in run.stderr.replace(
        "'empty'", "'refs/heads/empty'"
    )


@pytest.mark.parametrize(("soak", "said"), [("1m", "1 min"), ("36h", "1 d 12 h"), ("0m", "0 s")])
def test_a_length_of_time_is_in_words(gtod: Gtod, repo: RepositoryBuilder, soak: str, said: str) -> None:
    write(repo, f"version: 1\nrules: {{stages: {{dev: {{}}, prod: {{from: [dev], soak: {soak}}}}}}}\n")
    _add(repo, ".")
    assert f"prod: from dev, after {said} there\n" in gtod("rules", "show", cwd=repo.path, daemon=False).stdout
