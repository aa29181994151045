"""A plan: the tags that it creates and deletes, what they replace, and what the plan depends on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gto_daemon.registry.objects import Moment, Tag, TagRef
from gto_daemon.registry.tag_names import parse_tag_name

if TYPE_CHECKING:
    from gto_daemon.protocol import acts
    from gto_daemon.protocol.results import ChosenVersion

TAGS = "refs/tags/"
_NULL = "0" * 40


@dataclass(frozen=True, slots=True)
class NewTag:
    """An annotated tag to create. `target` is a commit's id; the message has no line end, as GTO writes it."""

    tag: str
    target: str
    message: str
    tagger: str
    email: str
    time: Moment

    def as_ref(self) -> TagRef:
        """Return the ref as if it existed; its object has no id yet."""
        parsed = parse_tag_name(self.tag)
        if parsed is None:
            raise ValueError(f"{self.tag!r} is no GTO tag name")
        tag = Tag(_NULL, self.target, "commit", self.tagger, self.email, *self.time, self.message.strip())
        return TagRef(self.tag, parsed.artifact, _NULL, tag)

    def as_json(self) -> "acts.NewTag":
        """Return it in the protocol's form."""
        return {
            "tag": self.tag,
            "target": self.target,
            "message": self.message,
            "tagger": {"name": self.tagger, "email": self.email},
        }


@dataclass(frozen=True, slots=True)
class OldTag:
    """A tag to delete, and the object that it must then point at."""

    tag: str
    oid: str

    def as_json(self) -> "acts.OldTag":
        """Return it in the protocol's form."""
        return {"tag": self.tag, "oid": self.oid}


@dataclass(frozen=True, slots=True)
class Replacement:
    """A stage that changes hands; None means no version."""

    artifact: str
    stage: str
    before: str | None
    after: str | None

    def as_json(self) -> "acts.Replacement":
        """Return it in the protocol's form."""
        return {"artifact": self.artifact, "stage": self.stage, "from": self.before, "to": self.after}


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """Something that the user may not have intended. `code` is stable and kebab-case."""

    code: str
    message: str

    def as_json(self) -> "acts.PlanWarning":
        """Return it in the protocol's form."""
        return {"code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True)
class Dependency:
    """A ref that must be unchanged: at `oid`, or absent (None)."""

    ref: str
    oid: str | None

    def as_json(self) -> "acts.Dependency":
        """Return it in the protocol's form."""
        return {"ref": self.ref, "oid": self.oid}


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan of an act.

    Attributes:
        act: the name of its method.
        create: in the order of GTO's messages.
        delete: in the order of GTO's messages.
        signed: whether the rules want the tags signed.
        chosen: the versions that a metric chose, in the order of the requests.

    """

    act: str
    create: tuple[NewTag, ...] = ()
    delete: tuple[OldTag, ...] = ()
    replaces: tuple[Replacement, ...] = ()
    warnings: tuple[PlanWarning, ...] = ()
    depends: tuple[Dependency, ...] = ()
    signed: bool = False
    chosen: "tuple[ChosenVersion, ...]" = ()

    def as_json(self) -> "acts.Plan":
        """Return it in the protocol's form."""
        plan: acts.Plan = {
            "act": self.act,
            "create": [each.as_json() for each in self.create],
            "delete": [each.as_json() for each in self.delete],
            "replaces": [each.as_json() for each in self.replaces],
            "warnings": [each.as_json() for each in self.warnings],
            "depends": [each.as_json() for each in self.depends],
            "signed": self.signed,
        }
        if self.chosen:
            plan["chosen"] = [*self.chosen]
        return plan
