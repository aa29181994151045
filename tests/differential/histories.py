"""What a repository went through, as a value: commits and tags in order, HEAD, configuration.

A history can be printed, shrunk, mended and made into a repository. Times are seconds after `builders.START`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.builders import AUTHOR, COMMITTER, START, TAGGER, Content, RepositoryBuilder
from tests.differential.annotation_files import with_mended


@dataclass(frozen=True)
class Commit:
    """A commit; `files` maps paths to contents, None removes, and what is not named stays."""

    at: int = 0
    files: Mapping[str, Content | None] = field(default_factory=dict)
    tz: str = "+0000"
    branch: str = "main"
    author: str = AUTHOR
    committer: str = COMMITTER
    message: Content = "Update model\n"
    encoding: str | None = None


@dataclass(frozen=True)
class Tag:
    """A tag. `on` counts the commits of the history from 0, -1 is the newest so far.

    `nested` is how many tag objects stand between this one and the commit; `object_name` is the name inside the
    object where it is not the ref's.
    """

    name: str
    at: int = 0
    on: int = -1
    tz: str = "+0000"
    tagger: Content | None = TAGGER
    message: Content = "A tag"
    lightweight: bool = False
    nested: int = 0
    target: Literal["commit", "tree", "blob"] = "commit"
    object_name: str | None = None


Event = Commit | Tag


@dataclass(frozen=True)
class History:
    """Everything that the answers about a repository depend on.

    Attributes:
        events: commits and tags, in the order in which they are made.
        head: the branch that HEAD names, or the ordinal of the commit it is detached at.
        config: the `.gto` in the worktree, not committed.
        env: variables that both sides see.
        packed: whether refs are moved to `packed-refs` at the end.

    """

    events: tuple[Event, ...]
    head: str | int = "main"
    config: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    packed: bool = False

    @property
    def index(self) -> str:
        """The path of the annotation file that GTO reads."""
        return "other.yaml" if self.config and "INDEX: other.yaml" in self.config else "artifacts.yaml"

    @property
    def commits(self) -> tuple[Commit, ...]:
        """The commits, in order."""
        return tuple(event for event in self.events if isinstance(event, Commit))

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The tags, in order."""
        return tuple(event for event in self.events if isinstance(event, Tag))

    def placed_tags(self) -> list[tuple[Tag, int]]:
        """The tags with the ordinal of the commit that each is on."""
        placed: list[tuple[Tag, int]] = []
        count = 0
        for event in self.events:
            if isinstance(event, Commit):
                count += 1
            else:
                placed.append((event, event.on if event.on >= 0 else count + event.on))
        return placed

    def head_commit(self) -> int | None:
        """The ordinal of HEAD's commit, or None when nothing is committed there."""
        if isinstance(self.head, int):
            return self.head
        on_branch = [place for place, commit in enumerate(self.commits) if commit.branch == self.head]
        return on_branch[-1] if on_branch else None

    def files_at(self, ordinal: int) -> dict[str, Content]:
        """The tree of a commit."""
        commits = self.commits
        files: dict[str, Content] = {}
        for place in self._line(ordinal):
            for path, content in commits[place].files.items():
                files.pop(path, None)
                if content is not None:
                    files[path] = content
        return files

    def _line(self, ordinal: int) -> list[int]:
        # A branch starts at the newest commit made before it, as `make` builds it.
        commits = self.commits
        line = [ordinal]
        while line[0] > 0:
            parent = max(
                (place for place in range(line[0]) if commits[place].branch == commits[line[0]].branch),
                default=line[0] - 1,
            )
            line.insert(0, parent)
        return line


def make(history: History, path: Path, *, pauses: Mapping[int, Callable[[], None]] | None = None) -> RepositoryBuilder:
    """The repository that went through `history`; `pauses` are called when so many events have happened."""
    repo = RepositoryBuilder(path)
    oids: list[str] = []
    tips: dict[str, str] = {}
    for place, event in enumerate(history.events):
        if pauses and place in pauses:
            pauses[place]()
        if isinstance(event, Commit):
            parent = tips.get(event.branch, oids[-1] if oids else None)
            oid = repo.commit(
                with_mended(event.files),
                at=START + event.at,
                tz=event.tz,
                branch=event.branch,
                author=event.author,
                committer=event.committer,
                message=event.message,
                encoding=event.encoding,
                parents=(parent,) if parent else (),
            )
            tips[event.branch] = oid
            oids.append(oid)
        else:
            _make_tag(repo, event, oids)
    if isinstance(history.head, int):
        repo.detach(oids[history.head])
    else:
        repo.switch(history.head)
    if history.config is not None:
        repo.write(".gto", history.config)
    if history.packed:
        repo.pack()
    return repo


def _make_tag(repo: RepositoryBuilder, tag: Tag, oids: list[str]) -> None:
    target, kind = oids[tag.on], "commit"
    if tag.target == "blob":
        target, kind = repo.blob("a blob\n"), "blob"
    elif tag.target == "tree":
        target, kind = repo.git("rev-parse", f"{target}^{{tree}}"), "tree"
    if tag.lightweight:
        repo.lightweight(tag.name, target)
        return
    for level in range(tag.nested):
        # The inner tags have dates, people and messages of their own, so that reading those would show.
        target = repo.tag_object(
            f"inner-{level}",
            target,
            at=START + tag.at + 7 * (level + 1),
            tagger="Inner <inner@example.com>",
            message=f"inner {level}",
            target_kind=kind,  # type: ignore[arg-type]
        )
        kind = "tag"
    repo.tag(
        tag.name,
        target,
        at=START + tag.at,
        tz=tag.tz,
        tagger=tag.tagger,
        message=tag.message,
        target_kind=kind,  # type: ignore[arg-type]
        object_name=tag.object_name,
    )
