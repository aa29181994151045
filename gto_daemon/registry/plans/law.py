"""The rules of promotion in force, and what a plan may do under them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.rules.judging import Case, OnBranch, Violation, describe, judge, may_override, rule_of
from gto_daemon.registry.rules.timeline import Timeline, event_of, in_order
from gto_daemon.registry.rules.values import RULES_FILE, Rules
from gto_daemon.registry.signatures import Signature


@dataclass(frozen=True, slots=True)
class Law:
    """The rules of a repository at the tip of its default branch, and what planning by them has to ask.

    Attributes:
        rules: the rules.
        commit: that they were read from.
        on_branch: see `OnBranch`.
        signer: the signature that the act's author would make now, as the signers file of the rules judges it.
        signers: the content of that file.

    """

    rules: Rules
    commit: str
    on_branch: OnBranch = field(repr=False)
    signer: Callable[[], Signature] = field(repr=False)
    signers: bytes = b""

    @property
    def may_sign(self) -> bool:
        """Whether some rule wants a signature."""
        rules = [self.rules.register, *self.rules.stages.values()]
        for each in self.rules.artifacts:
            rules += [each.register, *each.stages.values()]
        return any(rule.signed for rule in rules)


def check_tag(law: Law, new: TagRef, past: Iterable[TagRef]) -> bool:
    """See that the rules let the tag be created; return whether it has to be signed.

    Args:
        law: the rules.
        new: the tag.
        past: the artifact's refs before it.

    Raises:
        RegistryError: `TransitionNotAllowed`, `TooEarly`, `NotOnBranch`, `SignatureRequired`, `NotAllowed`.

    """
    event = event_of(new)
    if event is None:
        return False
    rules = law.rules
    case = Case(event, Timeline(in_order(past)), law.signer, law.on_branch, is_planned=True)
    judgement = judge(rules, case)
    if judgement.verdict in ("violating", "unknown"):
        lifted = judgement.override is not None and may_override(rules, case)
        broken = [each for each in judgement.violations if not (lifted and each.can_be_lifted)]
        raise _refusal(law, case, broken)
    return bool(rule_of(rules, event).signed)


def check_signature(law: Law, tag: str, signature: Signature) -> None:
    """See that a tag which was signed for the rules is what was planned, before its ref is written.

    Raises:
        RegistryError: `SignatureRequired`.

    """
    planned = law.signer()
    if signature.status != "good" or (signature.format, signature.key) != (planned.format, planned.key):
        key = f" with the key {signature.key}" if signature.key else ""
        raise RegistryError(
            "SignatureRequired",
            f"Git signed '{tag}'{key}, and the signature does not count: {signature.reason or signature.status}",
            hint="Configure Git to sign with a key that the rules know. Nothing was created.",
            rule="signed",
            violations=[],
            path=RULES_FILE,
            commit=law.commit,
        )


def check_deletion(law: Law, tags: Sequence[str]) -> None:
    """See that the rules let event tags be deleted.

    Raises:
        RegistryError: `DeletionNotAllowed`.

    """
    if not law.rules.deletion:
        raise RegistryError(
            "DeletionNotAllowed",
            f"The rules let nobody delete tags of the registry, such as '{tags[0]}'",
            hint="Leave the tags, and create one that takes back what they say: the same act without deleting.",
            rule="delete",
            violations=[],
            path=RULES_FILE,
            commit=law.commit,
        )


def _refusal(law: Law, case: Case, broken: Sequence[Violation]) -> RegistryError:
    first = broken[0]
    remedy = [first.remedy]
    overrides = law.rules.overrides
    can_be_lifted = all(each.can_be_lifted for each in broken) and overrides is not None and bool(overrides.entries)
    may_lift = can_be_lifted and may_override(law.rules, case)
    if can_be_lifted and overrides is not None and not may_lift:
        remedy.append(f"It can be overridden, with a reason, by {describe(overrides)}.")
    error = RegistryError(
        first.kind,
        " ".join(each.message for each in broken).removesuffix("."),
        hint=" ".join(remedy),
        rule=first.rule,
        violations=[each.as_json() for each in broken],
        path=RULES_FILE,
        commit=law.commit,
    )
    if may_lift:
        error.data["allow"] = {"override": "REASON"}
    return error
