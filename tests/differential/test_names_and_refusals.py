"""`parse-tag` on names good and bad, and the words of the refusals that GTO has names for."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.tag_names import parse_tag
from tests.differential import questions as ask
from tests.differential.compare import compare_history
from tests.differential.histories import Commit, History, Tag, make
from tests.differential.questions import Question
from tests.differential.subject import Refusal, Subject
from tests.differential.tricky import GRAMMAR
from tests.oracle.real_gto import Oracle, Request

NAMES: Final = tuple(
    dict.fromkeys(
        [
            *(tag.name for history in GRAMMAR.values() for tag in history.tags),
            *(
                "m@created",
                "m@created#1",
                "a/b=churn@v1.0.0-rc.1!#3",
                "a=b@deprecated#2",
                "",
                "m",
                "=",
                "m=n@v1.0.0",
                "#1",
            ),
            *(
                "@v1.0.0",
                "m@v1.0.0 ",
                " m@v1.0.0",
                "m#prod#1#2#3",
                "m#1!#1",
                "m#prod!#00",
                "m:n@v1.0.0",
                "m@v1.0.0#x",
                "é@v1.0.0",
            ),
        ]
    )
)


def test_tag_names_are_parsed_as_gto_parses_them(oracle: Oracle, tmp_path: Path) -> None:
    answers = oracle.ask([Request(("parse-tag", "--", name), tmp_path) for name in NAMES])
    parsed = 0
    for name, answer in zip(NAMES, answers, strict=True):
        if answer.exit:
            with pytest.raises(RegistryError) as refusal:
                parse_tag(name)
            assert (refusal.value.kind, refusal.value.message) == ("InvalidTagName", _words(answer.stderr)), name
        else:
            parsed += 1
            assert json.dumps(parse_tag(name)) == json.dumps(answer.json), name
    assert len(NAMES) // 3 < parsed < len(NAMES)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (ask.show("nope"), "ArtifactNotFound"),
        (ask.show("nope@latest"), "ArtifactNotFound"),
        (ask.show("nope#prod"), "ArtifactNotFound"),
        (ask.show("m@"), "ArtifactNotFound"),
        (ask.show(av=-2), "WrongArgs"),
        (ask.show(vs=-2), "WrongArgs"),
        (ask.show("m", vs=-5), "WrongArgs"),
        (ask.show("m", av=-2, vs=-2), "WrongArgs"),
    ],
    ids=str,
)
def test_refusals_say_what_gto_says(question: Question, kind: str, oracle: Oracle, tmp_path: Path) -> None:
    repo = make(History((Commit(0), Tag("m@v1.0.0", 5), Tag("m#prod#1", 10))), tmp_path / "repo").path
    theirs = oracle.run(*question.argv, cwd=repo)
    ours: Any = Subject(repo).ask(question)
    assert theirs.exit == 1
    assert isinstance(ours, Refusal)
    assert (ours.code, ours.kind, ours.message) == (-32803, kind, _words(theirs.stderr))


def test_wrong_counts_pass_where_there_is_nothing_to_count(oracle: Oracle, tmp_path: Path) -> None:
    asked = [ask.show(av=-2), ask.show(vs=-2)]
    for history in (History((Commit(0), Tag("m@v1.0.0", 5))), History((Commit(0),), config="stages: [dev]\n")):
        compare_history(history, asked, oracle).check()


def _words(stderr: str) -> str:
    return stderr.removeprefix("❌").strip()
