"""Trains with the real DVCLive, and commits and tags what it writes; runs in DVCLive's own environment.

Standard input has a JSON list of repositories to make: `{"repository": path, "files": {path: text}, "versions": [[run,
…], …]}`. A run is `{"folder": where, "live": arguments of Live, …}` (see `train`). Each version is committed and gets
the tag `m@v1.NUMBER.0`.
"""

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def train(run: "dict[str, Any]", number: int) -> None:
    """Log what a training logs, a little different for each version."""
    from dvclive import Live
    from PIL import Image

    with Live(save_dvc_exp=False, **run["live"]) as live:
        live.log_params({"lr": 10.0**-number, "layers": [8, number], "adam": {"betas": [0.9, 0.99], "eps": 1e-8}})
        live.log_param("name.with.dots", f"run {number}")
        live.log_param("amsgrad", False)
        for step in range(run.get("steps", 0)):
            live.log_metric("train/loss", 1 / (step + number))
            live.log_metric("val/f1 score", step / 8)
            live.log_metric("acc.top1", step)
            live.log_metric("bad", math.nan if number % 2 else math.inf)
            live.log_metric("state", "warm" if step else "cold")
            live.log_metric("hidden", step, plot=False)
            live.log_image("sample.png", Image.new("RGB", (2, 2), (number, step, 0)))
            live.log_image(f"steps/{step}.png", Image.new("RGB", (1, 1)))
            live.next_step()
        live.summary["best"] = {"epoch": number, "ok": True}
        points = [{"fpr": x / 4, "tpr": (x / 4) ** 0.5, "threshold": 1 - x / number} for x in range(5)]
        live.log_plot("roc", points, x="fpr", y="tpr", template="simple", title="ROC", x_label="FP rate")
        live.log_plot("two", points, x="fpr", y=["tpr", "threshold"])
        if run.get("summary"):
            live.make_summary()


def make(asked: "dict[str, Any]") -> None:
    """Make one repository."""
    from dvc.repo import Repo

    root = Path(asked["repository"])
    root.mkdir(parents=True)
    os.chdir(root)
    git("init", "--quiet")
    Repo.init(str(root)).close()
    for name, text in asked.get("files", {}).items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    git("add", "--all")
    git("commit", "--quiet", "--message", "Begin")
    for number, runs in enumerate(asked["versions"], start=1):
        for run in runs:
            folder = root / run.get("folder", "")
            folder.mkdir(exist_ok=True)
            os.chdir(folder)
            train(run, number)
        os.chdir(root)
        git("add", "--all")
        git("commit", "--quiet", "--message", f"Train {number}")
        git("tag", "--annotate", "--message", "A version", f"m@v1.{number}.0")


def git(*arguments: str) -> None:
    """Run Git in the current folder."""
    subprocess.run(["git", *arguments], check=True)


def main() -> None:
    """Make each repository."""
    for asked in json.load(sys.stdin):
        make(asked)


if __name__ == "__main__":
    main()
