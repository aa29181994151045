"""Asks the real DVC for metrics, params and plots; runs in DVC's own environment.

Standard input has a JSON list of projects, each a mapping of paths to contents; standard output has a JSON list of what
DVC shows in the workspace of each: `{"metrics": …, "params": …, "plots": …}`, the errors among it as texts, or
`{"refused": reason}` where it takes nothing of the project.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any


def shown(revisions: "dict[str, dict[str, Any]]") -> "dict[str, Any]":
    """Return the values in the workspace by path, and an error as `{"error": text}`."""
    (revision,) = revisions.values()
    if "error" in revision:
        raise revision["error"]
    results = revision["data"]
    return {
        path: result["data"] if "data" in result else {"error": f"{type(result['error']).__name__}: {result['error']}"}
        for path, result in results.items()
    }


def plots_of(repo: "Any") -> "dict[str, Any]":
    """Return the datapoints of each plot, as `dvc plots show --json` has them, and what it makes of the properties."""
    from dvc.render.match import match_defs_renderers

    data = repo.plots.show()
    wrong = data.get("workspace", {}).get("definitions", {}).get("error")
    if wrong is not None:
        raise wrong
    # Such as outputs of stages that overlap: then no file is read.
    unread = data.get("workspace", {}).get("sources", {}).get("error")
    found = {}
    for matched in match_defs_renderers(data, templates_dir=repo.plots.templates_dir):
        renderer, errors = matched.renderer, [*matched.definition_errors.values()]
        errors += [error for each in matched.source_errors.values() for error in each.values()]
        points = [{key: value for key, value in point.items() if key != "rev"} for point in renderer.datapoints]
        kept = ("x", "y", "x_label", "y_label", "title", "template")
        found[renderer.name] = {
            "type": renderer.TYPE,
            "points": points,
            "properties": {key: renderer.properties[key] for key in kept if key in renderer.properties},
            "errors": [f"{type(error).__name__}: {error}" for error in [*errors, *([unread] if unread else [])]],
        }
    return found


def evidence_of(files: "dict[str, str]") -> "dict[str, Any]":
    """What DVC shows of one project."""
    from dvc.repo import Repo

    with tempfile.TemporaryDirectory() as root:
        for name, content in {".dvc/config": "[core]\n    no_scm = True\n", **files}.items():
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode("utf-8", "surrogateescape"))
        os.chdir(root)
        try:
            repo = Repo(root)
            return {
                "metrics": shown(repo.metrics.show()),
                "params": shown(repo.params.show()),
                "plots": plots_of(repo),
            }
        except Exception as error:  # noqa: BLE001  (whatever it is, DVC does not take the project)
            return {"refused": f"{type(error).__name__}: {error}"}
        finally:
            os.chdir("/")


def main() -> None:
    """Answer each project."""
    projects = json.load(sys.stdin)
    # DVC itself writes there.
    answer, sys.stdout = sys.stdout, sys.stderr
    json.dump([evidence_of(files) for files in projects], answer, default=str)


if __name__ == "__main__":
    main()
