"""Two repositories that begin as one; the same acts are done in the one by the real GTO, in the other by us."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from gto_daemon.cli.program import program
from tests.builders import START, RepositoryBuilder
from tests.oracle.real_gto import Answer, Oracle, Request

_FORMAT = (
    "%(refname)%00%(objecttype)%00%(*objectname)%00%(taggername)%00%(taggeremail)%00%(taggerdate:raw)%00%(contents)"
)
#: GTO's own words for what it did not expect; ours is a named refusal there.
_UNEXPECTED = "Unexpected error"


@dataclass(frozen=True)
class Did:
    """What one act did, as far as the user sees."""

    stdout: str
    exit: int
    complaint: str


def date(step: int) -> str:
    """The moment of an act, a minute after the one before; ties within a second have tests of their own."""
    return f"@{START + 100_000 + 60 * step} +0100"


class PairedRepositories:
    """The two repositories. `ours` and `theirs` are their roots.

    With `by_url` they are bare, and every act names its one by a URL.
    """

    def __init__(self, repo: RepositoryBuilder, place: Path, *, by_url: bool = False) -> None:
        self.ours = place / "ours"
        self.theirs = place / "theirs"
        self._by_url = by_url
        for repository in (self.ours, self.theirs):
            if by_url:
                git(repo.path, "clone", "--quiet", "--bare", str(repo.path), str(repository))
            else:
                shutil.copytree(repo.path, repository)

    def act(self, script: Sequence[str], oracle: Oracle, env: Mapping[str, str] | None = None) -> int:
        """Do every act in both, and compare what was printed, how it ended, and what is there afterwards.

        Where GTO fails after it has made a tag, we refuse before; the script ends there. Answers how many succeeded.
        """
        envs = [{"GIT_COMMITTER_DATE": date(step), **(env or {})} for step in range(len(script))]
        lines = [self._words(line, self.theirs) for line in script]
        requests = [Request(words, self.theirs, its) for words, its in zip(lines, envs, strict=True)]
        # The first line that a process of the oracle ever gets, it runs twice.
        oracle.run("stages", cwd=self.theirs)
        answers = oracle.ask(requests)
        for step, (line, answer) in enumerate(zip(script, answers, strict=True)):
            did = self.do(line, envs[step])
            if answer.exit and "Created git tag" in answer.stdout:
                assert did.exit == 1, line
                assert did.stdout == "", line
                return step
            told = _told(answer, did)
            assert did == told, f"{line} (step {step} of {list(script)})\n ours: {did}\nGTO's: {told}"
        ours, theirs = self.refs(self.ours), self.refs(self.theirs)
        assert ours == theirs, f"{script}\n ours: {ours}\nGTO's: {theirs}"
        return sum(not answer.exit for answer in answers)

    def do(self, line: str, env: Mapping[str, str]) -> Did:
        """One act of ours, in this process."""
        before = Path.cwd()
        os.chdir(self.ours)
        try:
            words = ["--no-daemon", *self._words(line, self.ours)]
            ran = CliRunner().invoke(program, words, env=dict(env), prog_name="gtod")
        finally:
            os.chdir(before)
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        return Did(ran.stdout, ran.exit_code, _complaint(ran.stderr))

    def _words(self, line: str, repository: Path) -> tuple[str, ...]:
        return (*line.split(), "-r", repository.as_uri()) if self._by_url else tuple(line.split())

    @staticmethod
    def refs(repo: Path) -> list[str]:
        """Every tag with its target, tagger, time and message.

        Whether the message ends a line depends on the library that GTO happens to use; a test of its own is about that.
        """
        listed = git(repo, "for-each-ref", f"--format={_FORMAT}%00%00", "refs/tags")
        return [line.strip() for line in listed.split("\0\0")]


def git(repo: Path, *arguments: str) -> str:
    """What git prints, to the byte."""
    run = subprocess.run(["git", *arguments], cwd=repo, capture_output=True, text=True, check=True)
    return run.stdout


def _told(answer: Answer, ours: Did) -> Did:
    complaint = _complaint(answer.stderr)
    if complaint.startswith(_UNEXPECTED) or answer.exit == 2:
        # Usage errors are worded by click, which has another version there.
        assert ours.complaint, "a refusal has to say why"
        complaint = ours.complaint
    if "is already in stage" in complaint and " was put into stage " in ours.complaint:
        # Another version holds the stage since. That it holds it GTO says all the same.
        complaint = ours.complaint
    same = _without_division(answer.stdout) == _without_division(ours.stdout)
    return Did(ours.stdout if same else answer.stdout, answer.exit, complaint)


def _without_division(stdout: str) -> tuple[list[str], list[str], list[str]]:
    """What was printed, whatever was pushed at once: GTO makes a push for each tag, as soon as it is made."""
    lines = stdout.splitlines()
    running = [line.strip("`").split()[3:] for line in lines if line.startswith("Running `git push ")]
    commands = [[*words[: -len(tags)], tag] for words in running for tags in [_tags(words)] for tag in tags]
    arrived = [line for line in lines if line.startswith("Successfully ")]
    rest = [line for line in lines if not line.startswith(("Running `git push ", "Successfully "))]
    return rest, sorted(map(" ".join, commands)), sorted(arrived)


def _tags(words: list[str]) -> list[str]:
    """The tags of a `git push`, after the remote."""
    return words[words.index("origin") + 1 :]


def _complaint(stderr: str) -> str:
    """GTO's refusal; hints and warnings of ours come on further lines."""
    lines = stderr.splitlines()
    refusals = [line for line in lines if line.startswith(("❌", "Error: "))]
    return refusals[0].removeprefix("❌").strip() if refusals else ""
