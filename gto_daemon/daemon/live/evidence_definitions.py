"""Where the metrics, params and plots of a commit are: its `dvc.yaml` files, DVCLive's files and `.gtod.yaml`.

For the thread of the repository only.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from gto_daemon.daemon.live.annotation_files import DVC, join
from gto_daemon.daemon.live.commit_trees import CommitTrees, TooManyPathsError
from gto_daemon.daemon.live.evidence_reading import MISSING
from gto_daemon.git.objects import DIRECTORY, MissingObjectError, TreeEntry
from gto_daemon.registry.evidence.definitions import definition_files, read_definitions
from gto_daemon.registry.evidence.section import EvidencePaths, matching_paths
from gto_daemon.registry.evidence.values import MAX_YAML, Definitions, ParamsSource, PlotDefinition, Values
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.rules.values import RULES_FILE

if TYPE_CHECKING:
    from gto_daemon.daemon.live.repository import Repository

_PARAMS: Final = "params.yaml"
_DVCLIVE: Final = "dvclive"
#: Files `dvc.yaml` of one commit that are read.
_MAX_DVC_FILES: Final = 500
#: Files in which a glob looks for what it matches.
_MAX_MATCHED: Final = 10_000
_WILDCARD: Final = re.compile("[*?]")
#: Bytes of the `dvc.yaml` of a commit and of the files with their variables: four seconds' work.
MAX_DEFINING: Final = 4 << 20
#: What definitions name, all that are kept together: some 100 MB.
_NAMED_KEPT: Final = 200_000


class Source(NamedTuple):
    """Where the evidence of a version is.

    Attributes:
        commit: the commit.
        directory: the folder of the artifact; empty for one in the root.
        said: what `.gtod.yaml` says of the artifact, in place of what DVC does; None for nothing.

    """

    commit: str
    directory: str
    said: EvidencePaths | None = None


class DefinitionReader:
    """Reads where evidence is, each file once.

    Every method raises `MissingObjectError` where a folder, or a file with variables, is missing from this clone.
    """

    def __init__(self, repository: "Repository", trees: CommitTrees) -> None:
        self._repository = repository
        self._trees = trees
        self._parsed: OrderedDict[tuple[object, ...], _Parsed] = OrderedDict()
        self._named = 0
        self._left = 0

    def read(self, tree: str, source: Source) -> Definitions:
        """Return where the evidence of a source is, in the tree of its commit."""
        self._left = MAX_DEFINING
        said = source.said
        if said and said.metrics is not None and said.params is not None and said.plots is not None:
            return self._as_said(tree, _NOTHING, said)
        found = self._folder(tree, source.directory) if source.directory else None
        if found is None or not (found.metrics or found.params or found.plots):
            found = self._repository_wide(tree)
        return found if said is None else self._as_said(tree, found, said)

    def _repository_wide(self, tree: str) -> Definitions:
        root = self._dvc_yaml(tree, "")
        try:
            folders = self._trees.folders_with(tree, DVC, _MAX_DVC_FILES)
        except TooManyPathsError:
            found = self._with_beside(tree, "", [root])
            return replace(found, problems=(*found.problems, _too_many()))
        parts = [root]
        for folder in filter(None, folders):
            if self._left < 0:
                break
            parts.append(self._dvc_yaml(tree, folder))
        return self._with_beside(tree, "", parts)

    def _folder(self, tree: str, folder: str) -> Definitions:
        return self._with_beside(tree, folder, [self._dvc_yaml(tree, folder)])

    def _with_beside(self, tree: str, folder: str, defined: list[Definitions]) -> Definitions:
        """Return what `dvc.yaml` files say, that of a folder first, with the files in it that count without one."""
        beside = self._beside(tree, folder)
        named = [plot for part in defined for plot in part.plots]
        plots = tuple(plot for plot in beside.plots if not _is_covered(plot, named))
        first, *others = defined
        return _merged([first, beside if plots == beside.plots else replace(beside, plots=plots), *others])

    def _dvc_yaml(self, tree: str, folder: str) -> Definitions:
        path = join(folder, DVC)
        blob = self._file(tree, path)
        if blob is None:
            return _NOTHING
        # Most take no variables, and their text need not be looked at again.
        known = self._parsed.get((blob, folder, ()))
        if known is not None:
            self._left -= known.size
            return known.definitions
        before = self._left
        data = self._content(blob)
        if data is None:
            return Definitions(problems=(self._unread(path, blob),))
        blobs: dict[str, str] = {}
        files: dict[str, bytes] = {}
        while names := [name for name in definition_files(data, folder, files) if name not in blobs]:
            for name in names:
                blobs[name] = self._file(tree, name) or ""
                content = self._content(blobs[name]) if blobs[name] else None
                if content is not None:
                    files[name] = content
                elif blobs[name] and self._is_missing(blobs[name]):
                    raise MissingObjectError(blobs[name])
        key = (blob, folder, tuple(blobs.items()))
        known = self._parsed.get(key)
        if known is not None:
            return known.definitions
        found = read_definitions(data, folder, files)
        # What was left out as too much together may be read in another commit.
        if self._left >= 0:
            self._keep(key, _Parsed(found, before - self._left))
            return found
        return replace(found, problems=(*found.problems, _too_much(path)))

    def _content(self, blob: str) -> bytes | None:
        """Return the content of a file, as long as there are not too many bytes; None where it is not read."""
        data = self._repository.reader.blob(blob, MAX_YAML) if self._left >= 0 else None
        self._left -= len(data or b"")
        return data if self._left >= 0 else None

    def _unread(self, path: str, blob: str) -> Problem:
        if self._left < 0:
            return _too_much(path)
        return _unread(path, blob, is_missing=self._is_missing(blob))

    def _is_missing(self, blob: str) -> bool:
        return self._left >= 0 and not self._repository.reader.is_longer(blob, MAX_YAML)

    def _beside(self, tree: str, folder: str) -> Definitions:
        entry = self._trees.entry(tree, folder)
        if entry is None or entry.mode != DIRECTORY:
            return _NOTHING
        params = (ParamsSource(join(folder, _PARAMS)),) if self._file(entry.oid, _PARAMS) is not None else ()
        live = self._trees.entry(entry.oid, _DVCLIVE)
        if live is None or live.mode != DIRECTORY:
            return Definitions(params=params) if params else _NOTHING
        at = join(folder, _DVCLIVE)
        plots = {name: self._trees.entry(live.oid, f"plots/{name}") for name in ("metrics", "images")}
        return Definitions(
            metrics=(f"{at}/metrics.json",) if self._file(live.oid, "metrics.json") is not None else (),
            params=(*params, ParamsSource(f"{at}/{_PARAMS}")) if self._file(live.oid, _PARAMS) is not None else params,
            plots=tuple(
                PlotDefinition(f"{at}/plots/{name}", join(folder, DVC), x=("step",) if name == "metrics" else None)
                for name, found in plots.items()
                if found is not None and found.mode == DIRECTORY
            ),
        )

    def _as_said(self, tree: str, found: Definitions, said: EvidencePaths) -> Definitions:
        problems = list(found.problems)
        if said.metrics is not None:
            found = replace(found, metrics=tuple(self._matched(tree, said.metrics, problems)))
        if said.params is not None:
            sources = map(ParamsSource, self._matched(tree, said.params, problems))
            found = replace(found, params=tuple(sources), variables={})
        if said.plots is not None:
            paths = self._matched(tree, said.plots, problems)
            found = replace(found, plots=tuple(PlotDefinition(path, RULES_FILE) for path in paths))
        return replace(found, problems=tuple(problems))

    def _matched(self, tree: str, patterns: tuple[str, ...], problems: list[Problem]) -> list[str]:
        """Return the paths that patterns match; one without a wildcard is a path, whether there is a file or not."""
        paths: dict[str, None] = {}
        for pattern in patterns:
            wildcard = _WILDCARD.search(pattern)
            if wildcard is None:
                paths[pattern.rstrip("/")] = None
                continue
            folder = pattern[: wildcard.start()].rpartition("/")[0]
            entry = self._trees.entry(tree, folder)
            if entry is None or entry.mode != DIRECTORY:
                continue
            try:
                below = [path for path, _ in self._trees.files(entry.oid, folder, _MAX_MATCHED)]
            except TooManyPathsError:
                problems.append(_too_wide(pattern))
                continue
            paths.update(dict.fromkeys(matching_paths((pattern,), below)))
        return list(paths)

    def _file(self, tree: str, path: str) -> str | None:
        entry = self._trees.entry(tree, path)
        return entry.oid if entry is not None and is_regular(entry) else None

    def _keep(self, key: tuple[object, ...], parsed: "_Parsed") -> None:
        self._parsed[key] = parsed
        self._named += parsed.named
        while self._named > _NAMED_KEPT and len(self._parsed) > 1:
            self._named -= self._parsed.popitem(last=False)[1].named


class _Parsed(NamedTuple):
    """What the bytes of a `dvc.yaml` define, and of the files with its variables."""

    definitions: Definitions
    size: int

    @property
    def named(self) -> int:
        """Return how much that is."""
        found = self.definitions
        keys = sum(len(source.keys) for source in found.params)
        values = sum(map(len, found.variables.values()))
        return 20 + len(found.metrics) + len(found.params) + keys + 5 * len(found.plots) + values + len(found.problems)


def is_regular(entry: TreeEntry) -> bool:
    """Return whether it is a file, and no folder, link or submodule."""
    return entry.mode in (b"100644", b"100755", b"100664")


_NOTHING: Final = Definitions()


def _merged(parts: list[Definitions]) -> Definitions:
    parts = [part for part in parts if part is not _NOTHING]
    if len(parts) < 2:
        return parts[0] if parts else _NOTHING
    variables: dict[str, Values] = {}
    for part in parts:
        for path, values in part.variables.items():
            variables[path] = {**variables.get(path, {}), **values}
    return Definitions(
        metrics=tuple(dict.fromkeys(path for part in parts for path in part.metrics)),
        params=tuple(dict.fromkeys(source for part in parts for source in part.params)),
        plots=tuple(plot for part in parts for plot in part.plots),
        variables=variables,
        problems=tuple(dict.fromkeys(problem for part in parts for problem in part.problems)),
    )


def _is_covered(plot: PlotDefinition, others: Iterable[PlotDefinition]) -> bool:
    """Return whether others are of the same folder, or of one around it or in it."""
    at = f"{plot.id}/"
    return any(at.startswith(f"{other.id}/") or other.id.startswith(at) for other in others)


def _too_many() -> Problem:
    return Problem(
        code="too-many-files",
        severity="warning",
        message=f"There are more than {_MAX_DVC_FILES} files '{DVC}'; of these only the one in the root is read.",
        hint=f"Say in {RULES_FILE}, under 'evidence', where the metrics of each artifact are.",
        path=DVC,
    )


def _too_wide(pattern: str) -> Problem:
    return Problem(
        code="too-many-files",
        severity="warning",
        message=f"There are more than {_MAX_MATCHED} files and folders where '{pattern}' looks, so it matches none.",
        hint="Begin it with the folder that is meant.",
        path=RULES_FILE,
    )


def _unread(path: str, blob: str, *, is_missing: bool) -> Problem:
    code = "unreadable-file"
    message = f"{path} has more than {MAX_YAML} bytes, so it defines nothing."
    hint = f"Make it shorter, or say in {RULES_FILE}, under 'evidence', where the metrics are."
    if is_missing:
        code = MISSING
        message = f"{path} is missing from this clone, so it defines nothing."
        hint = f"In a partial clone fetch it: `git cat-file -p {blob}`; else `git fsck` tells more."
    return Problem(code=code, severity="error", message=message, hint=hint, path=path, oid=blob)


def _too_much(path: str) -> Problem:
    message = (
        f"The files '{DVC}' and those with their variables have more than {MAX_DEFINING} bytes together, so {path} and "
        "what comes after it is not read."
    )
    hint = f"Say in {RULES_FILE}, under 'evidence', where the metrics of each artifact are."
    return Problem(code="too-large", severity="warning", message=message, hint=hint, path=path)
