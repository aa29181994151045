"""Divide tags among pushes, so that a server starts its workflows for each tag."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from gto_daemon.registry.tag_names import parse_tag_name

if TYPE_CHECKING:
    from gto_daemon.protocol import acts

#: Refs of one push that GitHub starts workflows for, and by default GitLab calls webhooks for: of more, for none.
MAX_NOTICED: Final = 3


class PlannedPush(NamedTuple):
    """One push: the tags that it sends, and the tags that it deletes."""

    create: tuple[str, ...]
    delete: tuple[str, ...]

    def as_json(self) -> "acts.PlannedPush":
        """Return it as in `pushes` of a plan."""
        return {"create": [*self.create], "delete": [*self.delete]}


def divide(create: Mapping[str, str], delete: Iterable[str], size: int) -> list[PlannedPush]:
    """Return the pushes in order: versions before stages, and a version's tags with it, if there is room.

    Args:
        create: tags to send, each with the commit that it is on.
        delete: tags to delete at the remote.
        size: how many tags a push has at the most; 0 for no limit.

    """
    registered = {(_artifact(tag), commit) for tag, commit in create.items() if _registers(tag)}
    groups: dict[object, list[str]] = {}
    for tag, commit in create.items():
        version = _artifact(tag), commit
        groups.setdefault(version if version in registered else tag, []).append(tag)
    sent = sorted((sorted(group, key=_rests) for group in groups.values()), key=lambda group: _rests(group[0]))
    pushes: list[PlannedPush] = []
    tags: list[tuple[str, bool]] = []
    removed = sorted(delete, key=_registers)  # tags that depend on a registration are deleted before it
    for parts in [*([(tag, True) for tag in group] for group in sent), *([(tag, False)] for tag in removed)]:
        if tags and size and len(tags) + len(parts) > size:
            pushes.append(_push(tags))
            tags = []
        for part in parts:
            if size and len(tags) == size:
                pushes.append(_push(tags))
                tags = []
            tags.append(part)
    return [*pushes, _push(tags)] if tags else pushes


def _push(tags: Iterable[tuple[str, bool]]) -> PlannedPush:
    listed = list(tags)
    return PlannedPush(
        tuple(tag for tag, creates in listed if creates), tuple(tag for tag, creates in listed if not creates)
    )


def _artifact(tag: str) -> str:
    parsed = parse_tag_name(tag)
    return parsed.artifact if parsed is not None else ""


def _registers(tag: str) -> bool:
    parsed = parse_tag_name(tag)
    return parsed is not None and parsed.kind == "registration"


def _rests(tag: str) -> bool:
    return not _registers(tag)
