"""Asks the real DVC for metrics, params and plots; runs in DVC's own environment.

Standard input has a JSON list of projects, each a mapping of paths to contents; standard output has a JSON list of what
DVC shows in the workspace of each: `{"metrics": …, "params": …, "plots": …}`, the errors among it as texts, or
`{"refused": reason}` where it takes nothing of the project.

With `--revisions` the list has Git repositories, `{"repository": path, "pairs": [[from, to], …]}`, and the answers have
what DVC shows of every tag, `{"metrics": {tag: …}, "params": {tag: …}, "plots": {tag: …}}`, and what differs between
pairs of them, `{"metrics_diff": […], "params_diff": […]}`.
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
    return shown_at(revision)


def shown_at(revision: "dict[str, Any]") -> "dict[str, Any]":
    """Return the values of one revision by path, and an error as `{"error": text}`."""
    if "error" in revision:
        raise revision["error"]
    results = revision["data"]
    return {
        path: result["data"] if "data" in result else {"error": f"{type(result['error']).__name__}: {result['error']}"}
        for path, result in results.items()
    }


def plots_of(data: "dict[str, Any]", templates: "str | None") -> "dict[str, Any]":
    """Return the datapoints of each plot, as `dvc plots show --json` has them, and what it makes of the properties."""
    from dvc.render.match import match_defs_renderers

    shown = next(iter(data.values()), {})
    wrong = shown.get("definitions", {}).get("error")
    if wrong is not None:
        raise wrong
    # Such as outputs of stages that overlap: then no file is read.
    unread = shown.get("sources", {}).get("error")
    found = {}
    for matched in match_defs_renderers(data, templates_dir=templates):
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
                "plots": plots_of(repo.plots.show(), repo.plots.templates_dir),
            }
        except Exception as error:  # noqa: BLE001  (whatever it is, DVC does not take the project)
            return {"refused": f"{type(error).__name__}: {error}"}
        finally:
            os.chdir("/")


def revisions_of(asked: "dict[str, Any]") -> "dict[str, Any]":
    """What DVC shows of the tags of a Git repository."""
    from dvc.repo import Repo

    os.chdir(asked["repository"])
    try:
        repo = Repo(asked["repository"])
        tags = repo.scm.list_tags()
        plots, templates = by_tag(repo.plots.show(revs=tags)), repo.plots.templates_dir
        answer: dict[str, Any] = {"plots": {tag: plots_of({tag: shown}, templates) for tag, shown in plots.items()}}
        for kind, of in (("metrics", repo.metrics), ("params", repo.params)):
            found = by_tag(of.show(all_tags=True, hide_workspace=False))
            answer[kind] = {tag: shown_at(revision) for tag, revision in found.items()}
            answer[f"{kind}_diff"] = [of.diff(a_rev=a, b_rev=b).get("diff", {}) for a, b in asked["pairs"]]
        return answer
    finally:
        os.chdir("/")


def by_tag(found: "dict[str, Any]") -> "dict[str, Any]":
    """Return what DVC shows of each tag; those of one commit share an entry."""
    return {tag: shown for tags, shown in found.items() for tag in tags.split(",") if tag != "workspace"}


def main() -> None:
    """Answer each project."""
    projects = json.load(sys.stdin)
    # DVC itself writes there.
    answer, sys.stdout = sys.stdout, sys.stderr
    asked = revisions_of if "--revisions" in sys.argv else evidence_of
    json.dump([asked(project) for project in projects], answer, default=str)


if __name__ == "__main__":
    main()
