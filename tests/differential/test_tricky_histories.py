"""Every history that the specification singles out, and everything that can be asked about it."""

import pytest

from gto_daemon.registry.tag_names import parse_tag_name
from tests.differential import questions as ask
from tests.differential.compare import compare_history
from tests.differential.deviations import applying
from tests.differential.histories import History
from tests.differential.questions import Question
from tests.differential.tricky import CASES
from tests.oracle.real_gto import Oracle


@pytest.mark.parametrize("name", CASES)
def test_a_tricky_history_reads_as_gto_reads_it(name: str, oracle: Oracle) -> None:
    history = CASES[name]
    assert not applying(history), "what we read differently on purpose belongs to the deviations"
    compare_history(history, everything(history), oracle).check()


def everything(history: History) -> list[Question]:
    """Every question whose answer could differ for this history."""
    parsed = [found for tag in history.tags if (found := parse_tag_name(tag.name))]
    asked = ask.registry_questions(ask.TELLING_COUNTS)
    for artifact in {tag.artifact: None for tag in parsed}:
        of_it = [tag for tag in parsed if tag.artifact == artifact]
        asked += ask.artifact_questions(artifact)
        asked += ask.shortcut_questions(
            artifact,
            sorted({tag.version for tag in of_it if tag.version})[:4],
            sorted({tag.stage for tag in of_it if tag.stage})[:4],
        )
    # What is known by an annotation alone, or not at all.
    asked += [ask.show(artifact, d=d) for artifact in ("m", "n", "lonely") for d in (False, True)]
    asked += [ask.check_ref(tag.name) for tag in history.tags]
    asked += [ask.check_ref(ref) for ref in ("HEAD", "main", "refs/tags/m@v1.0.0", "m@v9.9.9", "0" * 40)]
    return list(dict.fromkeys(asked))
