"""Plans of `annotate` and `remove`: the text of an annotation file as it will be (GTO 0.2.8, index.py).

What GTO validates is validated before anything is written, and the new text is read again here: the entry has to say
what was wanted, and everything else what it said before.
"""

import codecs
import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.annotations import Annotation, AnnotationFile, parse_artifacts_yaml, parse_dvc_yaml
from gto_daemon.registry.annotations.composition import NotYamlError
from gto_daemon.registry.annotations.editing import CannotEditError, Edit, Editor, applied, without_entry
from gto_daemon.registry.annotations.other_tools import ANOTHER_TOOLS
from gto_daemon.registry.config import Config
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.near_names import did_you_mean
from gto_daemon.registry.plans.checks import invalid_value, wrong_args
from gto_daemon.registry.plans.plan import PlanWarning
from gto_daemon.registry.tag_names import is_stage_name

_BOM = codecs.BOM_UTF8
#: The fields of a dvc.yaml by GTO's names for them.
_DVC_KEYS = {"type": "type", "path": "path", "labels": "labels", "description": "desc", "custom": "meta"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotate:
    """The new content of an annotation; fields that are None or empty stay unchanged (GTO 0.2.8, api.py)."""

    name: str
    type: str | None = None
    path: str | None = None
    must_exist: bool = False
    allow_same_path: bool = False
    labels: tuple[str, ...] = ()
    description: str = ""
    custom: Any = None


@dataclass(frozen=True, slots=True)
class AnnotationPlan:
    """The planned content of a file.

    Attributes:
        edits: characters of the old text (without a byte order mark) and what takes their place.
        before: the old bytes, None for no file.
        after: the new ones.
        annotation: the entry afterwards, None when it was removed.
        warnings: what the user may not have meant.

    """

    edits: tuple[Edit, ...]
    before: bytes | None
    after: bytes
    annotation: Annotation | None
    warnings: tuple[PlanWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnotationHome:
    """The file that holds an entry.

    Attributes:
        path: relative to the root of the repository.
        directory: the folder of a dvc.yaml; None for artifacts.yaml.

    """

    path: str
    directory: str | None

    def key(self, name: str) -> str:
        """Return the name of the entry in the file."""
        return name if self.directory in (None, "") else name.removeprefix(f"{self.directory}:")

    @property
    def section(self) -> str | None:
        """The key of the file that holds the entries; None if they are at the top level."""
        return None if self.directory is None else "artifacts"

    def parse(self, text: bytes) -> AnnotationFile:
        """Parse the annotations in the file."""
        return parse_artifacts_yaml(text) if self.directory is None else parse_dvc_yaml(text, self.directory)


def check_annotate(request: Annotate, config: Config, exists: Callable[[str], bool]) -> None:
    """Check the request before any file is read. `exists` returns whether HEAD has a path.

    Raises:
        RegistryError: `ValidationError`, `UnknownType`, `WrongArgs`, `NoFile`.

    """
    named = [(request.name.rpartition(":")[2], ""), *((label, "label") for label in request.labels)]
    for value, what in named:
        if not is_stage_name(value):
            raise invalid_value(value, what)
    if request.type:
        if not is_stage_name(request.type):
            raise invalid_value(request.type, "type")
        if config.types is not None and request.type not in config.types:
            raise RegistryError(
                "UnknownType",
                f"Allowed types are: '{list(config.types)}'",
                hint=f"Choose one of them, or add '{request.type}' to the types of .gto.",
                type=request.type,
                allowed=list(config.types),
            )
    if request.must_exist:
        if not request.path:
            raise wrong_args("`path` is required when `must_exist` is set to True", "must_exist", "Give the path.")
        if not exists(request.path):
            raise RegistryError(
                "NoFile",
                f"Nothing found in '{request.path}' for checked out commit",
                hint="Commit it first.",
                path=request.path,
                allow={"must_exist": False},
            )


def plan_annotate(
    request: Annotate, home: AnnotationHome, before: bytes | None, near: Callable[[], Iterable[str]] = tuple
) -> AnnotationPlan:
    """Plan the file with the annotation. `near` returns names similar to one that does not exist.

    Raises:
        RegistryError: `PathIsUsed`, `WrongArgs`, `WrongArtifactsYaml`, `AnnotationNotEditable`.

    """
    known = _read(home, before)
    if request.path and not request.allow_same_path:
        _check_path(request, known.annotations.values())
    wanted = _merged(request, known.annotations.get(request.name), home)
    if home.directory is not None and not wanted.get("path"):
        raise wrong_args("An artifact of a dvc.yaml needs a path", "path", "Give it: DVC refuses the file without.")
    fields = _changed(wanted, known.annotations.get(request.name), home)
    plan = _edited(home, before, request.name, lambda editor: editor.set(home.key(request.name), fields))
    _check(plan, request.name, wanted, home)
    meant = did_you_mean(near()) if request.name not in known.annotations else ""
    if meant:
        new = PlanWarning("new-artifact", f"There was no artifact '{request.name}' before. {meant}")
        return replace(plan, warnings=(new,))
    return plan


def plan_remove(
    name: str, home: AnnotationHome, before: bytes | None, near: Callable[[], Iterable[str]] = tuple
) -> AnnotationPlan:
    """Plan the file without the annotation. `near` is as for `plan_annotate`.

    Raises:
        RegistryError: `ArtifactNotFound`, `WrongArtifactsYaml`, `AnnotationNotEditable`.

    """
    known = _read(home, before)
    if name not in known.annotations:
        raise RegistryError(
            "ArtifactNotFound",
            f"Cannot find artifact '{name}'",
            hint=f"{home.path} on disk has no annotation of it. {did_you_mean(near())}".rstrip(),
            artifact=name,
        )
    plan = _edited(home, before, name, lambda editor: editor.remove(home.key(name)))
    _check(plan, name, None, home)
    return plan


def _read(home: AnnotationHome, text: bytes | None) -> AnnotationFile:
    if not text or not text.removeprefix(_BOM).strip():
        return AnnotationFile({}, ())
    file = home.parse(text)
    foreign = next((each for each in file.problems if each.code == ANOTHER_TOOLS), None)
    if foreign is not None:
        raise RegistryError(
            "WrongArtifactsYaml",
            f"{home.path} looks like another tool's file, so it is left alone",
            hint="Name GTO's own file with INDEX in .gto, or describe the artifact in a dvc.yaml with --file dvc.yaml.",
            path=home.path,
            range=foreign.range.as_json() if foreign.range else None,
        )
    broken = next((each for each in file.problems if each.severity == "error" and each.artifact is None), None)
    if broken is not None and not file.annotations and not _is_void(text):
        raise RegistryError(
            "WrongArtifactsYaml",
            f"{home.path} doesn't conform to GTO format: {broken.message}",
            hint=broken.hint,
            path=home.path,
            range=broken.range.as_json() if broken.range else None,
        )
    return file


def _is_void(text: bytes) -> bool:
    """Return whether the text has only comments and blank lines."""
    return all(not line.strip() or line.lstrip().startswith(b"#") for line in text.removeprefix(_BOM).splitlines())


def _check_path(request: Annotate, others: Iterable[Annotation]) -> None:
    """Check for an equal, inner or outer path, like `find_repeated_path` (GTO 0.2.8, index.py)."""
    path = posixpath.normpath(f"/{request.path}/")
    for other in others:
        if other.name == request.name or not other.path:
            continue
        there = posixpath.normpath(f"/{other.path}/")
        if f"{path}/".startswith(f"{there}/") or f"{there}/".startswith(f"{path}/"):
            raise RegistryError(
                "PathIsUsed",
                f"Provided path conflicts with '{request.path}' ('{request.type}' '{request.name}')",
                hint=f"'{other.name}' has {other.path}.",
                path=other.path,
                artifact=other.name,
                allow={"allow_same_path": True},
            )


def _merged(request: Annotate, known: Annotation | None, home: AnnotationHome) -> JsonObject:
    """Return the whole new entry, by GTO's names."""
    wanted: JsonObject = {**known.as_json()} if known else {"labels": []}
    if not known:
        wanted["labels"] = list(request.labels)
    elif not {*request.labels} <= {*wanted["labels"]}:
        wanted["labels"] = sorted({*wanted["labels"], *request.labels})
    for field in ("type", "path", "description", "custom"):
        given = getattr(request, field)
        if given:
            wanted[field] = given
    if home.directory is not None:
        wanted.pop("virtual", None)
    elif request.must_exist:
        wanted["virtual"] = False
    elif request.path or known is None:
        wanted["virtual"] = True
    return wanted


def _changed(wanted: JsonObject, known: Annotation | None, home: AnnotationHome) -> JsonObject:
    """Return the fields to write to the file, by its own names; default values need not be written."""
    before = known.as_json() if known else {"labels": [], "virtual": True}
    names = _DVC_KEYS if home.directory is not None else {name: name for name in (*_DVC_KEYS, "virtual")}
    return {
        key: wanted[name]
        for name, key in names.items()
        if name in wanted and wanted[name] != before.get(name) and (known or wanted[name] not in (None, "", []))
    }


def _edited(
    home: AnnotationHome, before: bytes | None, name: str, edit: Callable[[Editor], list[Edit]]
) -> AnnotationPlan:
    data = before or b""
    mark = _BOM if data.startswith(_BOM) else b""
    try:
        text = data.removeprefix(mark).decode("utf-8")
        edits = edit(Editor(text, home.section))
    except (CannotEditError, NotYamlError, UnicodeDecodeError) as error:
        raise _not_editable(home, name, str(error)) from error
    after = mark + applied(text, edits).encode()
    return AnnotationPlan(tuple(edits), before, after, home.parse(after).annotations.get(name))


def _check(plan: AnnotationPlan, name: str, wanted: JsonObject | None, home: AnnotationHome) -> None:
    said: JsonObject | None = {**plan.annotation.as_json()} if plan.annotation else None
    expected = None if wanted is None else {**_defaults(home), **wanted}
    # With comments among them labels stay in the order of the file.
    for each in (said, expected):
        if each is not None:
            each["labels"] = sorted(each["labels"])
    try:
        before, after = (without_entry(text, home.section, home.key(name)) for text in (plan.before or b"", plan.after))
    except NotYamlError as error:
        raise _not_editable(home, name, f"the rest of the file would be no YAML. {error}") from error
    if said != expected or before != after:
        raise _not_editable(home, name, "something else in the file rests on it, or it on something else")


def _defaults(home: AnnotationHome) -> JsonObject:
    shape: JsonObject = {"type": None, "path": None, "labels": [], "description": "", "custom": None}
    return shape if home.directory is not None else {**shape, "virtual": True}


def _not_editable(home: AnnotationHome, name: str, reason: str) -> RegistryError:
    return RegistryError(
        "AnnotationNotEditable",
        f"The entry '{name}' of {home.path} cannot be changed by itself: {reason}",
        hint="Edit the file by hand; it was left as it is.",
        path=home.path,
        artifact=name,
    )
