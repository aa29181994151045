"""What several pages show in the same way."""

from collections.abc import Iterable, Mapping

from gto_daemon.protocol.registry import HistoryRow, Signature
from gto_daemon.site.catalogue import moment
from gto_daemon.site.markup import Content, Html, element, join

#: How many colours stages have.
_COLOURS = 6
_DEFAULT_MESSAGES = ("Registering artifact ", "Assigning stage ", "Unassigning stage ", "Deprecating artifact ")
NONE = element("span", "none", class_="none")


def when(text: str | None) -> Html:
    """Return a time."""
    shown = moment(text)
    return element("time", shown) if shown else element("span", "unknown time", class_="none")


def badge(text: str, kind: str = "") -> Html:
    """Return a word in a frame."""
    return element("i", text, class_=kind or None)


def stage_badge(stage: str, versions: Iterable[str], stages: Mapping[str, int]) -> Html:
    """Return a stage, with the versions in it."""
    kind = f"s{stages[stage] % _COLOURS}" if stage in stages else ""
    named = ", ".join(map(short, versions))
    return join(badge(stage, kind), f" {named}" if named else None)


def short(version: str) -> str:
    """Return a version as it is shown: a commit that stands for one is abbreviated."""
    is_commit = len(version) in (40, 64) and all(digit in "0123456789abcdef" for digit in version)
    return version[:7] if is_commit else version


def what_happened(event: HistoryRow, stages: Mapping[str, int]) -> Html:
    """Return an event in words."""
    version, stage = short(event["version"] or ""), event["stage"] or ""
    match event["event"]:
        case "registration":
            return join(element("b", version), " registered")
        case "deregistration":
            return join(element("b", version), " deregistered")
        case "assignment":
            return join(element("b", version), " assigned to ", stage_badge(stage, (), stages))
        case "unassignment":
            return join(element("b", version), " taken out of ", stage_badge(stage, (), stages))
        case "deprecation":
            return join("deprecated")
        case other:
            return join(other)


def own_message(event: HistoryRow) -> str:
    """Return what somebody wrote of an event: empty where it is what gtod and GTO write by themselves."""
    message = event["message"].strip()
    return "" if message.startswith(_DEFAULT_MESSAGES) else message


def signature_words(signature: Signature | None) -> str:
    """Return a signature in a few words; empty for none."""
    if signature is None or signature["status"] == "none":
        return ""
    who = signature["principal"] or signature["key"]
    detail = who if signature["status"] == "good" else signature["reason"] or who
    return f"{signature['status']}: {detail}" if detail else signature["status"]


def is_signed(events: Iterable[HistoryRow]) -> bool:
    """Return whether any of the events has a signature, of whatever worth."""
    return any(signature_words(event.get("signature")) for event in events)


def table(caption: str, heads: Iterable[Content], rows: Iterable[Iterable[Html]], *, class_: str = "") -> Html:
    """Return a table in a region that scrolls by itself where there is too little room.

    Args:
        caption: its name for those who do not see it.
        heads: its cells of the first row.
        rows: its other cells, elements each.
        class_: its classes.

    """
    head = [each if isinstance(each, Html) and each.startswith("<t") else element("th", each) for each in heads]
    made = element(
        "table",
        element("thead", element("tr", *head)),
        element("tbody", *(element("tr", *cells) for cells in rows)),
        class_=class_ or None,
        aria_label=caption,
    )
    return element("div", made, class_="scroll")
