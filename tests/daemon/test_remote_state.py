"""What is known of remotes stays whole, however many acts tell of it at once."""

import threading
from collections.abc import Iterator
from pathlib import Path

from gto_daemon.daemon.live.remote_state import RemoteStates

URL = "/srv/remote.git"


def in_a_thread(states: RemoteStates, *tags: str) -> None:
    """Note tags as another act does."""
    thread = threading.Thread(target=states.note_act, args=(tags, ()))
    thread.start()
    thread.join()


def test_two_acts_that_end_at_once_both_have_their_tags_remembered() -> None:
    states = RemoteStates()

    def created() -> Iterator[str]:
        yield "churn@v1.0.0"
        in_a_thread(states, "churn@v2.0.0")

    states.note_act(created(), ())
    assert states.unsent == {"churn@v1.0.0", "churn@v2.0.0"}


def test_who_looks_at_the_tags_that_nobody_sent_is_not_disturbed(tmp_path: Path) -> None:
    states = RemoteStates()
    states.note_act(["churn@v1.0.0", "churn@v2.0.0"], [])
    states.record_answer(URL, {"XDG_CACHE_HOME": str(tmp_path)}, {"churn@v1.0.0": "1" * 40})
    unsent = states.unsent
    states.note_act(["churn@v3.0.0"], [])
    assert unsent == {"churn@v2.0.0"}
    assert states.unsent == {"churn@v2.0.0", "churn@v3.0.0"}


def test_what_acts_created_and_deleted_again_is_not_remembered() -> None:
    states = RemoteStates()
    states.note_act(["churn@v1.0.0", "churn@v2.0.0"], [])
    states.note_act(["churn@v1.0.0"], ["churn@v1.0.0", "churn@v2.0.0"])
    assert states.unsent == {"churn@v1.0.0"}
