"""Annotations: what `artifacts.yaml` and the `artifacts:` section of `dvc.yaml` say of artifacts.

Text goes in, values with their places in the text come out. Invariant: whatever the bytes are, the answer is an
`AnnotationFile`, in bounded time and memory; what GTO would refuse is a problem of one entry, and the rest is read.
"""

from gto_daemon.registry.annotations.annotation import Annotation, AnnotationFile
from gto_daemon.registry.annotations.artifacts_yaml import parse_artifacts_yaml
from gto_daemon.registry.annotations.dvc_yaml import parse_dvc_yaml

__all__ = ["Annotation", "AnnotationFile", "parse_artifacts_yaml", "parse_dvc_yaml"]
