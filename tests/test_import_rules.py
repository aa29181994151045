"""The rules of docs/architecture.md about imports: those of pyproject.toml, and that there is no circle."""

import logging
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from importlinter.cli import lint_imports

import gto_daemon

_PACKAGE = Path(gto_daemon.__file__).parent


@pytest.fixture(autouse=True)
def _loggers() -> Iterator[None]:
    """Import-linter configures logging, which disables the loggers that tests after these look at."""
    yield
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False


def test_every_arrow_between_layers_is_followed_and_never_reversed() -> None:
    assert lint_imports(no_cache=True, is_debug_mode=False, show_timings=False) == 0


def test_no_imports_are_in_a_circle_late_ones_and_those_for_typing_counted() -> None:
    graph = grimp.build_graph("gto_daemon", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    # Raises CycleError, which names the circle.
    assert len(list(TopologicalSorter(imports).static_order())) == len(graph.modules)


@pytest.mark.parametrize(("package", "most"), [("rpc", 8), ("daemon", 6)])
def test_few_modules_are_in_no_room(package: str, most: int) -> None:
    assert len(list((_PACKAGE / package).glob("*.py"))) <= most
