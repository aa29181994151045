"""The format of `.gtod.yaml`, described once: the reader, the JSON schema and the editor's features go by it."""

from typing import Final

from gto_daemon.registry.rules.values import MAX_RULES_FILE, RULES_FILE, RULES_VERSION
from gto_daemon.registry.shapes.shape import (
    ARTIFACTS,
    MAX_WILDCARDS,
    STAGE,
    Entry,
    FileFormat,
    FormatVersion,
    Items,
    Keys,
    Named,
    Word,
    up_to_wildcards,
)

BRANCH: Final = Word(
    "a branch",
    r"(?=.)(?!refs/)[^\s~^:\\[\]*?]*" + up_to_wildcards(r"[^\s~^:\\[\]*?]"),
    f"Write the branch's short name, such as 'main', with at most {MAX_WILDCARDS} wildcards '*', '?' or '**'.",
)
ROLE: Final = Word(
    "a role",
    r"[a-zA-Z0-9](?:[a-zA-Z0-9_.-]*[a-zA-Z0-9])?",
    "A role has letters, digits and inner '-', '_' and '.' only.",
)
_PERSON: Final = r"[^\s@<>,*?]+@[^\s@<>,*?]+|openpgp:(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})"
PERSON: Final = Word(
    "a person",
    _PERSON,
    "Write an e-mail address, or 'openpgp:' and the 40 or 64 hex digits of a key's fingerprint.",
)
MEMBER: Final = Word(
    "a person or a role",
    f"{_PERSON}|{ROLE.pattern}",
    "Write an e-mail address, a role of 'roles', or 'openpgp:' and the 40 or 64 hex digits of a key's fingerprint.",
)
DURATION: Final = Word(
    "a duration", r"[0-9]{1,6}[mhd]", "Write a number and its unit: m, h or d for minutes, hours or days, such as 24h."
)
MOMENT: Final = Word(
    "a date",
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2}))?",
    "Write a day such as 2026-01-31, or a time with its zone such as 2026-01-31T12:00:00Z.",
)
PATH: Final = Word(
    "the path of a file",
    r"(?!/|\.git/)(?!(?:.*/)?\.{0,2}(?:/|$))[^\\\x00-\x1f]+",
    "Write the path of a file in the repository, from its root, such as .gtod/allowed_signers.",
)
FILES: Final = Word(
    "a glob of files",
    r"(?=.)(?!/|\.git/)(?!(?:.*/)?\.{1,2}(?:/|$))(?!.*//)[^\\*?\x00-\x1f]*" + up_to_wildcards(r"[^\\*?\x00-\x1f]"),
    "Write the path of a file or folder in the repository, from its root, such as metrics/*.json, "
    f"with at most {MAX_WILDCARDS} wildcards '*', '?' or '**'.",
)
METRIC: Final = Word("a metric", r"[^\x00-\x1f]+", "Write the name of a metric, such as auc or metrics.json:auc.")
_SIGNED: Final = Word(
    "a choice",
    "required|optional",
    "Write 'required' or 'optional'.",
    {
        "required": "The tag has to be signed by somebody in the signers file.",
        "optional": "The tag need not be signed.",
    },
    default="optional",
)
_DELETE: Final = Word(
    "a choice",
    "allow|never",
    "Write 'allow' or 'never'.",
    {
        "allow": "Tags of the registry may be deleted and moved.",
        "never": "Nobody may delete or move a tag of the registry.",
    },
    default="allow",
)

