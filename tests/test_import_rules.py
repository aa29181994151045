"""The dependency rule of docs/architecture.md, as import-linter checks it from pyproject.toml."""

from importlinter.cli import lint_imports


def test_every_arrow_between_layers_is_followed_and_never_reversed() -> None:
    assert lint_imports(no_cache=True, is_debug_mode=False, show_timings=False) == 0
