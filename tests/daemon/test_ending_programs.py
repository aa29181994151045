"""Acts that are given up, or whose git fails or is killed: no locks, no processes, and the truth of what was done."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import gto_daemon
from gto_daemon import client
from tests.builders import RepositoryBuilder
from tests.faults.hooks import is_alive
from tests.faults.leak_checks import locks
from tests.remotes import hook as remote_hook
from tests.remotes import remote_of
from tests.waiting import eventually

_HANGING = """#!/bin/sh
{condition}
{trap}
echo $$ > '{reached}.new'
mv '{reached}.new' '{reached}'
while :; do sleep 1000 & wait; done
"""


@pytest.fixture(params=["", "--no-daemon"], ids=["daemon", "no-daemon"])
def how(request: pytest.FixtureRequest) -> Iterator[str]:
    """By a daemon, or without one."""
    yield request.param
    client.stop()


def start(repo: RepositoryBuilder, how: str, *arguments: str) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-m", "gto_daemon", *([how] if how else []), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(gto_daemon.__file__).parents[1])}
    return subprocess.Popen(
        argv, cwd=repo.path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def hook(repo: RepositoryBuilder, name: str, script: str) -> None:
    place = repo.git_dir / "hooks" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(script)
    place.chmod(0o755)


def hangs(repo: RepositoryBuilder, name: str, condition: str = "", trap: str = "") -> Path:
    """Have a hook hang; answers where it writes its process id once it does."""
    reached = repo.path.with_name("reached")
    hook(repo, name, _HANGING.format(condition=condition, trap=trap, reached=reached))
    return reached


def tags(repo: RepositoryBuilder) -> list[str]:
    return repo.git("tag").splitlines()


def give_up(running: "subprocess.Popen[str]", reached: Path, number: int) -> "subprocess.CompletedProcess[str]":
    """End a command once its hook hangs; return when the hook is gone, too."""
    pid = int(eventually(lambda: reached.exists() and reached.read_text()))
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    eventually(lambda: not is_alive(pid))
    return subprocess.CompletedProcess(running.args, running.returncode, out, err)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_transaction_that_is_given_up_before_it_is_done_leaves_nothing(
    how: str, number: int, repo: RepositoryBuilder
) -> None:
    repo.commit()
    reached = hangs(repo, "reference-transaction", '[ "$1" = prepared ] || exit 0')
    ended = give_up(start(repo, how, "assign", "m", "--stage", "dev"), reached, number)
    assert ended.returncode != 0
    assert ended.stdout == ""
    if number == signal.SIGINT:
        assert ended.stderr.endswith("Aborted!\n")
        assert ("Nothing was done." in ended.stderr) == (how == "")
    eventually(lambda: not locks(repo.git_dir))
    assert tags(repo) == []


def test_one_that_is_given_up_after_it_was_done_is_done(how: str, repo: RepositoryBuilder) -> None:
    repo.commit()
    reached = hangs(repo, "reference-transaction", '[ "$1" = committed ] || exit 0')
    ended = give_up(start(repo, how, "assign", "m", "--stage", "dev"), reached, signal.SIGINT)
    assert tags(repo) == ["m#dev#1", "m@v0.0.1"]
    assert not locks(repo.git_dir)
    # It was told as done, because it was.
    assert (ended.returncode, "m#dev#1" in ended.stdout) == (0, True), ended.stderr


def test_a_hook_that_will_not_end_is_made_to(how: str, repo: RepositoryBuilder) -> None:
    repo.commit()
    reached = hangs(repo, "reference-transaction", '[ "$1" = prepared ] || exit 0', "trap '' TERM INT HUP")
    give_up(start(repo, how, "register", "m"), reached, signal.SIGTERM)
    eventually(lambda: not locks(repo.git_dir))
    assert tags(repo) == []


@pytest.mark.parametrize("trap", ["", "trap '' TERM INT HUP"], ids=["willing", "unwilling"])
@pytest.mark.parametrize("phase", ["prepared", "committed"])
def test_a_daemon_that_is_stopped_ends_what_it_runs_and_tells_what_became_of_it(
    phase: str, trap: str, repo: RepositoryBuilder
) -> None:
    repo.commit()
    reached = hangs(repo, "reference-transaction", f'[ "$1" = {phase} ] || exit 0', trap)
    running = start(repo, "", "register", "m")
    pid = int(eventually(lambda: reached.exists() and reached.read_text()))
    assert client.stop()
    out, err = running.communicate(timeout=60)
    assert not is_alive(pid)
    assert not locks(repo.git_dir)
    if phase == "committed":
        assert (running.returncode, "m@v0.0.1" in out) == (0, True), err
        assert tags(repo) == ["m@v0.0.1"]
    else:
        assert (running.returncode, out) == (1, "")
        assert "gto/register was given up" in err
        assert tags(repo) == []
    assert "cut off" not in client.log_path().read_text()


def test_a_daemon_that_is_stopped_answers_an_act_whose_push_it_gave_up(repo: RepositoryBuilder, tmp_path: Path) -> None:
    repo.commit()
    remote_of(repo, tmp_path / "origin.git")
    reached = hangs(repo, "pre-push")
    running = start(repo, "", "register", "a", "--push")
    eventually(reached.exists)
    assert client.stop()
    out, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "Created git tag 'a@v0.0.1'" in out
    assert "The push was given up" in err


def test_a_language_server_by_itself_ends_what_it_runs(repo: RepositoryBuilder) -> None:
    repo.commit()
    reached = hangs(repo, "reference-transaction", '[ "$1" = prepared ] || exit 0')
    argv = [sys.executable, "-m", "gto_daemon", "lsp", "--standalone"]
    act = {"jsonrpc": "2.0", "id": 1, "method": "gto/register", "params": {"repo": str(repo.path), "name": "m"}}
    body = json.dumps(act).encode()
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None
        server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        server.stdin.flush()
        pid = int(eventually(lambda: reached.exists() and reached.read_text()))
        server.stdin.close()
    assert not is_alive(pid)
    assert not locks(repo.git_dir)
    assert tags(repo) == []


@pytest.mark.parametrize(("there", "number"), [("new", signal.SIGINT), ("tracked", signal.SIGTERM)])
def test_a_commit_that_is_given_up_leaves_file_and_index_as_they_were(
    how: str, number: int, there: str, repo: RepositoryBuilder
) -> None:
    text = b"old:  # mine\n  path: old.pkl\n"
    head = repo.commit({"m.pkl": "1", **({"artifacts.yaml": text} if there == "tracked" else {})})
    repo.checkout()
    repo.write("staged", "s")
    repo.git("add", "staged")
    before = repo.git("ls-files", "--stage"), repo.git("status", "--porcelain")
    reached = hangs(repo, "pre-commit")
    give_up(start(repo, how, "annotate", "m", "--path", "m.pkl", "--commit"), reached, number)
    eventually(lambda: (repo.git("ls-files", "--stage"), repo.git("status", "--porcelain")) == before)
    file = repo.path / "artifacts.yaml"
    assert (file.read_bytes() if file.exists() else None) == (text if there == "tracked" else None)
    assert not locks(repo.git_dir)
    assert repo.head == head


def test_a_commit_that_is_given_up_after_it_was_made_stays(how: str, repo: RepositoryBuilder) -> None:
    head = repo.commit({"m.pkl": "1"})
    repo.checkout()
    reached = hangs(repo, "reference-transaction", '[ "$1" = committed ] && read o n r && [ "$r" = HEAD ] || exit 0')
    give_up(start(repo, how, "annotate", "some/dir:m", "--path", "m.pkl", "--commit"), reached, signal.SIGTERM)
    eventually(lambda: not repo.git("status", "--porcelain"))
    assert repo.git("rev-parse", "HEAD^") == head
    assert not locks(repo.git_dir)


def test_a_commit_that_a_hook_refuses_leaves_what_somebody_typed_meanwhile(how: str, repo: RepositoryBuilder) -> None:
    repo.commit({"m.pkl": "1", "artifacts.yaml": "old: {}\n"})
    repo.checkout()
    hook(repo, "pre-commit", f"#!/bin/sh\necho typed > '{repo.path}/artifacts.yaml'\nexit 1\n")
    running = start(repo, how, "annotate", "m", "--path", "m.pkl", "--commit")
    _, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "is not as it was before" in err
    assert (repo.path / "artifacts.yaml").read_text() == "typed\n"


def test_a_batch_that_git_does_half_of_is_taken_back(how: str, repo: RepositoryBuilder) -> None:
    repo.tag("old@v1.0.0", repo.commit())
    repo.git("config", "core.logAllRefUpdates", "always")
    blocked = repo.git_dir / "logs/refs/tags/b@v0.0.1/x/y"
    blocked.parent.mkdir(parents=True)
    blocked.touch()
    actions = repo.write(
        "acts", '[{"method":"register","params":{"name":"a"}},{"method":"register","params":{"name":"b"}}]'
    )
    running = start(repo, how, "apply", str(actions))
    _, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "Nothing was created or deleted" in err
    assert tags(repo) == ["old@v1.0.0"]
    hook(repo, "reference-transaction", '#!/bin/sh\nread o n r; [ "$1 $n" = "prepared ${n#0000000}" ]\n')
    # Now the half cannot be taken back: the hook lets nothing be deleted.
    running = start(repo, how, "apply", str(actions))
    _, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert tags(repo) == ["a@v0.0.1", "old@v1.0.0"]
    assert "a@v0.0.1 was created" in err


def test_a_git_that_is_killed_after_its_commit_has_done_it(how: str, repo: RepositoryBuilder) -> None:
    repo.commit()
    hook(repo, "reference-transaction", '#!/bin/sh\n[ "$1" = committed ] && kill -9 $PPID\nexit 0\n')
    running = start(repo, how, "assign", "a", "--stage", "dev")
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert "a#dev#1" in out
    assert tags(repo) == ["a#dev#1", "a@v0.0.1"]


def test_a_git_that_is_killed_before_it_leaves_a_lock_that_is_named(how: str, repo: RepositoryBuilder) -> None:
    repo.commit()
    hook(repo, "reference-transaction", '#!/bin/sh\n[ "$1" = prepared ] && kill -9 $PPID\nexit 0\n')
    running = start(repo, how, "register", "a")
    _, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "Nothing was created or deleted" in err
    assert tags(repo) == []


def test_a_push_that_fails_after_the_remote_took_the_tags_is_told_as_done(
    how: str, repo: RepositoryBuilder, tmp_path: Path
) -> None:
    repo.commit()
    origin = remote_of(repo, tmp_path / "origin.git")
    remote_hook(origin, "post-receive", "kill -9 $PPID")
    running = start(repo, how, "assign", "a", "--stage", "dev", "--push")
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert "Successfully pushed git tag a#dev#1" in out
    running = start(repo, how, "push", "--delete", "a#dev#1")
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert out == "Running `git push --delete origin a#dev#1`\na#dev#1 deleted\n"


def test_a_push_that_is_killed_before_is_not(how: str, repo: RepositoryBuilder, tmp_path: Path) -> None:
    repo.commit()
    remote_of(repo, tmp_path / "origin.git")
    hook(repo, "pre-push", "#!/bin/sh\nkill -9 $PPID\n")
    running = start(repo, how, "assign", "a", "--stage", "dev", "--push")
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "Created git tag 'a#dev#1'" in out
    assert "Successfully" not in out


def test_an_act_whose_push_is_given_up_is_told_as_done(how: str, repo: RepositoryBuilder, tmp_path: Path) -> None:
    repo.commit()
    remote_of(repo, tmp_path / "origin.git")
    reached = hangs(repo, "pre-push")
    ended = give_up(start(repo, how, "register", "a", "--push"), reached, signal.SIGINT)
    assert ended.returncode == 1
    assert "Created git tag 'a@v0.0.1'" in ended.stdout
    assert "The push was given up" in ended.stderr
    assert "gtod push --remote=origin a@v0.0.1" in ended.stderr


def test_a_commit_whose_push_is_given_up_is_told_as_made(how: str, repo: RepositoryBuilder, tmp_path: Path) -> None:
    head = repo.commit({"m.pkl": "1"})
    repo.checkout()
    remote_of(repo, tmp_path / "origin.git")
    repo.git("push", "--quiet", "--set-upstream", "origin", "HEAD")
    reached = hangs(repo, "pre-push")
    ended = give_up(start(repo, how, "annotate", "m", "--path", "m.pkl", "--push"), reached, signal.SIGINT)
    assert repo.git("rev-parse", "HEAD^") == head
    assert ended.returncode == 1
    assert "The push was given up" in ended.stderr
    assert "`git push`" in ended.stderr


@pytest.mark.parametrize("arguments", [("push",), ("fetch",)])
def test_what_may_have_been_done_in_part_is_told_so(
    arguments: tuple[str, ...], repo: RepositoryBuilder, tmp_path: Path
) -> None:
    repo.tag("a@v0.0.1", repo.commit())
    origin = remote_of(repo, tmp_path / "origin.git")
    if arguments == ("push",):
        repo.tag("b@v0.0.1", "HEAD")
        reached = hangs(repo, "pre-push")
    else:
        repo.delete_tag("a@v0.0.1")
        reached = hangs(repo, "reference-transaction", '[ "$1" = prepared ] || exit 0')
    try:
        ended = give_up(start(repo, "", *arguments), reached, signal.SIGINT)
    finally:
        client.stop()
    assert origin.exists()
    assert ended.returncode == 1
    assert "It may have been done in part." in ended.stderr
    assert "`gtod sync-status" in ended.stderr
    assert ended.stderr.endswith("Aborted!\n")


def test_a_second_interrupt_ends_the_command_at_once(repo: RepositoryBuilder) -> None:
    repo.commit()
    told = repo.path.with_name("told")
    reached = hangs(repo, "reference-transaction", '[ "$1" = prepared ] || exit 0', f"trap 'touch {told}' TERM")
    running = start(repo, "", "register", "m")
    try:
        eventually(reached.exists)
        running.send_signal(signal.SIGINT)
        eventually(told.exists)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    finally:
        client.stop()
    assert running.returncode == 1
    assert "whether register was done is not known" in err
    assert f"`gtod history -r {repo.path} m`" in err


@pytest.mark.parametrize(
    ("state", "said"), [("committed", "its tags are there: m@v0.0.1"), ("prepared", "no tag of it is there so far")]
)
def test_after_a_daemon_was_killed_it_is_told_whether_the_tag_is_there(
    repo: RepositoryBuilder, state: str, said: str
) -> None:
    repo.commit()
    reached = hangs(repo, "reference-transaction", f'[ "$1" = {state} ] || exit 0')
    running = start(repo, "", "register", "m")
    pid = int(eventually(lambda: reached.exists() and reached.read_text()))
    found = client.status()
    assert found is not None
    os.kill(found["pid"], signal.SIGKILL)
    try:
        _, err = running.communicate(timeout=60)
        assert tags(repo) == (["m@v0.0.1"] if state == "committed" else [])
    finally:
        os.killpg(os.getpgid(pid), signal.SIGTERM)
        client.stop()
    assert running.returncode == 1
    assert said in err
    assert f"`gtod history -r {repo.path} m`" in err


def test_a_fetch_that_is_killed_tells_what_came(how: str, repo: RepositoryBuilder, tmp_path: Path) -> None:
    repo.tag("a@v0.0.1", repo.commit())
    remote_of(repo, tmp_path / "origin.git")
    repo.delete_tag("a@v0.0.1")
    hook(repo, "reference-transaction", '#!/bin/sh\n[ "$1" = committed ] && kill -9 $PPID\nexit 0\n')
    running = start(repo, how, "fetch")
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (0, "a@v0.0.1 fetched\n", "")
