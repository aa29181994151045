"""The same questions to the program and to Git, whatever the repository."""

from typing import Any

from tests.differential.subject import Subject
from tests.repository_formats.formats import Repository
from tests.repository_formats.git_view import GitView

#: `GIT_COMMITTER_*` and the rest of the user's identity come from the tests' own configuration.
_NOBODY: dict[str, str] = {}


def assert_as_git_sees_it(repository: Repository, subject: Subject | None = None) -> dict[str, Any]:
    """See that every answer is what Git's own view of the tags says; the answer of `gto/show`."""
    ours = subject or Subject(repository.asked, _NOBODY)
    view = GitView(repository.git, repository.env)
    shown = ours.call("gto/show")
    assert shown["artifacts"] == view.show()
    for name in shown["artifacts"]:
        versions = {
            row["version"]: (row["commit_hexsha"], sorted({stage["stage"] for stage in row["stages"]}))
            for row in ours.call("gto/show", name=name, versions_per_stage=-1)["versions"]
            if row["registrations"]
        }
        assert versions == view.versions(name)
        described = ours.call("gto/describe", name=name)["annotation"]
        said = view.annotation(name)
        assert (described and described["path"]) == (said and said["path"])
    rows = view.history()
    assert ours.call("gto/history")["events"] == rows
    assert ours.call("gto/history", ascending=True)["events"] == rows[::-1]
    events = {row["ref"]: row["event"] for row in rows}
    for tag in (name for name in view.refs if name.isprintable()):
        event = ours.call("gto/checkRef", ref=tag)["event"]
        assert (event and event["event"]) == events.get(tag)
    assert ours.call("gto/stages", used=True)["stages"] == view.stages()
    return shown
