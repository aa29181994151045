"""What our reader defines for a project, over all of its dvc.yaml files, in DVC's terms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gto_daemon.registry.evidence.definitions import definition_files, merged_params, read_definitions
from gto_daemon.registry.evidence.plot_points import PlotPoints, is_image, named_plots, plot_files, plot_points
from gto_daemon.registry.evidence.values import (
    Definitions,
    ParamsSource,
    PlotDefinition,
    UnreadableEvidenceError,
    Values,
)
from gto_daemon.registry.problems import Problem
from tests.evidence.real_dvc import Project


@dataclass
class Defined:
    """All of it."""

    metrics: list[str] = field(default_factory=list)
    params: list[ParamsSource] = field(default_factory=list)
    plots: list[PlotDefinition] = field(default_factory=list)
    variables: dict[str, Values] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def definitions_of(files: dict[str, bytes], path: str) -> Definitions:
    """Read one dvc.yaml, given nothing but the files that `definition_files` asks for."""
    directory = path.rpartition("/")[0]
    given: dict[str, bytes] = {}
    while new := [name for name in definition_files(files[path], directory, given) if name in files.keys() - given]:
        given.update((name, files[name]) for name in new)
    return read_definitions(files[path], directory, given)


def defined_by(project: Project) -> Defined:
    """Read every dvc.yaml of a project."""
    files = {name: content.encode("utf-8", "surrogateescape") for name, content in project.items()}
    found = Defined()
    for path in sorted(files, key=lambda path: path.split("/")[:-1]):
        if path.rpartition("/")[2] != "dvc.yaml":
            continue
        one = definitions_of(files, path)
        found.metrics += one.metrics
        found.params += one.params
        found.plots += one.plots
        found.problems += one.problems
        for name, values in one.variables.items():
            found.variables[name] = {**found.variables.get(name, {}), **values}
    # Those of the root always count, as a whole.
    found.params += [ParamsSource("params.yaml")] if "params.yaml" in files else []
    found.params = list(merged_params(found.params))
    return found


def folders_of(files: Iterable[str]) -> Callable[[str], list[str] | None]:
    """Return what says which files are below a path."""
    names = sorted(files)
    return lambda path: [name for name in names if name.startswith(f"{path}/")] or None


def drawn_by(project: Project) -> dict[str, PlotPoints | str]:
    """Return the points of every plot by name; the reason where there are none; "image" for a picture."""
    files = {name: content.encode("utf-8", "surrogateescape") for name, content in project.items()}
    found: dict[str, PlotPoints | str] = {}
    for name, plot in named_plots(defined_by(project).plots, folders_of(files)).items():
        contents = {path: files[path] for path in plot_files(plot) if path in files}
        try:
            found[name] = "image" if is_image(plot) else plot_points(plot, contents)
        except UnreadableEvidenceError as error:
            found[name] = error.reason
    return found
