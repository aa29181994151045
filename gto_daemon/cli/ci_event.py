"""What a tag did, for the job of CI that it started: everything that a job acts on, from one checkout."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from gto_daemon.cli.backend import Backend
from gto_daemon.cli.event_text import sentence
from gto_daemon.cli.printing import explain, one_line, report_problems, warn
from gto_daemon.cli.refusals import Refused
from gto_daemon.protocol import JsonObject

#: What a job gets, in this order.
OUTPUTS: Final = (
    "event", "name", "version", "stage", "type", "path", "description",
    "ref", "commit", "author", "previous", "current", "signed", "verdict", "registry",
)  # fmt: skip
#: What `--fail-on` may name.
FINDINGS: Final = ("broken", "misspelt", "violating", "unknown", "unsigned")

_TAGS: Final = "refs/tags/"
#: Tags that a message names.
_MAX_NAMED: Final = 5
_FETCHED: Final = "If all tags have just been fetched, --fetched leaves out the comparison with the remote."

_NO_CHECKOUT: Final = (
    "A job needs a checkout first (`actions/checkout` on GitHub). If it is not in the working directory, name it: by "
    "`working-directory` of the action, or by -r."
)


@dataclass(frozen=True, slots=True)
class CiEvent:
    """What a ref did to the registry.

    Attributes:
        values: by the name of the output; what there is nothing to say about is left out, all of it for no event.
        sentence: what happened; empty for no event.
        state: what the stage holds now, in words; empty for an event that is not about a stage.
        findings: what `--fail-on` may name, and its reason.

    """

    values: Mapping[str, Any] = field(default_factory=dict)
    sentence: str = ""
    state: str = ""
    findings: Mapping[str, str] = field(default_factory=dict)


def ref_of_job(environment: Mapping[str, str]) -> str | None:
    """Return the ref that a CI service says it runs the job for; None where no service says anything."""
    if ref := environment.get("GITHUB_REF"):
        return ref
    # GitLab gives short names, and a tag's own name may begin with refs/.
    if tag := environment.get("CI_COMMIT_TAG"):
        return f"{_TAGS}{tag}"
    branch = environment.get("CI_COMMIT_REF_NAME")
    return f"refs/heads/{branch}" if branch else None


def event_of_job(backend: Backend, ref: str, *, fetched: bool) -> CiEvent:
    """Return what a ref did, and print on stderr what is wrong with the registry, or why there is nothing to say.

    Args:
        backend: the checkout.
        ref: the ref, or a tag's name.
        fetched: whether the tags are known to be those of the remote.

    Raises:
        click.ClickException: the checkout lacks what the answer depends on.

    """
    if ref.startswith("refs/") and not ref.startswith(_TAGS):
        explain(f"'{ref}' is not a tag, so it is no event of the registry")
        return CiEvent()
    questions = _Questions(backend)
    found = questions.ask_first("gto/checkRef", ref=ref, signatures=True)
    cause = found.get("cause")
    if cause not in ("other-name", "misspelt") and not fetched:
        _require_all_tags(backend)
    if cause == "absent":
        raise Refused(
            f"There is no tag '{ref.removeprefix(_TAGS)}' in this checkout",
            "It was not fetched, or has been deleted since. `git fetch --tags --force` fetches all tags.",
        )
    event = found["event"]
    answer = _nothing(found) if event is None else _answered(questions, event)
    report_problems(questions.problems)
    return answer


def joined(message: str, hint: str) -> str:
    """Return a message and its remedy as one text."""
    return f"{message}{' ' if message.endswith(('.', '…')) else '. '}{hint}" if hint else message


class _Questions:
    """Asks about one checkout, and collects the problems, which are the same in most answers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.problems: list[JsonObject] = []

    def ask(self, method: str, **params: Any) -> JsonObject:
        """Return a result.

        Raises:
            click.ClickException: the service refuses.

        """
        return self._collected(self._backend.call(method, {"repo": self._backend.repo, **params}))

    def ask_first(self, method: str, **params: Any) -> JsonObject:
        """Return a result; a job is told what it needs where there is no repository.

        Raises:
            click.ClickException: the service refuses.

        """
        try:
            return self.ask(method, **params)
        except Refused as error:
            if error.kind != "NotARepository":
                raise
            raise Refused(error.message, _NO_CHECKOUT) from error

    def try_asking(self, method: str, **params: Any) -> tuple[JsonObject, str]:
        """Return a result; or an empty one, and why it is refused."""
        from gto_daemon.client import CallError

        try:
            return self._collected(self._backend.call_raw(method, {"repo": self._backend.repo, **params})), ""
        except CallError as error:
            hint = error.data.get("hint", "") if isinstance(error.data, dict) else ""
            return {}, joined(error.message, hint)

    def _collected(self, result: JsonObject) -> JsonObject:
        self.problems += result.get("problems", ())
        return result


def _nothing(found: Mapping[str, Any]) -> CiEvent:
    explain(found["reason"])
    finding = {"unreadable": "broken", "misspelt": "misspelt"}.get(found["cause"])
    return CiEvent(findings={finding: found["reason"]} if finding else {})


