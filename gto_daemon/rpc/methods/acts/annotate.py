"""`gto/annotate`: describe an artifact in its annotation file."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.acts.annotating import annotate
from gto_daemon.daemon.task_context import Acting
from gto_daemon.registry.plans.annotating import Annotate
from gto_daemon.rpc.handlers import Act, Example
from gto_daemon.rpc.methods.acts.annotation_acts import (
    REFUSALS,
    AnnotationActParams,
    AnnotationActResult,
    result_of,
    writing,
)


class AnnotateParams(AnnotationActParams):
    """What to say of it. What is left out, or empty, stays as it is."""

    type: str | None = Field(None, description="Such as `model`; the configuration may restrict it.")
    path: str | None = Field(None, description="Where it is, relative to the file's folder, or a URL.")
    must_exist: bool = Field(False, description="The path has to be in HEAD, and is marked so.")
    allow_same_path: bool = Field(False, description="Although the path is, holds or lies in another artifact's.")
    labels: list[str] = Field(default_factory=list, description="Added to those that are there.")
    description: str = ""
    custom: Any = Field(None, description="Anything that JSON can say.")


def _perform(acting: Acting, params: AnnotateParams) -> dict[str, Any]:
    request = Annotate(
        name=params.name,
        type=params.type,
        path=params.path,
        must_exist=params.must_exist,
        allow_same_path=params.allow_same_path,
        labels=tuple(params.labels),
        description=params.description,
        custom=params.custom,
    )
    how = writing(params)
    return result_of(acting, params, how, annotate(acting, request, how))


METHOD = Act(
    name="gto/annotate",
    summary="Describe an artifact in artifacts.yaml or a dvc.yaml; nothing else in the file changes.",
    params=AnnotateParams,
    result=AnnotationActResult,
    errors=(*REFUSALS, "ValidationError", "UnknownType", "NoFile", "PathIsUsed"),
    perform=_perform,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn", "type": "model", "path": "models/churn.pkl"},
        result={
            "path": "artifacts.yaml",
            "annotation": {"type": "model", "path": "models/churn.pkl"},
            "written": True,
            "warnings": [],
            "repo": "/home/ann/registry",
            "clock": "5f0c2a:1:43",
            "problems": [],
        },
    ),
)
