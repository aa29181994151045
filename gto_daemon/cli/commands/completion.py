"""`gtod completion`: the completion script of a shell."""

import click

from gto_daemon.cli.help import GtodCommand, argument
from gto_daemon.cli.printing import echo

#: The variable with which the script calls `gtod`; click derives it from the program's name.
COMPLETION_VARIABLE = "_GTOD_COMPLETE"


@click.command(cls=GtodCommand)
@argument("shell", type=click.Choice(["bash", "zsh", "fish"]), meaning="Shell to print the script for")
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash: eval "$(gtod completion bash)" in ~/.bashrc
    zsh:  eval "$(gtod completion zsh)" in ~/.zshrc
    fish: gtod completion fish > ~/.config/fish/completions/gtod.fish
    """
    from click.shell_completion import FishComplete, ZshComplete

    from gto_daemon.cli.bash_completion import WholeWords

    kind = {"bash": WholeWords, "zsh": ZshComplete, "fish": FishComplete}[shell]
    echo(kind(ctx.find_root().command, {}, "gtod", COMPLETION_VARIABLE).source())
