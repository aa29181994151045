"""Asks the real DVC what is in files of metrics and params; runs in DVC's own environment.

Each line of standard input is a question as JSON, each line of standard output its answer: `{"value": …}`, where dates
are text as `dvc exp show --json` has them, or `{"refused": reason}`.
"""

import base64
import json
import sys
import tempfile
from datetime import date
from pathlib import Path


class _Files:
    """A repository with one file at a time."""

    def __init__(self, root: str) -> None:
        from dvc.repo import Repo

        self._repo = Repo.init(root, no_scm=True)
        self._root = Path(root)
        self._count = 0

    def read(self, question: "dict[str, object]", side: str = "data") -> object:
        """Return the metrics or params of a file."""
        from dvc.dependency.param import read_param_file
        from dvc.fs import LocalFileSystem

        self._count += 1
        path = self._root / str(self._count) / str(question["path"])
        path.parent.mkdir()
        path.write_bytes(base64.b64decode(str(question[side])))
        if question["what"] == "metrics":
            (found,) = self._repo.metrics.show(targets=[str(path)], on_error="raise").values()
            (file,) = found["data"].values()
            return file["data"]
        return read_param_file(LocalFileSystem(), str(path), question.get("keys"))

    def differences(self, question: "dict[str, object]") -> object:
        """Return how the metrics or params of two states of a file differ."""
        from dvc.utils.diff import diff, format_dict

        sides = [{question["path"]: {"data": self.read(question, side)}} for side in ("before", "after")]
        found = diff(*map(format_dict, sides), with_unchanged=question["unchanged"])
        return found.get(question["path"], {})


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def main() -> None:
    """Answer each question."""
    # DVC itself writes there.
    answer, sys.stdout = sys.stdout, sys.stderr
    with tempfile.TemporaryDirectory() as root:
        files = _Files(root)
        for line in sys.stdin:
            question = json.loads(line)
            try:
                value = files.differences(question) if "before" in question else files.read(question)
                told = json.dumps({"value": value}, default=_text)
            except Exception as error:  # noqa: BLE001  (whatever it is, DVC does not take the file)
                told = json.dumps({"refused": f"{type(error).__name__}: {error}"})
            print(told, file=answer, flush=True)


if __name__ == "__main__":
    main()
