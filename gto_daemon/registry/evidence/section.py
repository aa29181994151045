"""The section `evidence` of `.gtod.yaml`: where an artifact's metrics, params and plots are, by globs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from gto_daemon.registry.problems import Problem
from gto_daemon.registry.rules.format import FORMAT
from gto_daemon.registry.rules.globs import matches
from gto_daemon.registry.shapes.reading import WRONG_EVIDENCE, Part, ShapeReader

_SECTION: Final = "evidence"


@dataclass(frozen=True, slots=True)
class EvidencePaths:
    """Where an artifact's evidence is. None where the section does not say, and DVC does.

    Attributes:
        metrics: globs of files and folders.
        params: the same.
        plots: the same.
        headline: short names or whole keys of metrics.

    """

    metrics: tuple[str, ...] | None = None
    params: tuple[str, ...] | None = None
    plots: tuple[str, ...] | None = None
    headline: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class EvidenceSection:
    """The section as it was read.

    Attributes:
        entries: globs of artifacts, and what is said of these, in the order of the file.
        problems: what is wrong; the rest counts.

    """

    entries: tuple[tuple[str, EvidencePaths], ...] = ()
    problems: tuple[Problem, ...] = ()

    def of(self, artifact: str) -> EvidencePaths:
        """Return what is said of an artifact: the last match wins, key by key."""
        said = EvidencePaths()
        for pattern, entry in self.entries:
            if matches(pattern, artifact):
                given = {field.name: getattr(entry, field.name) for field in fields(entry)}
                said = replace(said, **{name: value for name, value in given.items() if value is not None})
        return said


#: A section that is not there.
NO_EVIDENCE: Final = EvidenceSection()
#: What it says of an artifact that it does not mention.
NOT_SAID: Final = EvidencePaths()


def read_section(text: bytes) -> EvidenceSection:
    """Read the section of a `.gtod.yaml`. What is wrong with the rules in it does not matter here. Never raises."""
    if _SECTION.encode() not in text:
        return NO_EVIDENCE
    reader = ShapeReader(FORMAT)
    sections = reader.sections(text)
    if sections is None:
        problems = [replace(each, code=WRONG_EVIDENCE, severity="warning") for each in reader.problems[:1]]
        return EvidenceSection(problems=tuple(problems))
    section = sections.get(_SECTION)
    entries: Mapping[str, Part] = (section.value or {}) if section is not None else {}
    return EvidenceSection(
        tuple((pattern, _evidence(part.value or {})) for pattern, part in entries.items()),
        tuple(each for each in reader.problems if each.code == WRONG_EVIDENCE),
    )


def matching_paths(patterns: Iterable[str], paths: Iterable[str]) -> list[str]:
    """Return the paths that match, in the order of the patterns, then of the paths.

    A pattern without wildcards, or with a slash at its end, is also all that is in the folder of that name.
    """
    known = list(paths)
    found: dict[str, None] = {}
    for pattern in patterns:
        found.update(dict.fromkeys(_matching(pattern, known)))
    return list(found)


def _matching(pattern: str, paths: list[str]) -> list[str]:
    name = pattern.removesuffix("/")
    start = name[: min((at for sign in "*?" if (at := name.find(sign)) >= 0), default=len(name))]
    if start == name:
        return [path for path in paths if path.startswith(name) and (len(path) == len(name) or path[len(name)] == "/")]
    glob = name if name == pattern else f"{name}/**"
    # Most paths are told apart by how they begin and end, which is a hundred times as fast.
    end = glob[max(glob.rfind(sign) for sign in "*?") + 1 :].removeprefix("/")
    return [path for path in paths if path.startswith(start) and path.endswith(end) and matches(glob, path)]


def _evidence(parts: Mapping[str, Part]) -> EvidencePaths:
    return EvidencePaths(**{name: _words(part.value) for name, part in parts.items()})


def _words(items: Any) -> tuple[str, ...] | None:
    return None if items is None else tuple(item.value for item in items)
