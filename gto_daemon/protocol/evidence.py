"""Metrics, params and plots beside versions."""

from typing import Any, NotRequired, TypedDict

from gto_daemon.protocol.artifacts import Difference
from gto_daemon.protocol.registry import Noted, Special
from gto_daemon.protocol.results import Page, RepositoryResult


class Change(Difference):
    """How a value differs from that of another version."""

    against: str
    """The other version."""


class VersionHead(TypedDict):
    """A version beside its values."""

    artifact: str
    version: str
    """`v` and a semantic version, or the commit that was assigned without one."""
    label: str
    """The version as shown to users: a commit id is abbreviated."""
    ref: str
    """The tag that registers it; otherwise the tag or commit that it is known from."""
    commit: str
    """The commit that the values were read from, in hex digits."""
    created_at: str | None
    active: bool
    """Whether the version is not deregistered."""
    stages: list[str]
    """The stages that it holds, by the default rules of `gto/show`."""


class VersionValues(VersionHead):
    """The metrics or params of a version."""

    values: dict[str, Any]
    """The values by key: `metrics.json:train.loss`. Null where JSON has no such value: see `special`."""
    special: NotRequired[dict[str, Special]]
    """The numbers that JSON does not have, by key."""
    changes: dict[str, Change]
    """The values that differ from those of the version that it is compared with, by key."""


class ValuesAnswer(Noted, Page):
    """The metrics or params of versions, greatest first."""

    keys: list[str]
    """Every key of any of the versions on this page, in the order of the files; or those that were asked for."""
    short: dict[str, str]
    """Maps each key of `keys` and `changes` to the shortest name that means no other: `auc` for
    `metrics.json:auc`."""
    headline: list[str]
    """The keys to show where there is little room: as `.gtod.yaml` says, or the first one that has a number."""
    versions: list[VersionValues]
    total: int
    """The total number of versions, on all pages."""


class MetricsResult(ValuesAnswer, RepositoryResult):
    """The metrics of versions, greatest first."""


class ParamsResult(ValuesAnswer, RepositoryResult):
    """The params of versions, greatest first."""


class PlotImage(TypedDict):
    """A picture that a version has for a plot."""

    path: str
    """The path of the file, relative to the root of the repository."""
    oid: str
    """The id of the file in Git, in hex digits."""
    media_type: str
    data: NotRequired[str]
    """The file in base64; only if `images` was asked for, and it is not too large."""


class PlotData(VersionHead):
    """What a version has for a plot."""

    points: list[dict[str, Any]]
    """The points: the fields of each row, with DVC's `filename` and `field` added, as `dvc plots show --json` has
    them, but for `rev`. Numbers that JSON does not have are null."""
    image: NotRequired[PlotImage]
    """The picture, if the plot is one."""


class Plot(TypedDict):
    """A plot, with the points of each version that has some."""

    id: str
    """As DVC names it: a title, or the path of a file."""
    title: str
    template: str
    """As in DVC: `linear`, `simple`, `scatter`, `smooth`, `confusion`, `bar_horizontal`, …, or `image`."""
    x: str
    """The field along."""
    y: str
    """The field that is drawn."""
    x_label: str
    y_label: str
    data: list[PlotData]


class PlotsResult(Noted, RepositoryResult):
    """The plots of versions."""

    plots: list[Plot]
