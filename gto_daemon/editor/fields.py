"""The fields of an entry and the settings of `.gto`, in words. Source: GTO 1.10.1 (index.py, config.py), DVC 3.64."""

from collections.abc import Mapping
from typing import Final

_COMMON: Final = {
    "type": "what it is, such as `model` or `dataset`. `types` in `.gto` restricts it.",
    "path": "where the artifact is: a path relative to the folder of this file, or a URL.",
    "labels": "a list of words to find it by.",
}

#: By kind of document: the fields of an entry in the order in which they are written.
FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "artifacts": {
        **_COMMON,
        "description": "what it is, for people.",
        "virtual": "`true` (the default): Git does not hold the artifact itself. `false`: its path is committed.",
        "custom": "anything else, as YAML; GTO hands it on as it is.",
    },
    "dvc": {
        **_COMMON,
        "desc": "what it is, for people.",
        "meta": "anything else, as YAML; DVC hands it on as it is.",
    },
}

#: The settings of `.gto`, in lower case.
SETTINGS: Final[Mapping[str, str]] = {
    "stages": "the stages that may be assigned, in the order of columns. Without it any may.",
    "types": "the types that annotations may have. Without it any may.",
    "index": "the annotation file, relative to the root of the repository: `artifacts.yaml` by default.",
    "emojis": "whether the command line prints emojis.",
    "log_level": "of GTO's own log.",
    "debug": "whether GTO prints tracebacks.",
    "enrichments": "third-party readers of annotations; gtod does not run them.",
    "autoload_enrichments": "whether GTO looks for such readers by itself.",
}
