"""How a help page is laid out: GTO's sections, with the arguments explained."""

from collections.abc import Callable
from typing import Any

import click

READING = "Read the registry"
MODIFYING = "Modify the registry"
DAEMON = "The daemon"
SCRIPTING = "For programs and shells"
SECTIONS = (MODIFYING, READING, DAEMON, SCRIPTING)


class Argument(click.Argument):
    """A positional argument with a line of help (click itself has that from 8.5 on only)."""

    def __init__(self, *args: Any, meaning: str = "", **kwargs: Any) -> None:
        self.meaning = meaning
        super().__init__(*args, **kwargs)


class GtodCommand(click.Command):
    """A command whose help explains its arguments, then its options."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both sections; click's own would list the arguments a second time from 8.5 on."""
        parameters = self.get_params(ctx)
        arguments = [(each.make_metavar(ctx), each.meaning) for each in parameters if isinstance(each, Argument)]
        if arguments:
            with formatter.section("Arguments"):
                formatter.write_dl(arguments)
        options = [
            record
            for each in parameters
            if isinstance(each, click.Option) and (record := each.get_help_record(ctx)) is not None
        ]
        if options:
            with formatter.section("Options"):
                formatter.write_dl(options)


def argument(*declarations: str, meaning: str, **attributes: Any) -> Callable[[Any], Any]:
    """`click.argument` with its line of help."""
    return click.argument(*declarations, cls=Argument, meaning=meaning, **attributes)
