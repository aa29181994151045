"""The violations of an audit as SARIF 2.1.0, the format in which code hosts take findings (OASIS, 2020)."""

import hashlib
from collections.abc import Sequence
from typing import Final

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.queries.audit import Audited
from gto_daemon.registry.rules.judging import Violation
from gto_daemon.registry.rules.values import RULE_NAMES, RULES_FILE

#: Results that are written; the rest is counted. Hosts take no more of a run.
MAX_RESULTS: Final = 5_000
_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_MEANINGS: Final = {
    "delete": "A tag of the registry was deleted or moved.",
    "signed": "A tag is not signed by anybody whom the rules know.",
    "who": "Somebody did what the rules let others do.",
    "from": "A version skipped a stage.",
    "soak": "A version was promoted before it had held the stage before for long enough.",
    "branches": "A version is on none of the branches that the rules name.",
}


def sarif(audited: Sequence[Audited], version: str) -> JsonObject:
    """Return the log of one run; what an override lifted, and what is unknown, is left out.

    Args:
        audited: the events.
        version: of gtod.

    """
    found = [
        (each, violation)
        for each in audited
        if each.judgement.verdict == "violating"
        for violation in each.judgement.violations
        if violation.is_certain
    ]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "gtod",
                        "version": version,
                        "rules": [{"id": name, "shortDescription": {"text": _MEANINGS[name]}} for name in RULE_NAMES],
                    }
                },
                "results": [_result(each, violation) for each, violation in found[:MAX_RESULTS]],
                "properties": {"violations": len(found), "omitted": max(0, len(found) - MAX_RESULTS)},
            }
        ],
    }


def _result(audited: Audited, violation: Violation) -> JsonObject:
    line = 1 if violation.place is None else violation.place.start.line + 1
    return {
        "ruleId": violation.rule,
        "ruleIndex": RULE_NAMES.index(violation.rule),
        "level": "error",
        "message": {"text": f"{violation.message} {violation.remedy}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": RULES_FILE, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": line},
                },
                "logicalLocations": [{"fullyQualifiedName": f"refs/tags/{audited.ref}"}],
            }
        ],
        "partialFingerprints": {"gtodViolation/v1": _fingerprint(violation.rule, audited.ref, audited.oid)},
    }


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
