"""The format of `fleet.yaml`, described once: the reader and the JSON schema go by it."""

from types import MappingProxyType
from typing import Final

from gto_daemon.registry.fleet.values import FLEET_FILE, MAX_ENTRIES, MAX_FLEET_FILE, MAX_SINKS
from gto_daemon.registry.shapes.shape import (
    MAX_WILDCARDS,
    STAGE,
    Entry,
    FileFormat,
    Flag,
    Items,
    Keys,
    Records,
    Word,
    up_to_wildcards,
)

#: Characters of paths and URLs.
_MAX_PATH: Final = 4_096

NAME: Final = Word(
    "a name",
    r"[a-zA-Z0-9](?:[a-zA-Z0-9_.-]*[a-zA-Z0-9_-])?",
    "A name has letters, digits and inner '-', '_' and '.' only.",
)
REPOSITORY: Final = Word(
    "the name of a repository",
    r"(?!\.{1,2}(?:$|\s))[^\s/\\\x00-\x1f\x7f](?:[^/\\\x00-\x1f\x7f]*[^\s/\\\x00-\x1f\x7f])?",
    "The name of a repository has no '/', and no blank at its ends.",
)
PATH: Final = Word(
    "the path of a repository",
    r"[^\x00-\x1f\x7f]+",
    "Write the path of a folder, such as ~/models/churn, or a glob, such as ~/models/*.",
    most=_MAX_PATH,
)
FILE: Final = Word(
    "the path of a file",
    r"[^\x00-\x1f\x7f]+",
    "Write the path of a file, such as ~/.config/gtod/secret.",
    most=_MAX_PATH,
)
#: No password: it would be shown with the address.
_ADDRESS: Final = r"://(?!-)(?:[^\s@/:?#]+@)?(?![-@])[^\s@/?#]+"
URL: Final = Word(
    "the URL of a repository",
    rf"(?:https?|ssh|git){_ADDRESS}/\S+|file:///\S+|(?!-)(?:[^\s/:@]+@)?(?!-)[a-zA-Z0-9_.-]+:(?![-:/])\S+",
    "Write https://, ssh://, git:// or file:///, or user@host:path, and no password.",
    most=_MAX_PATH,
    is_shown=False,
)
SINK_URL: Final = Word(
    "the URL of a sink",
    rf"(?:https?|nats|tls|wss?){_ADDRESS}(?:[/?#]\S*)?",
    "Write https:// or http:// for an HTTP receiver, nats:// or tls:// for NATS, and no password.",
    most=_MAX_PATH,
    is_shown=False,
)
FOLLOW: Final = Word(
    "a duration",
    r"never|[1-9][0-9]{0,5}[smhd]",
    "Write a number and its unit: s, m, h or d for seconds, minutes, hours or days, such as 10m; or never.",
    default="10m",
)
DURATION: Final = Word(
    "a duration",
    r"[1-9][0-9]{0,5}[smhd]",
    "Write a number and its unit: s, m, h or d for seconds, minutes, hours or days, such as 72h.",
)
COMMAND: Final = Word(
    "a command", r"[^\x00-\x1f\x7f]+", "Write a command line, such as pass show gtod.", most=_MAX_PATH
)
#: A glob for `repository/artifact` too, where the name of a repository may have more characters.
ARTIFACTS: Final = Word(
    "a glob of artifacts",
    r"(?=.)(?!\s)[^*?\x00-\x1f\x7f]*" + up_to_wildcards(r"[^*?\x00-\x1f\x7f]"),
    f"Write an artifact, or repository/artifact, with at most {MAX_WILDCARDS} wildcards '*', '?' or '**'.",
)
_TYPE: Final = Word(
    "a choice",
    "http|nats",
    "Write 'http' or 'nats'.",
    MappingProxyType({"http": "A receiver of CloudEvents over HTTP.", "nats": "A stream of NATS JetStream."}),
)
_EVENT: Final = Word(
    "an event",
    "version.registered|version.deregistered|stage.assigned|stage.unassigned|artifact.deprecated|tag.moved|tag.deleted",
    "Write one of version.registered, version.deregistered, stage.assigned, stage.unassigned, artifact.deprecated, "
    "tag.moved and tag.deleted.",
    MappingProxyType(
        {
            "version.registered": "A version was registered.",
            "version.deregistered": "A version was deregistered.",
            "stage.assigned": "A stage was assigned to a version.",
            "stage.unassigned": "A stage was taken from a version.",
            "artifact.deprecated": "An artifact was deprecated.",
            "tag.moved": "A tag of the registry names another object than before.",
            "tag.deleted": "A tag of the registry was deleted.",
        }
    ),
)

_FOLLOWED: Final = (
    "How often a remote is looked at: `60s`, `10m`, `1h` or `never`. Repositories on this machine are always followed."
)
_REPOSITORY: Final = Keys(
    {
        "name": Entry(REPOSITORY, "Its name in answers; by default the last part of the path or URL."),
        "path": Entry(
            PATH,
            "Where it is on this machine: absolute, below `~`, or from the folder of this file. A glob such as "
            "`~/models/*` is all the repositories that it finds.",
        ),
        "url": Entry(URL, "A remote repository, which is followed in a private clone."),
        "follow": Entry(FOLLOW, _FOLLOWED),
    },
    one_of=("path", "url"),
)
_SINK: Final = Keys(
    {
        "name": Entry(NAME, "Its name."),
        "type": Entry(_TYPE, "What it is: `http` or `nats`."),
        "url": Entry(
            Items(SINK_URL, or_one=True), "Its address; a list of several is the servers of one cluster of NATS."
        ),
        "secret_file": Entry(
            Items(FILE, or_one=True),
            "A file that only you may read, with the secret; a list has the newest first.",
        ),
        "secret_command": Entry(
            Items(COMMAND, or_one=True), "A command that writes the secret; a list has the newest first."
        ),
        "allow_private": Entry(
            Flag(), "Whether it may be at a private or loopback address: `true`, or `false` (the default)."
        ),
        "ca_file": Entry(FILE, "The certificates that it is checked by, in place of those of the system."),
        "dead_after": Entry(DURATION, "How long an event that it does not accept is tried; `72h` by default."),
        "stream": Entry(NAME, "The stream of NATS JetStream."),
        "artifacts": Entry(
            Items(ARTIFACTS),
            "Send events of these artifacts only: globs of `artifact` or `repository/artifact`. `*` stops at `/` and "
            "`:`, and `**` crosses them.",
        ),
        "stages": Entry(Items(STAGE), "Send events of these stages only."),
        "events": Entry(Items(_EVENT), "Send these events only."),
    },
    required=("name", "type", "url"),
    at_most_one=("secret_file", "secret_command"),
)

#: The whole file. An empty one is a fleet of no repositories.
FORMAT: Final = FileFormat(
    name=FLEET_FILE,
    keys=Keys(
        {
            "name": Entry(NAME, "The name of the fleet, the same on every machine; `default` by default."),
            "follow": Entry(FOLLOW, f"{_FOLLOWED} A repository's own `follow` goes before. `10m` by default."),
            "env_file": Entry(
                FILE,
                "A file of lines `NAME=value`: variables for the programs that follow remotes in the background.",
            ),
            "repositories": Entry(Records(_REPOSITORY, "repositories", MAX_ENTRIES), "The repositories."),
            "sinks": Entry(Records(_SINK, "sinks", MAX_SINKS), "Where events are sent."),
        }
    ),
    most_bytes=MAX_FLEET_FILE,
    wrong="wrong-fleet",
)
