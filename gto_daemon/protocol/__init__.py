"""The results and notifications of the protocol, as values: what answers a request is checked against these by mypy.

A leaf that imports the standard library alone, so that the registry, the daemon, the client and the documents share it.
The string below a member describes it. Members that are `NotRequired` are absent where they do not apply.
`gto_daemon/docgen/` makes the OpenRPC document of it.
"""

from typing import Any, Literal

EventKind = Literal["registration", "deregistration", "assignment", "unassignment", "deprecation"]
Action = Literal["register", "deregister", "assign", "unassign", "deprecate"]
Bump = Literal["major", "minor", "patch"]
Severity = Literal["error", "warning", "info"]
Sort = Literal["timestamp", "semver"]

#: An object of JSON as it came in or is handed on, unchecked.
JsonObject = dict[str, Any]
