"""Ask both sides, compare as text, count what was compared.

Equal means that the JSON texts are equal: values, and the order of the members of every object. Where a deviation
applies, GTO is asked about the *mended* history (see `deviations`): the same one without what GTO cannot read.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.differential import deviations
from tests.differential.histories import History, make
from tests.differential.questions import Question
from tests.differential.subject import Refusal, Subject
from tests.oracle.real_gto import Answer, Oracle, Request


class DifferenceError(AssertionError):
    """GTO and we answered one question differently."""


@dataclass
class Tally:
    """What was compared. `real` are answers; `refused` are questions that both sides refused."""

    histories: int = 0
    real: int = 0
    refused: int = 0

    def check(self, *, histories: int = 0) -> None:
        """Fail when so little was compared that agreement means nothing.

        Raises:
            AssertionError: fewer histories than `histories`, or under half of the answers were answers.

        """
        if self.histories < histories:
            raise AssertionError(f"only {self.histories} histories were compared, not {histories}")
        if self.real == 0 or self.real < self.refused:
            raise AssertionError(f"{self.refused} of {self.real + self.refused} questions were refused by both sides")

    def __iadd__(self, other: "Tally") -> "Tally":
        self.histories += other.histories
        self.real += other.real
        self.refused += other.refused
        return self


def compare_history(
    history: History, questions: Sequence[Question], oracle: Oracle, *, looks: Collection[int] = ()
) -> Tally:
    """Make the repository of `history` and compare the answers to `questions`.

    `looks` are numbers of events after which ours looks at the unfinished repository, so that what is compared in the
    end was reached by changes and not read at once.

    Raises:
        DifferenceError: with the history, the question and both answers.

    """
    rows = deviations.applying(history)
    mended = deviations.mend(history)
    with TemporaryDirectory(prefix="gtod-history-") as directory:
        ours = Path(directory, "ours")
        subject = Subject(ours, history.env)
        make(history, ours, pauses=dict.fromkeys(looks, subject.look))
        theirs = ours if mended == history else make(mended, Path(directory, "mended")).path
        try:
            tally = _compare_all(subject, questions, oracle, theirs, mended.env)
        except DifferenceError as difference:
            note = f"deviations: {', '.join(row.id for row in rows) or 'none'}"
            raise DifferenceError(f"{difference}\n{note}\nhistory: {history!r}") from None
    tally.histories = 1
    return tally


def compare_repository(repo: Path, questions: Sequence[Question], oracle: Oracle) -> Tally:
    """Compare the answers about a repository that both can read.

    Raises:
        DifferenceError: with the question and both answers.

    """
    return _compare_all(Subject(repo), questions, oracle, repo, {})


def _compare_all(
    subject: Subject, questions: Sequence[Question], oracle: Oracle, theirs: Path, env: Mapping[str, str]
) -> Tally:
    pending = oracle.start([Request(question.argv, theirs, env) for question in questions])
    tally = Tally()
    try:
        answers = [subject.ask(question) for question in questions]
    finally:
        # Also when ours broke: the repository is about to be removed under the oracle's feet.
        expected_answers = pending()
    for question, expected, got in zip(questions, expected_answers, answers, strict=True):
        tally += _compare(question, expected, got)
    return tally


def _compare(question: Question, expected: Answer, got: Any) -> Tally:
    if isinstance(got, Refusal) and not got.kind:
        raise DifferenceError(f"{question}\nfailed, which is never an answer: {got}")
    if expected.exit != 0 and isinstance(got, Refusal):
        return Tally(refused=1)
    if expected.exit != 0:
        raise DifferenceError(f"{question}\nGTO refuses: {expected.stderr.strip()}\ngot: {_text(got)}")
    wanted = _read(expected)
    if isinstance(got, Refusal):
        raise DifferenceError(f"{question}\nrefused: {got}\nexpected: {_text(wanted)}")
    if question.theirs:
        wanted = wanted[question.theirs]
    if json.dumps(wanted) != json.dumps(got):
        lines = unified_diff(_text(wanted).splitlines(), _text(got).splitlines(), "GTO", "ours", lineterm="", n=8)
        raise DifferenceError("\n".join([str(question), *lines]))
    return Tally(real=1)


def _read(answer: Answer) -> Any:
    # A mended history says `EMPTY` where GTO cannot read nothing at all.
    return json.loads(answer.stdout.replace(deviations.EMPTY, "")) if answer.stdout else None


def _text(value: Any) -> str:
    return json.dumps(value, indent=1)
