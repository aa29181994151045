"""What `fleet.yaml` says, as values."""

from dataclasses import dataclass
from typing import Final, Literal

from gto_daemon.registry.problems import Range

#: Its name in the user's configuration of gtod.
FLEET_FILE: Final = "fleet.yaml"
#: Bytes of the file.
MAX_FLEET_FILE: Final = 1 << 20
#: Repositories and sinks that a file may name.
MAX_ENTRIES: Final = 4_096
MAX_SINKS: Final = 64
DEFAULT_NAME: Final = "default"
#: Seconds between two looks at a remote, and until a message that nobody accepts is given up.
DEFAULT_FOLLOW: Final = 600
DEFAULT_DEAD_AFTER: Final = 72 * 3_600

#: The events that a sink may be sent, without the prefix and the version of their CloudEvents types.
SinkEvent = Literal[
    "version.registered",
    "version.deregistered",
    "stage.assigned",
    "stage.unassigned",
    "artifact.deprecated",
    "tag.moved",
    "tag.deleted",
]


@dataclass(frozen=True, slots=True)
class FleetEntry:
    """An entry of `repositories`: one repository, or all that a glob finds.

    Attributes:
        path: where it is: absolute, below `~`, or from the folder of the file; it may be a glob. None if it has a URL.
        url: the remote to follow; None if it has a path.
        name: its name; None if it is the last part of the path or URL.
        follow: seconds between two looks at a remote; None for never.
        place: where it stands in the file.

    """

    path: str | None
    url: str | None
    name: str | None
    follow: int | None
    place: Range

    @property
    def is_glob(self) -> bool:
        """Whether it may find several repositories."""
        return self.path is not None and any(sign in self.path for sign in "*?[")


@dataclass(frozen=True, slots=True)
class Sink:
    """An entry of `sinks`: where events are sent.

    Attributes:
        name: its name.
        kind: what it is: an HTTP receiver, or a stream of NATS JetStream.
        urls: its address; several are servers of one cluster of NATS.
        secret_files: files with its secrets, the newest first.
        secret_commands: commands that write its secrets, the newest first.
        allow_private: whether it may be at a private or loopback address.
        ca_file: the certificates that it is checked by; None for those of the system.
        dead_after: seconds until a message that it does not accept is given up.
        stream: the stream of NATS; None for an HTTP receiver.
        artifacts: globs of `repository/artifact` or `artifact`; None for all.
        stages: stages; None for all.
        events: events; None for all.
        place: where it stands in the file.

    """

    name: str
    kind: Literal["http", "nats"]
    urls: tuple[str, ...]
    secret_files: tuple[str, ...]
    secret_commands: tuple[str, ...]
    allow_private: bool
    ca_file: str | None
    dead_after: int
    stream: str | None
    artifacts: tuple[str, ...] | None
    stages: tuple[str, ...] | None
    events: tuple[SinkEvent, ...] | None
    place: Range


@dataclass(frozen=True, slots=True)
class FleetConfig:
    """All that a file says, but for what is wrong with it.

    Attributes:
        name: the name of the fleet, the same on every machine.
        repositories: the repositories, in the order of the file.
        sinks: the sinks.
        env_file: a file of variables for the programs that follow remotes in the background.

    """

    name: str = DEFAULT_NAME
    repositories: tuple[FleetEntry, ...] = ()
    sinks: tuple[Sink, ...] = ()
    env_file: str | None = None
