"""The settings of a daemon's life cycle, from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gto_daemon import platform
from gto_daemon.daemon.lifecycle.refusal import CannotServe

IDLE_TIMEOUT = 1800.0


@dataclass(frozen=True, slots=True)
class DaemonSettings:
    """Timeouts, log level and places.

    Attributes:
        idle_timeout: seconds without clients after which the daemon ends, 0 for never.
        check_interval: seconds between two looks at whether socket and lock are still ours.
        log_level: a name that `logging` knows.
        log_json: log JSON texts, one a line, in place of text.
        tcp: serve loopback TCP, not a unix socket.

    """

    idle_timeout: float = IDLE_TIMEOUT
    # Two calls of lstat. A client that finds the socket gone starts a daemon, which waits for as long as this.
    check_interval: float = 2.0
    log_level: str = "INFO"
    log_json: bool = False
    tcp: bool = False

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Read `GTOD_IDLE_TIMEOUT`, `GTOD_LOG_LEVEL`, `GTOD_LOG_FORMAT` and `GTOD_TRANSPORT`.

        An empty variable counts as unset.

        Raises:
            CannotServe: names the variable, and what it may be.

        """
        return cls(
            idle_timeout=_idle_timeout(environment.get("GTOD_IDLE_TIMEOUT", "")),
            log_level=_one_of(
                environment, "GTOD_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL"), upper=True
            ),
            log_json=_one_of(environment, "GTOD_LOG_FORMAT", ("text", "json")) == "json",
            tcp=_one_of(environment, "GTOD_TRANSPORT", ("unix", "tcp") if platform.UNIX_SOCKETS else ("tcp",)) == "tcp",
        )


def _idle_timeout(text: str) -> float:
    if not text:
        return IDLE_TIMEOUT
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise CannotServe(f"GTOD_IDLE_TIMEOUT is {text!r}; it must be a number of seconds, 0 for no limit")
    return seconds


def _one_of(environment: Mapping[str, str], name: str, allowed: tuple[str, ...], *, upper: bool = False) -> str:
    given = environment.get(name) or allowed[0]
    value = given.upper() if upper else given.lower()
    if value not in allowed:
        raise CannotServe(f"{name} is {given!r}; it must be one of {', '.join(allowed)}")
    return value