def _answered(questions: _Questions, event: Mapping[str, Any]) -> CiEvent:
    described, _ = questions.try_asking("gto/describe", name=event["artifact"], rev=event["commit_hexsha"])
    annotation = described.get("annotation") or {}
    previous, current, state = _before_and_now(questions, event)
    verdict, findings = _judged(questions, event)
    signature = event["signature"]
    if signature["status"] != "good":
        reason = f" ({one_line(signature['reason'])})" if signature["reason"] else ""
        findings["unsigned"] = (
            f"The tag '{event['tag']}' is not signed"
            if signature["status"] == "none"
            else f"The tag '{event['tag']}' has no good signature: {signature['status']}{reason}"
        )
    values = {
        "event": event["event"],
        "name": event["artifact"],
        "version": event.get("version"),
        "stage": event.get("stage"),
        "type": annotation.get("type"),
        "path": described.get("root_path"),
        "description": annotation.get("description"),
        "ref": event["tag"],
        "commit": event["commit_hexsha"],
        "author": event["author"],
        "previous": previous,
        "current": current,
        "signed": signature["status"],
        "verdict": verdict,
        "registry": questions.ask("gto/show")["artifacts"],
    }
    known = {name: value for name, value in values.items() if value not in (None, "")}
    return CiEvent(known, sentence(event), state, findings)


def _before_and_now(questions: _Questions, event: Mapping[str, Any]) -> tuple[str | None, bool, str]:
    """Return the version that the event replaced, whether what it said holds now, and what is known of the stage."""
    name, stage, version = event["artifact"], event.get("stage"), event.get("version")
    adds = event["event"] in ("registration", "assignment")
    if stage is not None:
        why, refused = questions.try_asking("gto/why", name=name, stage=stage)
        before = (link["before"] for link in why.get("chain", ()) if link["ref"] == event["tag"])
        return next(before, None), (version in why.get("holds", ())) is adds, why.get("reason", refused)
    if version is None:
        state = questions.ask("gto/show")["artifacts"].get(name)
        current = state is None or not state["active"]
    else:
        current = (version in _registered(questions, name)) is adds
    try:
        # Tags have whole seconds, and what came within one second has no order in which a job could rely.
        then = (datetime.fromisoformat(event["created_at"]) - timedelta(seconds=1)).isoformat()
    except (ValueError, OverflowError):
        return None, current, ""
    return next(iter(_registered(questions, f"{name}@latest", as_of=then)), None), current, ""


def _registered(questions: _Questions, name: str, **params: str) -> list[str]:
    shown, _ = questions.try_asking("gto/show", name=name, **params)
    return [each["version"] for each in shown.get("versions") or () if not each["discovered"]]


def _judged(questions: _Questions, event: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the verdict of the rules on the event, and what it is worth failing for."""
    audited, refused = questions.try_asking("gto/audit", name=event["artifact"])
    row = next((each for each in audited.get("events", ()) if each["ref"] == event["tag"]), None)
    if row is None:
        return "unknown", {"unknown": refused or f"The rules do not judge '{event['tag']}'"}
    verdict, about = row["verdict"], "; ".join(f"{each['rule']}: {one_line(each['message'])}" for each in row["rules"])
    if verdict == "violating":
        return verdict, {"violating": f"The rules of promotion do not allow '{event['tag']}'. {about}"}
    if verdict == "unknown":
        return verdict, {"unknown": f"Whether the rules allow '{event['tag']}' is not known. {about}".rstrip()}
    return verdict, {}


def _require_all_tags(backend: Backend) -> None:
    """Refuse to answer from a checkout that lacks tags of its remote, or has others of their names.

    Raises:
        Refused: it does, or the remote cannot be asked.

    """
    from gto_daemon.client import CallError

    try:
        compared = backend.call_raw("gto/syncStatus", {"repo": backend.repo, "refresh": True})
    except CallError as error:
        data = error.data if isinstance(error.data, dict) else {}
        if data.get("kind") == "RemoteNotFound":
            return  # There is none that could have more.
        raise Refused(
            f"Whether this checkout has all tags is not known: {one_line(error.message)}",
            f"{one_line(data.get('hint', ''))} {_FETCHED}".lstrip(),
        ) from error
    extra = [each["tag"] for each in compared["tags"] if each["status"] in ("local only", "deleted at remote")]
    if extra:
        warn(f"Tags that '{compared['remote']}' does not have count here nevertheless: {_some(extra)}")
    lacking = list(_lacking(compared["tags"]))
    if lacking:
        tags = "1 tag" if len(lacking) == 1 else f"{len(lacking)} tags"
        raise Refused(
            f"This checkout does not have {tags} of the registry as '{compared['remote']}' has them, so an answer "
            f"could be wrong: {_some(lacking)}",
            f"Run `git fetch --tags --force` first. {_FETCHED}",
        )


def _some(tags: list[str]) -> str:
    return ", ".join(tags[:_MAX_NAMED]) + (", …" if len(tags) > _MAX_NAMED else "")


def _lacking(tags: list[JsonObject]) -> Iterator[str]:
    for each in tags:
        if each["status"] == "remote only":
            yield f"{each['tag']} (missing)"
        elif each["status"] == "different":
            yield f"{each['tag']} (another one)"
