"""Remedies for the repository that `-r` names: run in the working directory, their commands would be about another."""

import re
import shlex
from typing import Any

_IN_BACKTICKS = re.compile(r"`[^`\n]+`")
#: What is about no repository, or names one itself, is left as it is.
_GIT = re.compile(r"(?<![\w./-])git (?!-C |clone |config --global )")
_GTOD = re.compile(r"(?<![\w./-])gtod (?!logs|start|stop|restart|serve|lsp)([a-z][a-z-]*)")


#: The members of an answer that hold what has a hint.
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
