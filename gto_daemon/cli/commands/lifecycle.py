"""`gtod start | stop | restart | socket-path`: manual control of the daemon."""

import click

from gto_daemon.cli.backend import unavailable_is_refused
from gto_daemon.cli.help import GtodCommand
from gto_daemon.cli.printing import echo


@click.command(cls=GtodCommand)
def start() -> None:
    """Start the daemon, unless it is running. Other commands do so automatically."""
    from gto_daemon import client

    with unavailable_is_refused():
        client.start()
        _say_who_runs()


@click.command(cls=GtodCommand)
def stop() -> None:
    """Stop the daemon. It completes pending requests first.

    A change that takes longer than 5 s is cancelled, as by Ctrl-C, and its command prints the outcome.
    """
    from gto_daemon import client

    with unavailable_is_refused():
        others = _other_clients()
        echo("Stopped gtod." if client.stop() else "gtod is not running.")
    if others:
        were = "1 other client was" if others == 1 else f"{others} other clients were"
        echo(f"{were} connected; one that follows the registry, such as a watch or an editor, starts it again.")


@click.command(cls=GtodCommand)
def restart() -> None:
    """Restart the daemon."""
    from gto_daemon import client

    with unavailable_is_refused():
        client.stop()
        client.start()
        _say_who_runs()


@click.command(cls=GtodCommand)
def socket_path() -> None:
    """Print the path of the daemon's socket.

    It need not be running.
    """
    from gto_daemon import client

    with unavailable_is_refused():
        echo(client.socket_path())


def _other_clients() -> int:
    """Return the number of other clients of the daemon, 0 if unknown."""
    from gto_daemon.client import CallError, Client, DaemonUnavailable
    from gto_daemon.client.control import REQUEST_TIMEOUT

    try:
        with Client.connect(start=False, timeout=REQUEST_TIMEOUT) as connection:
            return int(connection.call("gto/status")["sessions"]) - 1
    except (CallError, DaemonUnavailable):
        return 0


def _say_who_runs() -> None:
    from gto_daemon import client

    found = client.status()
    pid = f" as process {found['pid']}" if found else ""
    echo(f"gtod runs{pid}, at {client.socket_path()}.")
