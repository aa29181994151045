"""Following a registry: nothing is told twice or missed, whatever became of the daemon in between."""

from typing import Any

from gto_daemon.cli.watching import ChangeFollower, RegistryChange


class Script:
    """Answers `gto/changes` in turn, and keeps what was asked."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.since: list[str] = []

    def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        assert method == "gto/changes"
        self.since.append(params["since"])
        return self.answers.pop(0)


def row(ref: str, timestamp: str = "2023-01-01T00:00:00+00:00") -> dict[str, Any]:
    artifact = ref.split("@", maxsplit=1)[0]
    return {"ref": ref, "artifact": artifact, "commit": "c", "timestamp": timestamp, "event": "e", "version": "v"}


def answer(clock: str, *added: dict[str, Any], removed: list[dict[str, Any]] | None = None, **members: Any) -> Any:
    events = {"added": list(added), "removed": removed or []}
    artifacts = [event["artifact"] for event in (*events["added"], *events["removed"])]
    return {"clock": clock, "fresh": False, "artifacts": artifacts, "events": events, **members}


def follow(*answers: dict[str, Any]) -> tuple[list[RegistryChange | None], list[str]]:
    script, follower = Script(*answers), ChangeFollower("/r")
    return [follower.catch_up(script) for _ in answers], script.since  # type: ignore[arg-type]


def test_what_is_there_at_first_is_no_change() -> None:
    changes, since = follow(answer("x:1:1", row("a@v1"), fresh=True), answer("x:1:1"))
    assert changes == [None, None]
    assert since == ["", "x:1:1"]


def test_a_change_is_told_with_its_rows() -> None:
    changes, _ = follow(answer("x:1:1", fresh=True), answer("x:1:2", row("a@v1")))
    assert changes[1] == RegistryChange("/r", "x:1:2", ["a"], [row("a@v1")], [])


def test_a_new_daemon_s_answer_is_compared_with_what_was_known() -> None:
    changes, _ = follow(
        answer("x:1:1", row("a@v1"), row("b@v1"), fresh=True),
        answer("x:1:2", row("a@v2"), removed=[row("b@v1")]),
        answer("y:1:1", row("a@v1"), row("a@v3"), fresh=True),
        answer("z:1:1", row("a@v1"), row("a@v3"), fresh=True),
    )
    assert changes[2] == RegistryChange("/r", "y:1:1", ["a"], [row("a@v3")], [row("a@v2")])
    assert changes[3] is None


def test_a_tag_made_anew_under_its_old_name_is_another_event() -> None:
    later = row("a@v1", "2024-01-01T00:00:00+00:00")
    changes, _ = follow(answer("x:1:1", row("a@v1"), fresh=True), answer("y:1:1", later, fresh=True))
    assert changes[1] == RegistryChange("/r", "y:1:1", ["a"], [later], [row("a@v1")])


def test_a_change_without_events_is_a_change_of_its_artifacts() -> None:
    changes, _ = follow(answer("x:1:1", fresh=True), answer("x:1:2", artifacts=["a", "b"]))
    assert changes[1] == RegistryChange("/r", "x:1:2", ["a", "b"], [], [])
