"""Annotation files in blobs, each parsed once."""

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

from gto_daemon.git.objects import ObjectReader
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.problems import Problem

#: Files that are kept although no index may need them now: files of earlier HEADs and of other views.
_FILES_KEPT = 1024
#: No annotation file is this long; beyond it the file is not read at all.
MAX_FILE = 8 << 20
MISSING_OBJECT = "missing-object"


class ParsedFiles:
    """The files that were parsed last. In the repository's thread."""

    def __init__(self, reader: ObjectReader) -> None:
        self._reader = reader
        self._files: OrderedDict[tuple[object, ...], AnnotationFile] = OrderedDict()

    def get(self, key: tuple[object, ...], blob: str, parse: Callable[[bytes], AnnotationFile]) -> AnnotationFile:
        """Return the annotation file in a blob, parsed once per `key`, which names the blob and the parsing."""
        known = self._files.get(key)
        if known is None:
            data = self._reader.blob(blob, MAX_FILE)
            if data is None and not self._reader.is_longer(blob, MAX_FILE):
                # It may come, so it is not remembered.
                return missing_object(blob)
            known = parse(data) if data is not None else _unreadable(blob)
            self._files[key] = known
            if len(self._files) > _FILES_KEPT:
                self._files.popitem(last=False)
        else:
            self._files.move_to_end(key)
        return known


def _unreadable(blob: str) -> AnnotationFile:
    problem = Problem(
        code="unreadable-file",
        severity="error",
        message=f"The annotation file (blob {blob}) is longer than {MAX_FILE} bytes.",
        hint="A file of that size is hardly an annotation file.",
        oid=blob,
    )
    return AnnotationFile(annotations={}, problems=(problem,))


@lru_cache(maxsize=_FILES_KEPT)
def missing_object(oid: str) -> AnnotationFile:
    """Return the value for an annotation file that is missing, or in a missing folder; the same one per object."""
    problem = Problem(
        code=MISSING_OBJECT,
        severity="error",
        message=f"The object {oid} is missing from this clone, or damaged, so the annotations in it are not known.",
        hint=f"In a partial clone fetch it: `git cat-file -p {oid}`; else `git fsck` tells more.",
        oid=oid,
    )
    return AnnotationFile(annotations={}, problems=(problem,))
