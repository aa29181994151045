"""Synthetic registries of any size, made once and kept."""

import shutil
from pathlib import Path

from benchmarks import packed
from tests.genrepo import Shape, generate

#: More tags than this are not made by git one by one.
_MANY = 200_000
_STAGES = ("dev", "staging", "prod")


class Registries:
    """Repositories below one directory.

    Args:
        cache: where they stay from run to run.
        scratch: where copies go that are written to.

    """

    def __init__(self, cache: Path, scratch: Path) -> None:
        self._cache = cache
        self._scratch = scratch

    def of(self, tags: int) -> Path:
        """A registry of exactly so many tags, for reading only. Making one takes 0.4 ms a tag."""
        path = self._cache / f"tags-{tags}"
        mark = path.with_suffix(".complete")
        if not mark.exists():
            shutil.rmtree(path, ignore_errors=True)
            print(f"making a registry of {tags:,} tags …", flush=True)
            if tags > _MANY:
                packed.generate(path, tags)
                mark.write_text("complete\n")
                return path
            # 20 versions of each artifact give some 40 tags; a few artifacts at least, so that order matters.
            generate(path, Shape(artifacts=max(3, tags // 40), versions=25, stages=_STAGES, max_tags=tags))
            mark.write_text("complete\n")
        return path

    def copy(self, tags: int, name: str = "copy") -> Path:
        """A copy of such a registry, to write to."""
        path = self._scratch / f"{name}-{tags}"
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.of(tags), path, symlinks=True)
        return path
