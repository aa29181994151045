"""The real DVC, asked what is in files of metrics and params."""

import base64
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.oracle.install import DVC, interpreter_of

_WORKER: Final = Path(__file__).parents[2] / "oracle/dvc_evidence_worker.py"


class RealDvc:
    """One process that answers questions."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [str(interpreter_of(DVC)), str(_WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def metrics(self, path: str, data: bytes) -> Any:
        """The metrics of a file, nested; None if DVC refuses it."""
        return self._ask(what="metrics", path=path, data=base64.b64encode(data).decode())

    def params(self, path: str, data: bytes, keys: Sequence[str] = ()) -> Any:
        """The params of a file, nested; None if DVC refuses it."""
        return self._ask(what="params", path=path, data=base64.b64encode(data).decode(), keys=keys)

    def differences(self, what: str, path: str, before: bytes, after: bytes, *, unchanged: bool) -> Any:
        """What `dvc metrics diff --json` or `dvc params diff --json` have for a file."""
        sides = {"before": base64.b64encode(before).decode(), "after": base64.b64encode(after).decode()}
        return self._ask(what=what, path=path, unchanged=unchanged, **sides)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _ask(self, **question: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline()).get("value")


def flattened(path: str, nested: Any) -> dict[str, Any]:
    """What DVC has for a file by whole keys."""
    found: dict[str, Any] = {}

    def visit(value: Any, parts: list[str]) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                visit(inner, [*parts, key.replace(".", "\\.")])
        else:
            found[f"{path}:{'.'.join(parts)}" if parts else path] = value

    visit(nested, [])
    return found


def as_text(values: Any) -> str:
    """Values so that 1 and 1.0 differ, and NaN and NaN do not."""
    return json.dumps(values, indent=1)
