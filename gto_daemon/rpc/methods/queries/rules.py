"""`gto/rules`: the rules of promotion, and where they are from. `gto/exportRules`: what forges can enforce of them."""

from typing import TYPE_CHECKING, Final, cast

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.rules.files import rules_on_disk
from gto_daemon.daemon.rules.source import configured_rules_ref, rules_in_force
from gto_daemon.git.default_remote import BRANCHES
from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.rules.export import Actor, Forge, check_actors, export_rules, parse_actor
from gto_daemon.registry.rules.values import RULES_FILE, Rule, Rules, Who
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.protocol.audit import ForgeRequest, RulesExport, RuleShape, RulesResult


class RulesParams(RepositoryParams):
    """Where to read the rules, and for what."""

    name: str | None = Field(None, description="Show what applies to this artifact.")
    rules: str | None = Field(None, description="The revision to read the rules from; by default the default branch.")
    worktree: bool = Field(False, description="Check the file on disk instead, which binds nobody yet.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: RulesParams) -> "RulesResult":
    if params.worktree:
        if worktree.layout.worktree is None:
            branch = (worktree.symbolic_ref("HEAD") or "main").removeprefix(BRANCHES)
            raise RegistryError(
                "WrongArgs",
                "A bare repository has no working tree whose rules could be checked",
                hint=f"Check those of a branch: {commands.command('gtod', 'rules', 'check', '--rules', branch)}.",
                reason="bare",
            )
        text, on_disk, problems = rules_on_disk(worktree)
        return _result(snapshot, params.name, on_disk or Rules(), text, problems)
    chosen = params.rules or configured_rules_ref(worktree)
    found = rules_in_force(worktree, chosen, strict=True)
    if found is None:
        return {**_result(snapshot, params.name, Rules(), None, ()), "reason": _no_rules(chosen)}
    result = _result(snapshot, params.name, found.rules, found.text, found.problems)
    return {**result, "rules": {"commit": found.commit, "ref": found.ref}}


def _no_rules(chosen: str | None) -> str:
    where = f"'{chosen}'" if chosen else "the default branch"
    return f"There are no rules: {where} has no {RULES_FILE}."


def _result(
    snapshot: Snapshot, name: str | None, rules: Rules, text: bytes | None, problems: tuple[Problem, ...]
) -> "RulesResult":
    stages = dict.fromkeys((*rules.stages, *(stage for each in rules.artifacts for stage in each.stages)))
    shown = {
        stage: rules.stages.get(stage, Rule()) if name is None else rules.for_stage(name, stage) for stage in stages
    }
    register = rules.register if name is None else rules.for_register(name)
    return {
        **snapshot.stated(),
        "rules": None,
        "findings": [problem.as_json() for problem in problems],
        "text": None if text is None else text.decode("utf-8", "replace"),
        "register": _shape(register),
        "stages": {stage: _shape(rule) for stage, rule in shown.items() if _shape(rule)},
        "deletion": "allow" if rules.deletion else "never",
        "overrides": None if rules.overrides is None else _people(rules.overrides),
        "reason": None,
    }


def _shape(rule: Rule) -> "RuleShape":
    shape: RuleShape = {}
    if rule.branches is not None:
        shape["branches"] = [*rule.branches]
    if rule.sources is not None:
        shape["from_stages"] = [*rule.sources]
    if rule.soak is not None:
        shape["soak_s"] = rule.soak
    if rule.signed is not None:
        shape["signed"] = rule.signed
    if rule.who is not None:
        shape["who"] = _people(rule.who)
    return shape


def _people(who: Who) -> list[str]:
    return sorted({*who.emails, *(f"openpgp:{key}" for key in who.keys)})


class ExportRulesParams(RepositoryParams):
    """What for, and who the people are there."""

    forge: Forge = Field(description="The forge.")
    actors: list[str] = Field(
        [],
        description="Who a role or a person of the rules is there, each `ROLE=KIND:ID`; kinds are `team`, `user`, "
        "`app` and `role`, as far as the forge has them. Gitea takes names for ids, the others numbers.",
    )
    rules: str | None = Field(None, description="The revision to read the rules from; by default the default branch.")


def _export(worktree: Worktree, snapshot: Snapshot, params: ExportRulesParams) -> "RulesExport":
    actors: dict[str, tuple[Actor, ...]] = {}
    for each in params.actors:
        name, actor = parse_actor(each, params.forge)
        actors[name] = (*actors.get(name, ()), actor)
    chosen = params.rules or configured_rules_ref(worktree)
    found = rules_in_force(worktree, chosen, strict=True)
    if found is not None:
        check_actors(found.rules, actors)
    export = export_rules(Rules() if found is None else found.rules, params.forge, actors)
    return {
        **snapshot.stated(),
        "rules": None if found is None else {"commit": found.commit, "ref": found.ref},
        "requests": cast("list[ForgeRequest]", [*export.requests]),
        "not_expressible": [*export.not_expressible],
        "unnamed": [*export.unnamed],
        "reason": _no_rules(chosen) if found is None else None,
    }


METHODS: Final = {
    "gto/rules": WorktreeQuery(
        name="gto/rules",
        summary="Show the rules of promotion, and where they are read from.",
        params=RulesParams,
        errors=("RulesUnreadable", "WrongArgs"),
        answer=_answer,
    ),
    "gto/exportRules": WorktreeQuery(
        name="gto/exportRules",
        summary="Say what of the rules GitHub, GitLab or Gitea can enforce, as requests to their APIs.",
        params=ExportRulesParams,
        errors=("RulesUnreadable", "WrongArgs"),
        answer=_export,
    ),
}
