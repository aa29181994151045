"""Acts: planned first, and carried out as planned or not at all."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gto_daemon.mcp.registry import Registry
from gto_daemon.mcp.replies import Refusal, counted
from gto_daemon.mcp.shapes import Shapes, arguments
from gto_daemon.protocol import JsonObject
from gto_daemon.visible import visible

#: Plans that are kept; older ones have to be made again.
MAX_PLANS: Final = 50
#: Characters of the question to a person, who is shown everything, and of each message in it.
MAX_QUESTION: Final = 30_000
_MAX_MESSAGE: Final = 200
SMALLER_PLANS: Final = "Make several plans with fewer acts each, and shorter messages."
_ABOUT_THE_REST: Final = ("clock", "problems")

PLAN_TITLE, APPLY_TITLE = "Plan", "Apply a plan"
PLAN_DESCRIPTION: Final = (
    "Plan acts on the registry, and write nothing: register a version, assign a stage to a version, and so on. All "
    "acts of a plan are carried out together or not at all; each sees the results of earlier ones. The answer has "
    "the exact tags, what they replace, warnings, and a `plan_id` for `apply_plan`. If the rules of promotion do "
    "not allow an act, the plan is refused with the reason. Acts only add tags: to delete tags, or to override "
    "rules, ask the person to do it."
)
APPLY_DESCRIPTION: Final = (
    "Carry out a plan of `plan`, exactly as it was shown. Refused (`RegistryChanged`) if what it depends on has "
    "changed since; then make a new plan. The person is asked first where the client can ask. Pushes only if the "
    "plan said so: its tags, and of `may_go_along` those that the remote lacks; `push.tags` lists all that went."
)
_ACT: Final = arguments(
    {
        "act": {"type": "string", "enum": ["register", "assign", "unassign", "deregister", "deprecate", "rollback"]},
        "name": {"type": "string", "description": "The artifact: `model` or `some/dir:model`."},
        "stage": {"type": "string", "description": "For `assign`, `unassign` and `rollback`, which need it."},
        "version": {
            "type": "string",
            "description": "`v` and a semantic version. To register: by default the next one. To assign: a registered "
            "version, or `max:KEY` or `min:KEY` for the one with the greatest or least value of a metric. `assign`, "
            "`unassign` and `deregister` need either this or `ref`, not both.",
        },
        "ref": {
            "type": "string",
            "description": "Any revision that Git resolves to a commit. To register: HEAD by default. To assign, "
            "unassign or deregister: give either this or `version`. To assign, a commit without a version is "
            "registered too.",
        },
        "bump": {
            "type": "string",
            "enum": ["major", "minor", "patch"],
            "description": "For `register` without `version`: the part of the greatest version to raise.",
        },
        "message": {"type": "string", "description": "The message of the tag; by default GTO's own."},
    },
    ("act", "name"),
)
#: Acts on one version, which is given by its name or by its commit.
_ON_ONE_VERSION: Final = ("assign", "unassign", "deregister")
PLAN_ARGUMENTS: Final = arguments(
    {
        "actions": {"type": "array", "items": _ACT, "minItems": 1, "maxItems": 1000},
        "push": {
            "type": "boolean",
            "default": False,
            "description": "Whether `apply_plan` pushes the tags to the remote that Git would push to.",
        },
    },
    ("actions",),
)
APPLY_ARGUMENTS: Final = arguments(
    {"plan_id": {"type": "string", "description": "The `plan_id` of a plan."}}, ("plan_id",)
)


def plan_schema(shapes: Shapes) -> JsonObject:
    """Return the schema of a plan."""
    schema = shapes.result("gto/apply", plan_id={"type": "string", "description": "For `apply_plan`, once."})
    return {**schema, "required": [*schema["required"], "plan_id", "plan"]}


@dataclass
class PlannedActs:
    """A plan that was shown.

    Attributes:
        registry: the repository that it is about.
        folder: the name of the repository's folder.
        params: the params of `gto/apply`, with the clock that they are bound to.
        shown: what was planned.
        question: what a person is asked.
        token: proof that the question was sent by this process, for clients that answer in a new request.

    """

    registry: Registry
    folder: str
    params: JsonObject
    shown: JsonObject
    question: str
    token: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def check(self) -> None:
        """See that the same would be planned now: the same tags by the same tagger, pushed to the same place.

        Raises:
            Refusal: it would not.
            CallError, DaemonUnavailable: as `Registry.ask`.

        """
        result = await self.registry.ask("gto/apply", {**self.params, "remote": None, "dry_run": True})
        now = _depended_on(result, pushes=self.params["push"])
        if moved := [name for name in {**self.shown, **now} if self.shown.get(name) != now.get(name)]:
            raise Refusal(
                "RegistryChanged",
                f"The same acts would be another plan now: {', '.join(moved)} changed since. Nothing was done.",
                "Call `plan` again, and check that it is still what you want.",
                {"moved": moved},
            )


class Plans:
    """The plans of one client."""

    def __init__(self) -> None:
        self._plans: dict[str, PlannedActs] = {}

    async def make(self, registry: Registry, given: Mapping[str, Any]) -> JsonObject:
        """Plan acts, and return the plan.

        Raises:
            Refusal: an action is no object, or the plan is too large to ask a person about.
            CallError, DaemonUnavailable: as `Registry.ask`.

        """
        if not isinstance(given["actions"], list):
            raise Refusal("InvalidArguments", "actions: has to be an array", f"Of objects with {_members()}.")
        actions = [_action(number, act) for number, act in enumerate(given["actions"])]
        params: JsonObject = {"actions": actions, "push": given.get("push", False)}
        result = await registry.ask("gto/apply", {**params, "dry_run": True})
        plan_id = uuid.uuid4().hex
        folder = await registry.folder()
        params["expect_clock"] = result["clock"]
        shown = _depended_on(result, pushes=params["push"])
        if params["push"]:
            params["remote"] = result["remote"]
        question = _question(folder, result, pushes=params["push"])
        self._plans[plan_id] = PlannedActs(registry, folder, params, shown, question)
        while len(self._plans) > MAX_PLANS:
            del self._plans[next(iter(self._plans))]
        return {**without_push(result, pushes=params["push"]), "plan_id": plan_id}

    def find(self, plan_id: object) -> PlannedActs:
        """Return a plan.

        Raises:
            Refusal: there is none with this id.

        """
        found = self._plans.get(plan_id) if isinstance(plan_id, str) else None
        if found is None:
            raise Refusal(
                "PlanNotFound",
                "There is no such plan: it was already applied, was dropped, or never existed.",
                "Call `plan`.",
            )
        return found

    def drop(self, plan_id: str) -> None:
        """Forget a plan, so that it is carried out once at most.

        Raises:
            Refusal: as `find`.

        """
        self.find(plan_id)
        del self._plans[plan_id]


def _depended_on(result: JsonObject, *, pushes: bool) -> JsonObject:
    """Return what a plan shows, but what is said of the rest of the registry; the tagger is one of its parts."""
    shown = {key: value for key, value in without_push(result, pushes=pushes).items() if key not in _ABOUT_THE_REST}
    plan = shown.pop("plan")
    create = [{**tag, "tagger": None} for tag in plan["create"]]
    return {**shown, **plan, "create": create, "tagger": [tag["tagger"] for tag in plan["create"]]}


def without_push(result: JsonObject, *, pushes: bool) -> JsonObject:
    """Return a result as it is where tags are pushed, and else without what a push would be."""
    return (
        result
        if pushes
        else {key: value for key, value in result.items() if key not in ("remote", "push_urls", "pushes")}
    )


def _action(number: int, act: object) -> JsonObject:
    place = f"actions.{number}"
    known = _ACT["properties"]
    if not isinstance(act, dict):
        raise Refusal("InvalidArguments", f"{place}: has to be an object", f"It has {_members()}.")
    unknown = [key for key in act if key not in known]
    if unknown:
        names = ", ".join(map(repr, unknown))
        hint = f"It has {_members()}. To force, to override rules or to delete tags is left to the person."
        raise Refusal("InvalidArguments", f"{place}: {names} {'is' if len(unknown) == 1 else 'are'} not known", hint)
    if act.get("act") not in known["act"]["enum"]:
        wrong = f"{act['act']!r} is not known" if "act" in act else "this member is required"
        raise Refusal("InvalidArguments", f"{place}.act: {wrong}", f"It is one of {', '.join(known['act']['enum'])}.")
    given = {key: value for key, value in act.items() if key != "act" and value is not None}
    if act["act"] in _ON_ONE_VERSION and ("version" in given) == ("ref" in given):
        raise Refusal(
            "InvalidArguments",
            f"{place}: {act['act']} needs `version` or `ref`, and not both",
            "Give the version, or a revision of Git.",
        )
    return {"method": act["act"], "params": given}


def _members() -> str:
    return ", ".join(f"`{name}`" for name in _ACT["properties"])


def _question(folder: str, result: JsonObject, *, pushes: bool) -> str:
    plan = result["plan"]
    tags = [
        f"{new['tag']} on {new['target'][:7]}: {' '.join(new['message'].split())[:_MAX_MESSAGE]}"
        for new in plan["create"]
    ]
    moves = [
        f"{each['artifact']}, {each['stage']}: {each['from'] or 'nothing'} → {each['to'] or 'nothing'}"
        for each in plan["replaces"]
    ]
    warnings = [each["message"] for each in plan["warnings"]]
    lines = [
        f"An agent wants to create {counted(len(tags), 'tag')} in '{folder}'.",
        *(["Stages that change hands:", *_listed(moves)] if moves else []),
        *(["Warnings:", *_listed(warnings)] if warnings else []),
        "Tags:",
        *_listed(tags),
        *(_pushed(result, len(tags)) if pushes else ["Nothing will be pushed."]),
    ]
    question = visible("\n".join(lines))
    if len(question) > MAX_QUESTION:
        raise Refusal(
            "PlanTooLarge",
            f"The question to the person would have {len(question)} characters; {MAX_QUESTION} are allowed.",
            SMALLER_PLANS,
        )
    return question


def _pushed(result: JsonObject, tags: int) -> list[str]:
    along = result.get("may_go_along", [])
    remote = result.get("remote")
    # A remote without a name is a place itself.
    places = ", ".join(url for url in result.get("push_urls", ()) if url != remote)
    where = f"'{remote}' ({places})" if places else f"'{remote}'"
    return [
        *([f"Registrations that go along if '{remote}' lacks them:", *_listed(along)] if along else []),
        f"{'It' if tags == 1 else 'They'} will be pushed to {where}, with the commits that it lacks.",
    ]


def _listed(items: list[str]) -> list[str]:
    return [f"- {item}" for item in items]
