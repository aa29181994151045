"""`gtod fleet`: the user's file, and what it says of all repositories in it, with a daemon and without."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod


@pytest.fixture
def home(tmp_path: Path, make_repository: Callable[..., RepositoryBuilder], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with two repositories in `models`, and the user's configuration."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name, artifact, stage in (("a", "churn", "prod"), ("b", "fraud", "dev")):
        repository = make_repository(f"models/{name}")
        repository.commit({"a": "1"}, at=1_700_000_000)
        repository.tag(f"{artifact}@v1.0.0", at=1_700_000_100)
        repository.tag(f"{artifact}#{stage}#1", at=1_700_000_200)
    return tmp_path


def _plain(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


@pytest.mark.parametrize("daemon", [True, False])
def test_one_answer_about_all(gtod: Gtod, home: Path, daemon: bool) -> None:
    added = gtod("fleet", "add", "models/*", cwd=home)
    assert added.stdout == f"Added 'models/*' to {home}/config/gtod/fleet.yaml\n"
    shown = gtod("fleet", "show", "--plain", cwd=home, daemon=daemon)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert _plain(shown.stdout) == [
        ["repository", "name", "latest", "#prod", "#dev"],
        ["a", "churn", "v1.0.0", "v1.0.0", "-"],
        ["b", "fraud", "v1.0.0", "-", "v1.0.0"],
    ]
    found = json.loads(gtod("fleet", "show", "--json", "--stage", "dev", cwd=home, daemon=daemon).stdout)
    assert [*found["artifacts"]] == ["b/fraud"]
    assert [(each["name"], each["health"]) for each in found["repositories"]] == [("a", "ok"), ("b", "ok")]
    events = gtod("fleet", "history", "--plain", "--artifact", "b/*", cwd=home, daemon=daemon).stdout
    assert [line[0] for line in _plain(events)] == ["repository", "b", "b"]
    assert gtod("fleet", "doctor", cwd=home, daemon=daemon).returncode == 0
    audited = gtod("fleet", "audit", cwd=home, daemon=daemon)
    assert (audited.returncode, audited.stdout) == (0, "a: 2 not judged\nb: 2 not judged\n")


def test_the_file_is_changed_as_a_whole_and_keeps_its_comments(gtod: Gtod, home: Path) -> None:
    file = home / "config/gtod/fleet.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("# mine\nrepositories:\n  - path: ~/other  # theirs\n")
    assert gtod("fleet", "add", "models/a", "--name", "first", cwd=home).returncode == 0
    assert gtod("fleet", "add", "models/a", cwd=home).stderr.startswith("❌ The fleet's file")
    assert gtod("fleet", "add", "git@example.com:ml/far.git", cwd=home).returncode == 0
    assert file.read_text() == (
        "# mine\nrepositories:\n  - path: ~/other  # theirs\n"
        f"  - {{name: first, path: {home}/models/a}}\n  - url: git@example.com:ml/far.git\n"
    )
    listed = json.loads(gtod("fleet", "list", "--json", cwd=home).stdout)
    assert [each["name"] for each in listed["repositories"]] == ["other", "first", "far"]
    shown = gtod("fleet", "show", "--plain", cwd=home, daemon=False)
    assert (shown.returncode, len(_plain(shown.stdout))) == (1, 2)
    assert "not been looked at yet" in shown.stderr
    for target in ("far", "first", "~/other"):
        assert gtod("fleet", "remove", target, cwd=home).returncode == 0
    assert file.read_text() == "# mine\nrepositories: []\n"
    assert gtod("fleet", "remove", "far", cwd=home).returncode == 1


@pytest.mark.parametrize("daemon", [True, False])
def test_remotes_are_fetched_and_listed_with_their_age(gtod: Gtod, home: Path, daemon: bool) -> None:
    file = home / "config/gtod/fleet.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(f"follow: never\nrepositories:\n- url: file://{home}/models/a\n- url: file://{home}/none\n")
    listed = gtod("fleet", "list", "--plain", cwd=home).stdout
    assert [line.rpartition("  ")[2].strip() for line in listed.splitlines()[1:]] == ["never seen", "never seen"]
    fetched = gtod("fleet", "fetch", "a", "--plain", cwd=home, daemon=daemon)
    assert (fetched.returncode, fetched.stdout.splitlines()[1].split()[-2:]) == (0, ["first", "seen"])
    both = gtod("fleet", "fetch", "--json", cwd=home, daemon=daemon)
    assert both.returncode == 1
    looks = json.loads(both.stdout)["repositories"]
    assert [(each["name"], each["first"], each["health"]) for each in looks] == [
        ("a", False, "ok"), ("none", False, "error")
    ]  # fmt: skip
    listed = gtod("fleet", "list", "--plain", cwd=home).stdout
    assert _plain(listed)[1][-2:] == ["s", "ago"]
    assert "a" in [line[0] for line in _plain(gtod("fleet", "show", "--plain", cwd=home, daemon=daemon).stdout)]


def test_another_file_is_checked_and_may_not_call_out(gtod: Gtod, home: Path) -> None:
    file = home / "team.yaml"
    file.write_text("repositories:\n- path: models/b\nsinks:\n- {name: x}\n")
    checked = gtod("fleet", "check", "--fleet", "team.yaml", cwd=home)
    assert (checked.returncode, f"{file}:3: A file other than your own has 'sinks'." in checked.stdout) == (1, True)
    file.write_text("repositories:\n- path: models/b\n")
    assert gtod("fleet", "check", "--fleet", "team.yaml", cwd=home).stdout == f"✅  {file} names 1 repository\n"
    shown = gtod("fleet", "show", "--fleet", "team.yaml", "--plain", cwd=home)
    assert [line[:2] for line in _plain(shown.stdout)[1:]] == [["b", "fraud"]]
    missing = gtod("fleet", "show", "--fleet", "none.yaml", cwd=home)
    assert (missing.returncode, "does not exist" in missing.stderr) == (1, True)
    assert gtod("fleet", "show", "--name", "x", cwd=home).returncode == 2
