"""Asks the real `dvc.api.artifacts_show`; runs in DVC's own environment.

Standard input has a JSON list of questions, each the keyword arguments of one call; standard output a JSON list of the
answers, or of the names of the exceptions. `--signature` prints the parameters.
"""

import inspect
import json
import sys

from dvc.api import artifacts_show


def answer_of(question: "dict[str, str | None]") -> object:
    """What DVC answers, or the name of what it raises."""
    try:
        return artifacts_show(**question)
    except Exception as error:  # noqa: BLE001  (whatever it is, DVC does not answer)
        return type(error).__name__


def main() -> None:
    """Answer each question."""
    # DVC itself writes there.
    answer, sys.stdout = sys.stdout, sys.stderr
    if "--signature" in sys.argv:
        parameters = inspect.signature(artifacts_show).parameters.values()
        json.dump([[each.name, each.default is None] for each in parameters], answer)
        return
    json.dump([answer_of(question) for question in json.load(sys.stdin)], answer)


if __name__ == "__main__":
    main()
