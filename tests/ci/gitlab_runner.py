"""GitLab, as far as a job and its dotenv report can tell: the parser of reports, and how variables are expanded.

After Ci::ParseDotenvArtifactService and its tests, with the limits of a free instance.
"""

import re
from collections.abc import Mapping

MAX_BYTES = 5 * 1024
MAX_VARIABLES = 20


def variables_of(report: bytes) -> dict[str, str]:
    """What later jobs get.

    Raises:
        ValueError: GitLab refuses the report, which fails the job.

    """
    if len(report) >= MAX_BYTES:
        raise ValueError("Dotenv Artifact Too Big")
    found: dict[str, str] = {}
    for line in report.decode("utf-8").removesuffix("\n").split("\n"):
        matched = re.fullmatch(r"(.*?)=(.*)", line)
        if matched is None:
            raise ValueError("Invalid Format")
        # Ruby's String#strip takes zero bytes off the end, too.
        key, value = (part.strip(" \t\r\v\f").rstrip("\0").strip(" \t\r\v\f") for part in matched.groups())
        if not re.fullmatch(r"[a-zA-Z0-9_]{1,255}", key):
            raise ValueError("Key can contain only letters, digits and '_'.")
        found[key] = value
    if len(found) > MAX_VARIABLES:
        raise ValueError(f"Dotenv files cannot have more than {MAX_VARIABLES} variables")
    return found


def expanded(variables: Mapping[str, str], job: Mapping[str, str]) -> dict[str, str]:
    """The variables in a later job that has others: a value with `$NAME` gets that one's."""
    known = {**job, **variables}
    return {
        name: re.sub(r"\$(?:\$|\{(\w+)\}|(\w+))", lambda found: known.get(found[1] or found[2] or "", "$"), value)
        for name, value in variables.items()
    }
