"""The subject under test: the one-shot service, which answers as the daemon does, in this process."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gto_daemon.app.oneshot import OneShot
from gto_daemon.client.errors import CallError
from tests.differential.questions import Question


@dataclass(frozen=True)
class Refusal:
    """What we said in place of an answer."""

    code: int
    message: str
    kind: str


class Subject:
    """One repository, asked through a service of its own; the first question reads it, the others find it read."""

    def __init__(self, repo: Path, env: Mapping[str, str] | None = None) -> None:
        self._repo = repo
        self._env = dict(env or {})
        self._service = OneShot()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The `result` member."""
        result: dict[str, Any] = self._service.call(method, {"repo": str(self._repo), **params}, self._env)
        return result

    def look(self) -> None:
        """Read the repository as it is now."""
        self.call("gto/show")

    def ask(self, question: Question) -> Any:
        """What is to equal GTO's answer, or a `Refusal`."""
        try:
            return self.call(question.method, **question.params)[question.key]
        except CallError as error:
            return Refusal(error.code, error.message, (error.data or {}).get("kind", ""))
