"""Whether what was read says rightly where it stands."""

from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.problems import Position


def check_places(file: AnnotationFile, text: str) -> None:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def check(position: Position) -> None:
        assert 0 <= position.line < len(lines)
        assert 0 <= position.character <= len(lines[position.line])

    for annotation in file.annotations.values():
        ranges = [annotation.range, annotation.extent, *annotation.fields.values()]
        for found in [*ranges, *(problem.range for problem in file.problems if problem.range and not problem.path)]:
            check(found.start)
            check(found.end)
            assert (found.start.line, found.start.character) <= (found.end.line, found.end.character)
