"""Annotations: what `artifacts.yaml` and the `artifacts:` section of `dvc.yaml` say of artifacts.

Text goes in, values with their places in the text come out. Invariant: whatever the bytes are, the result is an
`AnnotationFile`, in bounded time and memory; if GTO would refuse an entry, that is a problem, and the rest is read.
"""

from collections.abc import Mapping

from gto_daemon.registry.annotations.annotation import Annotation, AnnotationFile

__all__ = ["Annotation", "AnnotationFile", "parse_artifacts_yaml", "parse_dvc_yaml", "variable_files"]

# The YAML reader takes 25 ms to load, and a command that uses a stored registry reads no YAML.


def parse_artifacts_yaml(text: bytes) -> AnnotationFile:
    """Parse the annotations of an `artifacts.yaml`; see `artifacts_yaml.parse_artifacts_yaml`."""
    from gto_daemon.registry.annotations import artifacts_yaml  # noqa: PLC0415

    return artifacts_yaml.parse_artifacts_yaml(text)


def variable_files(text: bytes, directory: str) -> tuple[str, ...]:
    """Return the files that a `dvc.yaml` takes variables from; see `vars_files.variable_files`."""
    from gto_daemon.registry.annotations import vars_files  # noqa: PLC0415

    return vars_files.variable_files(text, directory)


def parse_dvc_yaml(text: bytes, directory: str, files: Mapping[str, bytes] | None = None) -> AnnotationFile:
    """Parse the annotations of a `dvc.yaml`; see `dvc_yaml.parse_dvc_yaml`."""
    from gto_daemon.registry.annotations import dvc_yaml  # noqa: PLC0415

    return dvc_yaml.parse_dvc_yaml(text, directory, files or {})