_BRANCHES: Final = Entry(
    Items(BRANCH),
    "The version's commit has to be reachable from one of these branches, as the remote has them. "
    "In globs, `*` stops at `/` and `**` crosses it.",
)
_WHO: Final = Entry(
    Items(MEMBER, empty="nobody"),
    "Who may do this: people (by e-mail address, or `openpgp:` and a key's fingerprint) and roles. `[]` is nobody.",
)
_SIGNATURE: Final = Entry(
    _SIGNED,
    "Whether the tag has to be signed by somebody in the signers file: `required`, or `optional` (the default).",
)
_REGISTER: Final = Entry(
    Keys({"branches": _BRANCHES, "signed": _SIGNATURE, "who": _WHO}),
    "What is asked of registering a version. `who` and `signed` bind deregistering and deprecating too.",
)
_STAGES: Final = Entry(
    Named(
        STAGE,
        Keys(
            {
                "from": Entry(
                    Items(STAGE),
                    "The version has to be in one of these stages: its last event there is an assignment. "
                    "Rolling back to a version that held the target stage before is always allowed.",
                ),
                "soak": Entry(
                    DURATION,
                    "How long, without a break, the version has to have held one of the stages of `from`: "
                    "`30m`, `24h` or `7d`.",
                ),
                "branches": _BRANCHES,
                "signed": _SIGNATURE,
                "who": _WHO,
            }
        ),
    ),
    "By stage, what is asked of assigning a version to it. `who` and `signed` bind unassigning too.",
)
_EVIDENCE: Final = Keys(
    {
        "metrics": Entry(
            Items(FILES, empty="none"),
            "The files with metrics: JSON, YAML or TOML. A folder is all files in it. In globs, `*` stops at `/` and "
            "`**` crosses it. Without it, they are what DVC says.",
        ),
        "params": Entry(
            Items(FILES, empty="none"),
            "The files with params: JSON, YAML, TOML or Python. Without it, they are what DVC says.",
        ),
        "plots": Entry(
            Items(FILES, empty="none"),
            "The files with points of plots (JSON, YAML, CSV, TSV), and pictures (PNG, JPEG, GIF, SVG). Without it, "
            "they are what DVC says.",
        ),
        "headline": Entry(
            Items(METRIC, empty="none"),
            "The metrics to show where there is little room, by short names or whole keys: `auc`, `metrics.json:auc`.",
        ),
    }
)

_KEYS: Final = Keys(
    {
        "version": Entry(FormatVersion(), "The version of this file's format: 1."),
        "rules": Entry(
            Keys(
                {
                    "register": _REGISTER,
                    "stages": _STAGES,
                    "artifacts": Entry(
                        Named(ARTIFACTS, Keys({"register": _REGISTER, "stages": _STAGES})),
                        "Rules for the artifacts whose names match a glob. The last match wins, key by key. "
                        "`*` stops at `/` and `:`, and `**` crosses them.",
                    ),
                    "delete": Entry(
                        _DELETE,
                        "Whether tags of the registry may be deleted or moved: `never`, or `allow` (the default).",
                    ),
                    "overrides": Entry(
                        Keys({"who": _WHO}, required=("who",)),
                        "Who may override `from`, `soak` and `branches` by giving a reason. Without it, nobody may.",
                    ),
                    "since": Entry(MOMENT, "Events before this day or time are not judged by an audit."),
                    "max_skew": Entry(
                        DURATION,
                        "How far a pushed tag may be dated away from the server's clock; `1h` by default.",
                    ),
                }
            ),
            "Who may register and assign what, from which stage, after how long, and from which branch.",
        ),
        "roles": Entry(
            Named(ROLE, Items(PERSON, empty="nobody")), "Roles, with the people who have them, for use in `who`."
        ),
        "signers": Entry(
            PATH,
            "The file of allowed signers, as in `ssh-keygen(1)`, with the ssh keys whose signatures count. "
            "It is read from the same commit as the rules.",
        ),
        "evidence": Entry(
            Named(ARTIFACTS, _EVIDENCE),
            "By artifact, or glob of artifacts, the files with its metrics, params and plots. The last match wins, key "
            "by key. It is no part of the rules.",
            advisory=True,
        ),
    },
    required=("version",),
)

#: The whole file.
FORMAT: Final = FileFormat(
    name=RULES_FILE,
    keys=_KEYS,
    most_bytes=MAX_RULES_FILE,
    wrong="wrong-rules",
    empty=(
        "The file is empty, and it has to name at least the version of its format.",
        f"Write 'version: {RULES_VERSION}', or delete the file.",
    ),
    newer="newer-rules",
    version=RULES_VERSION,
)
