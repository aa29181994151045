"""Random DVC projects: files with values, files with variables, and folders with a dvc.yaml each that names them."""

import json
from random import Random
from typing import Any

from tests.evidence.real_dvc import Project

_NAMES = ("m0", "m1", "m2", "lr", "a b", "é")
_METRICS = ("m0.json", "m1.json", "m2.yaml", "lr.toml", "deep/m0.json")
_PLOTS = ("m0.csv", "m1.tsv", "m2.json", "lr.csv", "curves/m0.csv", "m0.png")
_FIELDS = ("step", "acc", "loss")


def random_project(seed: int, folders: int = 26) -> Project:
    """Return a project with that many dvc.yaml files, none of which DVC refuses.

    With an odd seed, stages may have the same outputs: then DVC reads no points.
    """
    random = Random(seed)
    files: dict[str, str] = {}
    for number in range(folders):
        folder = random.choice((f"f{number}", f"f{number}/sub", f"f{number}/é x"))
        files.update(
            (f"{folder}/{name}", text) for name, text in _Folder(random, overlapping=seed % 2 == 1).files().items()
        )
    if random.random() < 0.5:
        files["params.yaml"] = json.dumps(_params(random))
    return files


class _Folder:
    def __init__(self, random: Random, *, overlapping: bool) -> None:
        self._random = random
        self._overlapping = overlapping
        self._outputs: set[str] = set()
        self._params = _params(random)
        self._more = {f"x_{key}": value for key, value in _params(random).items()}
        self._local = {"loc": random.choice(_NAMES)}
        self._more_name = random.choice(("vars.json", "conf/v.yaml", "v.yml"))

    def files(self) -> dict[str, str]:
        random = self._random
        files = {f"{place}{name}": text for place in ("", "w/") for name, text in _data(random).items()}
        files["params.yaml"] = json.dumps(self._params)
        files[self._more_name] = json.dumps(self._more)
        files["w/params.yaml"] = json.dumps(_params(random))
        files["w/local.yaml"] = files["local.yaml"] = json.dumps({"own": {"name": random.choice(_NAMES)}})
        files["dvc.yaml"] = json.dumps(self._dvc_yaml())
        return files

    def _dvc_yaml(self) -> dict[str, Any]:
        random = self._random
        sections: dict[str, Any] = {"vars": [random.choice((self._more_name, f"./{self._more_name}")), self._local]}
        if random.random() < 0.7:
            sections["metrics"] = [self._name((*_METRICS, "deep"), ".json") for _ in range(random.randint(0, 4))]
        if random.random() < 0.5:
            sections["params"] = [random.choice(("params.yaml", "w/params.yaml", self._more_name, "no.yaml"))]
        if random.random() < 0.7:
            sections["plots"] = [self._top_plot() for _ in range(random.randint(0, 3))]
        sections["stages"] = {f"s{number}": self._stage() for number in range(random.randint(0, 4))}
        return sections

    def _stage(self) -> dict[str, Any]:
        random = self._random
        kind = random.choice(("plain", "plain", "list", "mapping", "variable", "matrix"))
        if kind == "plain":
            return self._body(())
        if kind == "matrix":
            axes = {"a": random.sample(_NAMES, 2), "b": random.choice(([1, True, "m0"], "${names}", ["${size.a}", 2]))}
            return {"matrix": axes, **self._body(("${item.a}", "${item.b}", "${key}"))}
        data: object = random.choice((random.sample(_NAMES, 2), [1, "m1", 1, False], [{"n": "m0"}, {"n": "m1"}]))
        if kind == "mapping":
            data = {name: random.choice(({"n": "m0"}, {"n": 2})) for name in random.sample(_NAMES, 2)}
        elif kind == "variable":
            data = random.choice(("${names}", "${x_names}", "${size}", "${runs}", "${x_models}", ["${size.a}", "m0"]))
        items = ["${item}"]
        if (
            data in ("${runs}", "${x_models}")
            or kind == "mapping"
            or (isinstance(data, list) and isinstance(data[0], dict))
        ):
            items = ["${item.n}"]
        if data in ("${size}", "${x_models}") or kind == "mapping":
            items.append("${key}")
        return {"foreach": data, "do": self._body(tuple(items))}

    def _body(self, items: tuple[str, ...]) -> dict[str, Any]:
        random = self._random
        own = items[-1] if items else ""
        body: dict[str, Any] = {"cmd": random.choice(("run", ["run", self._text(items)], "run ${size}"))}
        if random.random() < 0.3:
            body["wdir"] = random.choice(("w", "./w/", "${where}"))
        if random.random() < 0.3:
            body["vars"] = ["local.yaml", {"mine": 5}]
            items = (*items, "${own.name}", "${mine}")
        if random.random() < 0.5:
            body["deps"] = [self._text(items)]
        if random.random() < 0.3:
            body["desc"] = f"{self._text(items)} and \\${{x}}"
        if random.random() < 0.7:
            body["metrics"] = [
                random.choice((name, {name: {"cache": False}})) for name in self._some_outputs(_METRICS, ".json", own)
            ]
        if random.random() < 0.6:
            body["params"] = [self._param() for _ in range(random.randint(1, 3))]
        if random.random() < 0.5:
            body["plots"] = [self._stage_plot(name) for name in self._some_outputs(_PLOTS, ".csv", own)]
        return body

    def _some_outputs(self, names: tuple[str, ...], suffix: str, own: str) -> list[str]:
        """Return outputs of a stage; `own` is an expression that only one of its group has the value of."""
        random = self._random
        chosen = [
            random.choice((name, f"{number}{own}${{loc}}{suffix}"))
            for number, name in enumerate(random.sample(names, 2))
        ]
        if self._overlapping:
            return chosen
        stage = len(self._outputs)
        # A group of stages has files that are not there; other stages have those that no other has.
        chosen = (
            [f"{stage}{own}{name}".replace("/", "") for name in chosen]
            if own
            else [name for name in chosen if "$" not in name]
        )
        chosen = [name for name in chosen if name not in self._outputs]
        self._outputs.update(chosen)
        return chosen

    def _param(self) -> object:
        keys = ["size", "size.a", "names", "flag", "nope", "runs.0.n"]
        random = self._random
        file = random.choice(("params.yaml", "w/params.yaml", "../params.yaml", "no.yaml"))
        return random.choice((random.choice(keys), {file: random.sample(keys, 2)}, {file: None}))

    def _text(self, items: tuple[str, ...]) -> str:
        """Return some text that is never a single expression, which could stand for a number."""
        known = ("${size.a}", "${names[0]}", "${names[-1]}", "${flag}", "${x_runs[0].n}", "${loc}", "${none}", *items)
        return self._random.choice(
            ("${loc}", "x", *(f"{each}_" for each in known), *(f"{each}${{size.b}}" for each in known))
        )

    def _name(self, names: tuple[str, ...], suffix: str, items: tuple[str, ...] = ()) -> str:
        if self._random.random() < 0.5:
            return self._random.choice(names)
        return f"{self._random.choice(('${loc}', '${names[0]}', '${x_names[-1]}', *items))}{suffix}"

    def _props(self) -> dict[str, Any]:
        random = self._random
        chosen: dict[str, Any] = {}
        if random.random() < 0.4:
            chosen["x"] = random.choice(_FIELDS)
        if random.random() < 0.4:
            chosen["y"] = random.choice(_FIELDS)
        for name in ("title", "x_label", "y_label"):
            if random.random() < 0.2:
                chosen[name] = self._text(())
        if random.random() < 0.2:
            chosen["template"] = random.choice(("smooth", "scatter", "confusion"))
        return chosen

    def _stage_plot(self, name: str) -> object:
        props = self._props()
        if self._random.random() < 0.1:
            props["header"] = False
        return self._random.choice((name, {name: props}))

    def _top_plot(self) -> object:
        random = self._random
        name, props = self._name((*_PLOTS, "curves"), ".csv"), self._props()
        if random.random() < 0.4:
            if random.random() < 0.3:
                props["y"] = random.sample(_FIELDS, 2)
            return random.choice((name, {name: props}, {name: None}))
        tables = [each for each in _PLOTS if each.endswith(("csv", "tsv", "json"))]
        chosen = random.sample(tables, random.randint(1, 3))
        props["y"] = {each: random.choice((random.choice(_FIELDS), random.sample(_FIELDS, 2))) for each in chosen}
        if random.random() < 0.4:
            props["x"] = {chosen[0]: random.choice(_FIELDS)}
        return {f"title {random.choice(_NAMES)}": props}


