"""Facts of ten public registries, and how to make Git repositories of them.

Each JSON file holds one registry's tags, commits, dates, messages and annotation files; people are made anonymous.
Invariant: what is built from a manifest is the same in every run, object ids included. The commits become one line of
history in the order of their dates, so object ids differ from the source's.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent

#: The names of the registries: `owner__repository`.
NAMES: tuple[str, ...] = tuple(sorted(file.stem for file in _HERE.glob("*.json")))


def build_registry(name: str, destination: Path, *, files: Mapping[str, str] | None = None) -> Path:
    """Make the repository of the registry `name` at `destination`, which must not exist, and answer the path.

    `files`: what every commit has besides.

    Raises:
        subprocess.CalledProcessError: git failed.

    """
    manifest = json.loads((_HERE / f"{name}.json").read_text())
    for commit in manifest["commits"]:
        commit["files"].update(files or {})
    _git("init", "--quiet", "-b", "main", str(destination))
    _git("-C", str(destination), "fast-import", "--quiet", "--force", stream=b"".join(_stream(manifest)))
    _git("-C", str(destination), "update-ref", "-d", "refs/build/line")
    _git("-C", str(destination), "reset", "--quiet", "--hard", "main")
    return destination


def _stream(manifest: dict[str, Any]) -> list[bytes]:
    parts: list[bytes] = []
    marks = {commit["id"]: mark for mark, commit in enumerate(manifest["commits"], 1)}
    before: dict[str, str] = {}
    for commit in manifest["commits"]:
        mark = marks[commit["id"]]
        parts += [b"commit refs/build/line\nmark :%d\n" % mark, _person("author", commit), _person("committer", commit)]
        parts.append(_data(commit["message"] + "\n"))
        if mark > 1:
            parts.append(b"from :%d\n" % (mark - 1))
        files: dict[str, str] = commit["files"]
        parts += [f"D {path}\n".encode() for path in sorted(before.keys() - files.keys())]
        for path, text in files.items():
            if before.get(path) != text:
                parts.append(f"M 100644 inline {path}\n".encode() + _data(text))
        before = files
    for tag in manifest["tags"]:
        target = marks[tag["target"]]
        if tag["annotated"]:
            tagger = f"tagger {tag['tagger']} <{tag['email']}> {tag['date']}\n"
            parts.append(f"tag {tag['name']}\nfrom :{target}\n{tagger}".encode() + _data(tag["message"] + "\n"))
        else:
            parts.append(_reset(f"refs/tags/{tag['name']}", target))
    heads = {**manifest["heads"], "main": manifest["head"]}
    parts += [_reset(f"refs/heads/{name}", marks[oid]) for name, oid in heads.items()]
    return parts


def _data(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n%b\n" % (len(content), content)


def _person(role: str, commit: dict[str, Any]) -> bytes:
    return f"{role} {commit[role]} <{commit[f'{role}_email']}> {commit[f'{role}_date']}\n".encode()


def _reset(ref: str, mark: int) -> bytes:
    return f"reset {ref}\nfrom :{mark}\n\n".encode()


def _git(*arguments: str, stream: bytes | None = None) -> None:
    subprocess.run(["git", *arguments], input=stream, check=True)


if __name__ == "__main__":
    build_registry(Path(sys.argv[1]).stem, Path(sys.argv[2]))
