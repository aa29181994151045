"""The values that are shared by everything that is about metrics, params and plots.

A key is the path of a file, a colon, and the keys on the way to the value, joined by dots: `metrics.json:train.loss`.
A dot within one of them is written `\\.`. A file that is a single value has just its path for a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gto_daemon.registry.problems import Problem

#: A metric or param: what JSON has, and infinities and NaN as floats. A mapping is never a value: its members are.
Value = bool | int | float | str | None | list[object]
#: Key to value, in the order of the files and of what is in them.
Values = Mapping[str, Value]

#: Bytes of a file with metrics, params or points.
MAX_JSON: Final = 8 << 20
#: The same for YAML and TOML, which take 20 times as long to read.
MAX_YAML: Final = 1 << 20
#: Values of one file.
MAX_VALUES: Final = 20_000


class UnreadableEvidenceError(Exception):
    """A file has no metrics, params or points that could be read.

    Attributes:
        reason: the end of a sentence that begins with the path of the file.
        hint: the remedy, as a sentence.

    """

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True, slots=True)
class ParamsSource:
    """A file with params.

    Attributes:
        path: from the root of the repository.
        keys: what of it counts, as DVC writes it (`train.epochs`, wildcards allowed); none for the whole file.

    """

    path: str
    keys: tuple[str, ...] = ()


#: Where the fields of an axis are: the name of a field in the plot's own file, or names by file.
Axis = tuple[str, ...] | Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PlotDefinition:
    """A plot, as a `dvc.yaml` or `.gtod.yaml` defines it.

    Attributes:
        id: as DVC names it: a title or the path of a file or folder.
        file: the dvc.yaml that has it at its top level, or the .gtod.yaml; "" for a stage's plot, as in DVC.
        x: the fields along; None for the number of the row.
        y: the fields that are drawn; None for the last field.
        template: as in DVC (`linear`, `confusion`, …); None for its default.
        title: None where none is given.
        x_label: the same.
        y_label: the same.
        headerless: the CSV files that have no header, as a stage says.

    """

    id: str
    file: str
    x: Axis | None = None
    y: Axis | None = None
    template: str | None = None
    title: str | None = None
    x_label: str | None = None
    y_label: str | None = None
    headerless: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Definitions:
    """Where metrics, params and plots are, as one `dvc.yaml` (or entry of `.gtod.yaml`) says.

    Attributes:
        metrics: paths from the root of the repository, of files or of folders with files.
        params: the files with params.
        plots: the plots.
        variables: the variables of files that stages use, which DVC shows as params: path to `{dotted key: value}`.
        problems: what could not be read; everything else counts.

    """

    metrics: tuple[str, ...] = ()
    params: tuple[ParamsSource, ...] = ()
    plots: tuple[PlotDefinition, ...] = ()
    variables: Mapping[str, Values] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
