"""Asks the real DVC how it resolves the artifacts of a `dvc.yaml`; runs in DVC's own environment.

Standard input has a JSON list of cases, each a mapping of paths to contents; standard output a JSON list with the
artifacts of the `dvc.yaml` of each folder, or `{"refused": reason}`.
"""

import json
import sys
import tempfile
from pathlib import Path


def artifacts_of(files: "dict[str, str]", dvc_yaml: str) -> object:
    """What DVC makes of one `dvc.yaml`."""
    from dvc.dvcfile import load_file
    from dvc.repo import Repo

    with tempfile.TemporaryDirectory() as root:
        for name, content in files.items():
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
        repo = Repo.init(root, no_scm=True)
        try:
            return load_file(repo, str(Path(root, dvc_yaml))).artifacts
        except Exception as error:  # noqa: BLE001  (whatever it is, DVC does not take the file)
            return {"refused": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer each case."""
    cases = json.load(sys.stdin)
    # DVC itself writes there.
    answer, sys.stdout = sys.stdout, sys.stderr
    json.dump([artifacts_of(case["files"], case["dvc_yaml"]) for case in cases], answer, default=str)


if __name__ == "__main__":
    main()
