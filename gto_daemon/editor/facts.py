"""What the features need to know of the world besides the document and the registry."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gto_daemon.registry.annotations import Annotation
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans.law import Law
from gto_daemon.registry.problems import Problem, Range


@dataclass(frozen=True, slots=True)
class OtherAnnotation:
    """An annotation in another file: which, what it says, and where its key is."""

    path: str
    annotation: Annotation
    range: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceFacts:
    """What callers with access to the disk gather before a feature runs.

    Attributes:
        configured: the repository has a `.gto`.
        missing: paths that the document names, relative to the root, and that are neither there nor tracked by DVC.
        present: paths that it names and that are there.
        nearby: files in the folders of missing paths, where there are any.
        committed: the document's annotations at HEAD, by artifact; None where HEAD does not have the file.
        elsewhere: what other annotation files say, by artifact.
        findings: what is wrong with the tags of an artifact.
        mentions: references to artifacts in CI files: path, range and text of each.
        stages: stages that are in use.
        labels: the labels of all annotations, and `types` their types.
        people: the e-mail addresses of taggers, those with most tags first.
        branches: the names of local branches; none but for a `.gtod.yaml`.

    """

    configured: bool = False
    missing: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    nearby: frozenset[str] = frozenset()
    committed: Mapping[str, Annotation] | None = None
    elsewhere: Mapping[str, OtherAnnotation] = field(default_factory=dict)
    findings: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    mentions: tuple[tuple[str, Range, str], ...] = ()
    stages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActingUser:
    """Who would act, and by which rules.

    Attributes:
        law: the rules; None if there are none.
        name: of the tagger.
        email: of the tagger.
        refusal: why no act is possible at all: the rules cannot be read, or Git does not know who acts.

    """

    law: Law | None = None
    name: str = ""
    email: str = ""
    refusal: RegistryError | None = None
