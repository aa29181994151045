"""The topics of the protocol: which method is described where."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the reference, below docs/protocol/, and the methods and notifications on it."""

    page: str
    title: str
    summary: str
    names: tuple[str, ...]


TOPICS: Final = (
    Topic(
        "registry",
        "Reading the registry",
        "What is registered, what is assigned, since when, and who did it.",
        (
            "gto/show",
            "gto/history",
            "gto/why",
            "gto/at",
            "gto/stages",
            "gto/checkRef",
            "gto/describe",
            "gto/tree",
            "gto/artifact",
            "gto/doctor",
            "gto/parseTag",
            "gto/printState",
        ),
    ),
    Topic(
        "values",
        "Metrics, params and plots",
        "The numbers of versions, and what differs between two of them.",
        ("gto/metrics", "gto/params", "gto/plots", "gto/compare"),
    ),
    Topic(
        "tags",
        "Registering and assigning",
        "Acts that create or delete tags. Each has a plan (`dry_run`), and is done in one transaction or not at all.",
        (
            "gto/register",
            "gto/assign",
            "gto/unassign",
            "gto/deregister",
            "gto/deprecate",
            "gto/rollback",
            "gto/apply",
        ),
    ),
    Topic(
        "annotations",
        "Annotations",
        "The entries of artifacts.yaml and dvc.yaml.",
        ("gto/annotate", "gto/removeAnnotation"),
    ),
    Topic(
        "rules",
        "Rules, audits and signatures",
        "What `.gtod.yaml` allows, whether the history kept to it, and whose signatures are valid.",
        (
            "gto/rules",
            "gto/audit",
            "gto/auditPush",
            "gto/exportRules",
            "gto/verifySignatures",
            "gto/didVerifySignatures",
        ),
    ),
    Topic(
        "remotes",
        "Remotes",
        "Tags that go to another repository or come from it.",
        ("gto/push", "gto/fetch", "gto/syncStatus", "gto/clone"),
    ),
    Topic(
        "changes",
        "Following changes",
        "Notifications as the registry changes, and what happened since a clock.",
        ("gto/subscribe", "gto/unsubscribe", "gto/changes", "gto/didChange"),
    ),
    Topic(
        "fleet",
        "Fleets",
        "Many repositories as one.",
        (
            "gto/fleet/show",
            "gto/fleet/history",
            "gto/fleet/doctor",
            "gto/fleet/audit",
            "gto/fleet/fetch",
            "gto/fleet/subscribe",
            "gto/fleet/changes",
            "gto/fleet/didChange",
        ),
    ),
    Topic(
        "sinks",
        "Sinks",
        "Where the events of a fleet are sent, and how far each sink is.",
        ("gto/sinks/list", "gto/sinks/test", "gto/sinks/deliveries", "gto/sinks/replay"),
    ),
    Topic(
        "sessions",
        "Sessions and the daemon",
        "Introducing a client, cancelling and watching its requests, and the state and end of the daemon.",
        (
            "gto/handshake",
            "gto/status",
            "gto/repositories",
            "gto/retire",
            "gto/shutdown",
            "rpc.discover",
            "$/cancelRequest",
            "$/progress",
            "exit",
            "gto/didRetire",
        ),
    ),
)

#: The topic of each method and notification.
TOPIC_OF: Final = {name: topic for topic in TOPICS for name in topic.names}
