"""The paths that DVC tracks by a `dvc.yaml` or `dvc.lock`: the outputs of its stages."""

from collections.abc import Iterator

from gto_daemon.registry.annotations.composition import NotYamlError, compose
from gto_daemon.registry.annotations.nodes import Mapping, Node, Scalar, Sequence


def dvc_outputs(text: bytes) -> Iterator[str]:
    """Yield the paths of the outputs, relative to the folder of the file. A file that DVC cannot read has none.

    `dvc.lock` has `{path: data, …}`, `dvc.yaml` has `data` or `{data: {cache: false}}` (DVC 3.64, schema.py).
    """
    try:
        root = compose(text).root
    except NotYamlError:
        return
    for _, stage in _pairs(_member(root, "stages")):
        outs = _member(stage, "outs")
        for out in outs.children if isinstance(outs, Sequence) else ():
            if isinstance(out, Scalar):
                yield out.text
            path = _member(out, "path")
            if isinstance(path, Scalar):
                yield path.text
            else:
                yield from (key.text for key, _ in _pairs(out) if isinstance(key, Scalar))


def _pairs(node: Node | None) -> list[tuple[Node, Node]]:
    return node.pairs() if isinstance(node, Mapping) else []


def _member(node: Node | None, name: str) -> Node | None:
    return next((value for key, value in _pairs(node) if isinstance(key, Scalar) and key.text == name), None)
