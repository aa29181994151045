"""Commands in hints, completed with the repository of `-r`: without it, they would change another repository."""

import re
import shlex
from typing import Any

_IN_BACKTICKS = re.compile(r"`[^`\n]+`")
#: Commands without a repository, or with one, are left unchanged.
_GIT = re.compile(r"(?<![\w./-])git (?!-C |clone |config --global )")
_GTOD = re.compile(r"(?<![\w./-])gtod (?!logs|start|stop|restart|serve|lsp)([a-z][a-z-]*)")


#: Members of a result whose items have hints.
_PARTS = ("problems", "findings", "push")


def with_repository(value: Any, option: str, path: str) -> Any:
    """Return an answer, or part of one, with the repository named in each command that a hint or a reason recommends.

    Args:
        value: of JSON.
        option: `-r` as given.
        path: where the repository is.

    """
    if isinstance(value, list):
        return [with_repository(each, option, path) for each in value]
    if not isinstance(value, dict):
        return value
    changed = {part: with_repository(value[part], option, path) for part in _PARTS if part in value}
    for said in ("hint", "reason"):
        if isinstance(value.get(said), str):
            changed[said] = _named(value[said], option, path)
    return {**value, **changed}


def _named(hint: str, option: str, path: str) -> str:
    git, gtod = f"git -C {shlex.quote(path)} ", rf" -r {shlex.quote(option)}"
    return _IN_BACKTICKS.sub(
        lambda found: _GTOD.sub(lambda word: word[0] + gtod, _GIT.sub(lambda _: git, found[0])), hint
    )
