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


def _read(question: "dict[str, object]", root: str, side: str = "data") -> object:
    from dvc.dependency.param import read_param_file
    from dvc.fs import LocalFileSystem
    from dvc.repo.metrics.show import _read_metric

    path = Path(root, str(question["path"]))
    path.write_bytes(base64.b64decode(str(question[side])))
    if question["what"] == "metrics":
        return _read_metric(LocalFileSystem(), str(path))
    return read_param_file(LocalFileSystem(), str(path), question.get("keys"))


def _differences(question: "dict[str, object]", root: str) -> object:
    from dvc.utils.diff import diff, format_dict

    sides = [{question["path"]: {"data": _read(question, root, side)}} for side in ("before", "after")]
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
        for line in sys.stdin:
            question = json.loads(line)
            try:
                value = _differences(question, root) if "before" in question else _read(question, root)
                told = json.dumps({"value": value}, default=_text)
            except Exception as error:  # noqa: BLE001  (whatever it is, DVC does not take the file)
                told = json.dumps({"refused": f"{type(error).__name__}: {error}"})
            print(told, file=answer, flush=True)


if __name__ == "__main__":
    main()
