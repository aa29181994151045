"""`gtod plot`: a metric over the versions of an artifact, as a picture."""

import math
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo, explain, warn
from gto_daemon.cli.refusals import Refused
from gto_daemon.cli.shell_completion import complete_artifact, complete_file, complete_key

#: Bytes of a file that is looked at to see whether it is a plot.
_MAX_PLOT = 16 << 20
#: Versions without a number that are named.
_MAX_NAMED = 10


@click.command(cls=GtodCommand)
@reads_repository
@argument("name", shell_complete=complete_artifact, meaning="Artifact name")
@argument("key", shell_complete=complete_key, meaning="Metric, by its short name or whole key: auc, metrics.json:auc")
@click.option("--svg", metavar="FILE", shell_complete=complete_file, help="Write a picture (needs vl-convert-python)")
@click.option("--vega", metavar="FILE", shell_complete=complete_file, help="Write a Vega-Lite specification")
@click.option("--force", is_flag=True, help="Replace a file that is no plot, except one that is in no commit")
def plot(backend: Backend, *, name: str, key: str, svg: str | None, vega: str | None, force: bool) -> None:
    """Draw a metric over the versions of an artifact, with the stages that they hold."""
    if svg is None and vega is None:
        raise click.UsageError("Say what to write: --svg FILE, or --vega FILE")
    answer = backend.ask("gto/metrics", name=name, keys=[key])
    if len(answer["keys"]) > 1:
        raise Refused(
            f"'{key}' stands for {len(answer['keys'])} metrics: {', '.join(answer['keys'])}",
            "Write the whole key of one.",
        )
    metric = answer["short"][answer["keys"][0]]
    points = [point for version in reversed(answer["versions"]) if (point := _point(version, answer["keys"][0]))]
    if not points:
        raise Refused(f"No version of '{name}' has a number for '{key}'", f"See: `gtod metrics {shlex.quote(name)}`.")
    drawn = {point["version"] for point in points}
    left = [version["label"] for version in answer["versions"] if version["label"] not in drawn]
    if left:
        more = f" and {len(left) - _MAX_NAMED} more" if len(left) > _MAX_NAMED else ""
        explain(f"No number for '{metric}', and left out: {', '.join(left[:_MAX_NAMED])}{more}")
    # Only now: most commands draw nothing.
    from gto_daemon.app.plot import NoRendererError, as_svg, as_vega, plot_spec

    spec = plot_spec(answer["versions"][0]["artifact"], metric, points)
    try:
        files = {
            **({("--vega", vega): as_vega(spec)} if vega is not None else {}),
            **({("--svg", svg): as_svg(spec)} if svg is not None else {}),
        }
    except NoRendererError as error:
        raise Refused(
            "--svg needs a library to draw with",
            "Install it beside gtod: pip install vl-convert-python. --vega needs none; notebooks draw that.",
        ) from error
    for (option, out), data in files.items():
        _write(option, out, data, force=force)


def _point(version: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    value = version["values"].get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_drawable(value):
        return None
    return {"version": version["label"], "value": value, "stages": ", ".join(version["stages"])}


def _is_drawable(value: float) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _write(option: str, out: str, data: bytes, *, force: bool) -> None:
    from gto_daemon.app.destination import Destination, UnsafeDestinationError

    try:
        with Destination(out, "plot", replace=force or _is_plot(out), option=option) as place:
            place.new.write_bytes(data)
            lost = [] if _is_plot(out) else place.lost([])
            if lost:
                raise Refused(
                    f"'{out}' is not replaced: no commit has it", f"Move it away, or give another file with {option}."
                )
            rest = place.take()
    except UnsafeDestinationError as error:
        raise Refused(str(error), error.hint) from error
    except OSError as error:
        raise Refused(f"'{out}' cannot be written: {error.strerror or error}") from error
    if rest is not None:
        warn(f"what '{out}' was before cannot be deleted, and is '{rest}' now")
    echo(out)


def _is_plot(out: str) -> bool:
    from gto_daemon.app.plot import is_plot

    place = Path(out)
    try:
        return place.is_file() and place.stat().st_size <= _MAX_PLOT and is_plot(place.read_bytes())
    except OSError:
        return False
