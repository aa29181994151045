"""Requests of a command: to the daemon or, with `--no-daemon`, to the same service in this process."""

import functools
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import click

from gto_daemon.cli.local_service import LocalService, without_daemon
from gto_daemon.cli.printing import report_problems
from gto_daemon.cli.refusals import Refused, refusal
from gto_daemon.cli.repository_path import NoSuchPathError, is_text, repository_path
from gto_daemon.cli.shell_completion import complete_directory
from gto_daemon.cli.slow_notice import notice_when_slow
from gto_daemon.client.paths import remote_url


class GlobalOptions(NamedTuple):
    """The options before the command.

    Attributes:
        no_daemon: whether `--no-daemon` was given.
        local: the service in this process.

    """

    no_daemon: bool
    local: LocalService


class Backend:
    """Sends requests about the repository that the command line selects.

    Args:
        repo: `-r` as given, or None.
        no_daemon: whether to run in this process.
        local: the service for that case.

    """

    def __init__(self, repo: str | None, *, no_daemon: bool, local: LocalService) -> None:
        self._option = repo
        self.no_daemon = no_daemon
        self._local = local

    @functools.cached_property
    def repo(self) -> str:
        """The absolute path of the repository; of a remote one, the path of its clone, which is updated.

        Raises:
            click.ClickException: see `repository_path` and `gto/clone`.

        """
        url = remote_url(self._option)
        if url is None:
            return existing_repository(self._option)
        clone: str = self.call("gto/clone", {"url": url})["repo"]
        return clone

    def in_process(self) -> "Backend":
        """Return the same for the service in this process."""
        return Backend(self._option, no_daemon=True, local=self._local)

    @property
    def is_remote(self) -> bool:
        """Whether `-r` is the URL of a remote repository."""
        return remote_url(self._option) is not None

    def local_only(self, reason: str) -> None:
        """Refuse a remote repository with this reason.

        Raises:
            Refused: the repository is remote.

        """
        if self.is_remote:
            import shlex

            raise Refused(
                reason, f"Clone it: `git clone {shlex.quote(self._option or '')}`, and give the clone's path to -r."
            )

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the result of a method for this repository, and print its problems on stderr.

        Parameters that are None or False are not sent: to every method, an absent one means the same.

        Raises:
            click.ClickException: the service refuses, or a daemon is needed and there is none.

        """
        given = {name: value for name, value in params.items() if value is not None and value is not False}
        result: dict[str, Any] = self.call(method, {"repo": self.repo, **given})
        report_problems(result.get("problems", ()))
        return result

    def call(self, method: str, params: Mapping[str, Any]) -> Any:
        """Return the result of a method with exactly these params.

        Raises:
            click.ClickException: as `ask`.

        """
        from gto_daemon.client import CallError

        try:
            return self._with_repository(self.call_raw(method, params))
        except CallError as error:
            raise refusal(error.code, error.message, self._with_repository(error.data)) from error

    def _with_repository(self, value: Any) -> Any:
        """Return a value with the repository of `-r` in the commands that it recommends."""
        # Where it could not be found there is no path, and nothing to do in it.
        if self._option is None or "repo" not in self.__dict__:
            return value
        from gto_daemon.cli.hints import with_repository

        return with_repository(value, self._option, self.repo)

    def call_raw(self, method: str, params: Mapping[str, Any]) -> Any:
        """Return the result like `call`, but let the client's `CallError` through.

        Raises:
            CallError: the service refuses.
            Refused: no daemon could be reached or started.

        """
        _check_text(method, params, repo=not self.no_daemon)
        with notice_when_slow(method, params):
            return self._call(method, params)

    def _call(self, method: str, params: Mapping[str, Any]) -> Any:
        if self.no_daemon:
            return self._local.call(method, params)
        from gto_daemon.client import Client, DaemonUnavailable
        from gto_daemon.client.messages import ACTS

        with unavailable_is_refused(), Client.connect() as client:
            try:
                return client.call(method, dict(params))
            except (KeyboardInterrupt, DaemonUnavailable) as error:
                if method not in ACTS or not client.is_waiting:
                    raise
                from gto_daemon.cli.act_outcome import outcome

                return outcome(client, method, params, error)


def _check_text(method: str, params: Mapping[str, Any], *, repo: bool) -> None:
    """See that params are text, which in JSON is UTF-8; the path of the repository with `repo`.

    Raises:
        Refused: one is not.

    """
    for name, value in params.items():
        if is_text(value):
            continue
        if name != "repo":
            raise Refused(
                f"{method.removeprefix('gto/')} cannot be given '{value}' as {name.replace('_', '-')}: it is not UTF-8",
                "Type it in UTF-8, and have the terminal send that.",
            )
        if repo:
            raise Refused(
                f"The path '{value}' is not UTF-8, and a daemon cannot be told of such a path",
                "--no-daemon answers without one.",
            )


def existing_repository(option: str | None) -> str:
    """`repository_path` for a command.

    Raises:
        Refused: there is no such place.

    """
    try:
        return repository_path(option, os.environ)
    except NoSuchPathError as error:
        raise Refused(error.message, error.hint) from error


class unavailable_is_refused:  # noqa: N801  (reads as the statement it is used in)
    """A context in which a daemon that cannot be reached or started ends the command as a refusal.

    Not `contextlib.contextmanager`: this is on the way of every warm answer, and a class costs nothing.
    """

    def __enter__(self) -> None:
        """Nothing is prepared."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Turn `DaemonUnavailable` into a refusal that names the way without a daemon."""
        from gto_daemon.client import DaemonUnavailable

        if isinstance(error, DaemonUnavailable):
            raise Refused(str(error), "--no-daemon answers without one; `gtod logs` shows the daemon's log.") from error


_ANY_REPOSITORY = click.option(
    "-r",
    "--repo",
    shell_complete=complete_directory,
    help="Local repository, a path inside one, or the URL of a remote one  [default: .]",
)
_LOCAL_REPOSITORY = click.option(
    "-r", "--repo", shell_complete=complete_directory, help="Local repository, or a path inside one  [default: .]"
)
_NO_DAEMON = click.option("--no-daemon", is_flag=True, help="Run in this process, without a daemon")
_VERBOSE = click.option("-v", "--verbose", is_flag=True, hidden=True, expose_value=False)


def reads_repository(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `-r`, `--no-daemon` and GTO's `-v` to a command, and pass it a `Backend` as its first argument."""
    return _ANY_REPOSITORY(_NO_DAEMON(_VERBOSE(_with_backend(function))))


def needs_local_repository(function: Callable[..., Any]) -> Callable[..., Any]:
    """Do the same for a command that does not support the URL of a remote repository."""
    return _LOCAL_REPOSITORY(_NO_DAEMON(_VERBOSE(_with_backend(function))))


def needs_no_repository(function: Callable[..., Any]) -> Callable[..., Any]:
    """Do the same, but for `-r`, for a command that is not about one repository."""
    return _NO_DAEMON(_VERBOSE(_with_backend(function)))


def needs_daemon(function: Callable[..., Any]) -> Callable[..., Any]:
    """Do the same for a command that also needs a daemon."""
    return _LOCAL_REPOSITORY(_VERBOSE(_with_backend(function)))


def _with_backend(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def with_backend(*args: Any, repo: str | None = None, no_daemon: bool = False, **kwargs: Any) -> Any:
        options: GlobalOptions = click.get_current_context().obj
        without = without_daemon(no_daemon or options.no_daemon, os.environ)
        return function(Backend(repo, no_daemon=without, local=options.local), *args, **kwargs)

    return with_backend
