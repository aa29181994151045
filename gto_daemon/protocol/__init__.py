"""The results and notifications of the protocol, as types: mypy checks every result against them.

This package imports only the standard library, so that the registry, the daemon, the client and docgen can share it.
The string below a member describes it. Members that are `NotRequired` are absent where they do not apply.
`gto_daemon/docgen/` generates the OpenRPC document from it.
"""

from typing import Any, Literal

EventKind = Literal["registration", "deregistration", "assignment", "unassignment", "deprecation"]
Action = Literal["register", "deregister", "assign", "unassign", "deprecate"]
Bump = Literal["major", "minor", "patch"]
Severity = Literal["error", "warning", "info"]
Sort = Literal["timestamp", "semver"]

#: A JSON object as it was received or is passed on, unchecked.
JsonObject = dict[str, Any]