def _params(random: Random) -> dict[str, Any]:
    return {
        "size": {"a": random.choice((1, 0.5, "m0", True)), "b": random.randint(0, 9)},
        "names": random.sample(_NAMES, random.randint(1, 3)),
        "flag": random.choice((True, False)),
        "runs": [{"n": name, "v": 1e-5} for name in random.sample(_NAMES, 2)],
        "models": {name: {"n": random.choice(_NAMES), "deep": {"er": [1, None]}} for name in random.sample(_NAMES, 2)},
        "where": "w",
        "none": random.choice((None, "m1", 3)),
    }


def _data(random: Random) -> dict[str, str]:
    def number() -> object:
        return random.choice((random.random(), random.randint(-5, 5), float("nan"), float("inf"), True, "text", None))

    def metrics() -> str:
        return json.dumps({"acc": number(), "train": {"loss": number(), "deep": {"er": number(), "l": [1]}}})

    def rows() -> list[dict[str, object]]:
        return [{"step": step, "acc": number(), "loss": number()} for step in range(length)]

    length = random.randint(0, 4)
    table = [[*_FIELDS], *([str(step), str(random.random()), "x"] for step in range(length))]
    csv = "".join(",".join(line) + "\n" for line in table)
    return {
        "m0.json": metrics(),
        "m1.json": random.choice((metrics(), "[1]", "0.5", "{", '{"acc": {}}')),
        "m2.yaml": "acc: 1\ntrain: {loss: .inf, e: 1e-3, d: 2020-01-01, 5: 6, t: yes}\n",
        "lr.toml": 'acc = 0.5\n[train]\nloss = nan\nword = "x"\n',
        "deep/m0.json": metrics(),
        "m0.csv": csv,
        "m1.tsv": csv.replace(",", "\t"),
        "m2.json": json.dumps(random.choice((rows(), {"train": rows()}, {"a": {"b": rows()}, "c": 1}, []))),
        "lr.csv": random.choice((csv, "", "step\n1,2\n")),
        "curves/m0.csv": csv,
        "curves/more/m1.tsv": csv.replace(",", "\t"),
        "m0.png": "picture",
    }
