"""`gtod start | stop | restart | socket-path`: the daemon's life, by hand."""

import click

from gto_daemon.cli.help import Command
from gto_daemon.cli.printing import echo
from gto_daemon.cli.source import unavailable_is_refused


@click.command(cls=Command)
def start() -> None:
    """Start the daemon, unless it runs already. Every other command does that by itself."""
    from gto_daemon import client

    with unavailable_is_refused():
        client.start()
        _say_who_runs()


@click.command(cls=Command)
def stop() -> None:
    """Stop the daemon. Requests it has are answered first.

    An act that takes longer than 5 s is given up, as by Ctrl-C, and its command tells what became of it.
    """
    from gto_daemon import client

    with unavailable_is_refused():
        echo("Stopped gtod." if client.stop() else "gtod is not running.")


@click.command(cls=Command)
def restart() -> None:
    """Stop the daemon if there is one, and start it anew."""
    from gto_daemon import client

    with unavailable_is_refused():
        client.stop()
        client.start()
        _say_who_runs()


@click.command(cls=Command)
def socket_path() -> None:
    """Print the path of the daemon's socket.

    Whether or not it runs.
    """
    from gto_daemon import client

    with unavailable_is_refused():
        echo(client.socket_path())


def _say_who_runs() -> None:
    from gto_daemon import client

    found = client.status()
    pid = f" as process {found['pid']}" if found else ""
    echo(f"gtod runs{pid}, at {client.socket_path()}.")
