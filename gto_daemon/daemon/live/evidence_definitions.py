"""Where the metrics, params and plots of a commit are: its `dvc.yaml` files, and DVCLive's files.

For the thread of the repository only.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from gto_daemon.daemon.live.annotation_files import DVC, join
from gto_daemon.daemon.live.commit_trees import CommitTrees
from gto_daemon.daemon.live.repository import MAX_FILE
from gto_daemon.git.objects import DIRECTORY, TooManyFilesError, TreeEntry
from gto_daemon.registry.evidence.definitions import definition_files, read_definitions
from gto_daemon.registry.evidence.values import Definitions, ParamsSource, PlotDefinition
from gto_daemon.registry.problems import Problem

if TYPE_CHECKING:
    from gto_daemon.daemon.live.repository import Repository

_PARAMS: Final = "params.yaml"
_DVCLIVE: Final = "dvclive"
_PLOTS: Final = f"{_DVCLIVE}/plots"
#: Files `dvc.yaml` of one commit that are read.
_MAX_DVC_FILES: Final = 500
_PARSED_KEPT: Final = 1_000
#: Folders whose `dvc.yaml` files are remembered, over all commits looked at.
_FOLDERS_KEPT: Final = 500_000


class Source(NamedTuple):
    """Where the evidence of a version is.

    Attributes:
        commit: the commit.
        directory: the folder of the artifact; empty for one in the root.

    """

    commit: str
    directory: str


class DefinitionReader:
    """Reads where evidence is, each file once.

    Every method raises `MissingObjectError` where a folder is missing from this clone.
    """

    def __init__(self, repository: "Repository", trees: CommitTrees) -> None:
        self._repository = repository
        self._trees = trees
        self._below: dict[str, tuple[str, ...]] = {}
        self._parsed: OrderedDict[tuple[object, ...], Definitions] = OrderedDict()

    def read(self, tree: str, source: Source) -> Definitions:
        """Return where the evidence of a source is, in the tree of its commit."""
        found = self._folder(tree, source.directory) if source.directory else None
        if found is None or not (found.metrics or found.params or found.plots):
            found = self._repository_wide(tree)
        return found

    def _repository_wide(self, tree: str) -> Definitions:
        if len(self._below) > _FOLDERS_KEPT:
            self._below.clear()
        try:
            paths = self._repository.reader.find_files(tree, DVC, self._below)
        except TooManyFilesError:
            paths = None
        if paths is None or len(paths) > _MAX_DVC_FILES:
            root = self._folder(tree, "")
            return replace(root, problems=(*root.problems, _too_many()))
        folders = [path.rpartition("/")[0] for path in paths if path != DVC]
        return _merged([self._folder(tree, ""), *(self._dvc_yaml(tree, folder) for folder in folders)])

    def _folder(self, tree: str, folder: str) -> Definitions:
        """Return what the `dvc.yaml` of a folder says, with the files beside it that count without one."""
        return _merged([self._dvc_yaml(tree, folder), self._beside(tree, folder)])

    def _dvc_yaml(self, tree: str, folder: str) -> Definitions:
        path = join(folder, DVC)
        blob = self._file(tree, path)
        if blob is None:
            return Definitions()
        data = self._repository.reader.blob(blob, MAX_FILE)
        if data is None:
            return Definitions(problems=(_unread(path, blob),))
        blobs: dict[str, str] = {}
        files: dict[str, bytes] = {}
        # Without an expression none is named, and the first round is the last.
        while names := [name for name in definition_files(data, folder, files) if name not in blobs]:
            blobs.update({name: self._file(tree, name) or "" for name in names})
            read = {name: self._repository.reader.blob(blobs[name], MAX_FILE) for name in names if blobs[name]}
            files.update({name: content for name, content in read.items() if content is not None})
        key = (blob, folder, tuple(blobs.items()))
        known = self._parsed.get(key)
        return known if known is not None else self._keep(key, read_definitions(data, folder, files))

    def _beside(self, tree: str, folder: str) -> Definitions:
        entry = self._trees.entry(tree, folder)
        if entry is None or entry.mode != DIRECTORY:
            return Definitions()
        params = [path for name in (_PARAMS, f"{_DVCLIVE}/{_PARAMS}") if self._file(tree, path := join(folder, name))]
        metrics = join(folder, f"{_DVCLIVE}/metrics.json")
        return Definitions(
            metrics=(metrics,) if self._file(tree, metrics) else (),
            params=tuple(map(ParamsSource, params)),
            plots=tuple(self._plots_beside(tree, folder)),
        )

    def _plots_beside(self, tree: str, folder: str) -> Iterable[PlotDefinition]:
        for name, x in (("metrics", ("step",)), ("images", None)):
            path = join(folder, f"{_PLOTS}/{name}")
            entry = self._trees.entry(tree, path)
            if entry is not None and entry.mode == DIRECTORY:
                yield PlotDefinition(path, join(folder, DVC), x=x)

    def _file(self, tree: str, path: str) -> str | None:
        entry = self._trees.entry(tree, path)
        return entry.oid if entry is not None and is_regular(entry) else None

    def _keep(self, key: tuple[object, ...], definitions: Definitions) -> Definitions:
        self._parsed[key] = definitions
        if len(self._parsed) > _PARSED_KEPT:
            self._parsed.popitem(last=False)
        return definitions


def is_regular(entry: TreeEntry) -> bool:
    """Return whether it is a file, and no folder, link or submodule."""
    return entry.mode in (b"100644", b"100755", b"100664")


def _merged(parts: list[Definitions]) -> Definitions:
    plots: dict[tuple[str, str], PlotDefinition] = {}
    for part in parts:
        for plot in part.plots:
            if not _is_covered(plot, plots.values()):
                plots.setdefault((plot.file, plot.id), plot)
    return Definitions(
        metrics=tuple(dict.fromkeys(path for part in parts for path in part.metrics)),
        params=tuple(dict.fromkeys(source for part in parts for source in part.params)),
        plots=tuple(plots.values()),
        variables={path: values for part in parts for path, values in part.variables.items()},
        problems=tuple(dict.fromkeys(problem for part in parts for problem in part.problems)),
    )


def _is_covered(plot: PlotDefinition, others: Iterable[PlotDefinition]) -> bool:
    """Return whether another plot is of the same file or folder, or of one around it."""
    return any(plot.id == other.id or plot.id.startswith(f"{other.id.rstrip('/')}/") for other in others)


def _too_many() -> Problem:
    return Problem(
        code="too-many-files",
        severity="warning",
        message=f"There are more than {_MAX_DVC_FILES} files '{DVC}'; of these only the one in the root is read.",
        hint="Keep them in one repository for each project.",
        path=DVC,
    )


def _unread(path: str, blob: str) -> Problem:
    return Problem(
        code="unreadable-file",
        severity="error",
        message=f"{path} has more than {MAX_FILE} bytes, or is missing from this clone, so it defines nothing.",
        hint=f"In a partial clone fetch it: `git cat-file -p {blob}`.",
        path=path,
        oid=blob,
    )
