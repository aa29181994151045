"""`gto/removeAnnotation`: take an artifact out of its annotation file."""

from typing import Any

from gto_daemon.daemon.acts.annotating import remove
from gto_daemon.daemon.task_context import Acting
from gto_daemon.rpc.handlers import Act, Example
from gto_daemon.rpc.methods.acts.annotation_acts import (
    REFUSALS,
    AnnotationActParams,
    AnnotationActResult,
    result_of,
    writing,
)


class RemoveAnnotationParams(AnnotationActParams):
    """Whose."""


def _perform(acting: Acting, params: RemoveAnnotationParams) -> dict[str, Any]:
    how = writing(params)
    return result_of(acting, params, how, remove(acting, params.name, how))


METHOD = Act(
    name="gto/removeAnnotation",
    summary="Take an artifact out of its annotation file; nothing else in it changes.",
    params=RemoveAnnotationParams,
    result=AnnotationActResult,
    errors=(*REFUSALS, "ArtifactNotFound"),
    perform=_perform,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn"},
        result={
            "path": "artifacts.yaml",
            "annotation": None,
            "written": True,
            "warnings": [],
            "repo": "/home/ann/registry",
            "clock": "5f0c2a:1:43",
            "problems": [],
        },
    ),
)
