"""Read `fleet.yaml`.

What is wrong is a problem with its place, and costs its entry alone: the others work.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from gto_daemon.registry.fleet.format import FORMAT
from gto_daemon.registry.fleet.values import (
    DEFAULT_DEAD_AFTER,
    DEFAULT_FOLLOW,
    DEFAULT_NAME,
    FLEET_FILE,
    FleetConfig,
    FleetEntry,
    Sink,
)
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.shapes.reading import START, Part, ShapeReader, cut

_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_NOT_HERE: Final = "Only your own fleet.yaml may have this: another file must not make this machine call out."


@dataclass(frozen=True, slots=True)
class FleetFile:
    """A fleet file as it was read.

    Attributes:
        config: what it says, without what could not be read.
        problems: what is wrong, in the order of the file.

    """

    config: FleetConfig
    problems: tuple[Problem, ...]


def read_fleet(text: bytes, name: str = FLEET_FILE, *, own: bool = True) -> FleetFile:
    """Read a fleet file. Never raises.

    Args:
        text: its content.
        name: what it is called in problems.
        own: whether it is the file in the user's configuration. Another one may have neither URLs nor sinks.

    """
    reader = _Reader(replace(FORMAT, name=name))
    sections = reader.sections(text)
    config = FleetConfig() if sections is None else reader.config(sections, own=own)
    return FleetFile(config, tuple(sorted(reader.problems, key=lambda problem: problem.range or START)))


class _Reader(ShapeReader):
    """Makes a fleet of what one file says."""

    def config(self, sections: dict[str, Part], *, own: bool) -> FleetConfig:
        if not own:
            self._forbid(sections)
        follow = _said(sections, "follow")
        usual = DEFAULT_FOLLOW if follow is None else _duration(follow)
        found = [self._entry(part, usual) for part in _said(sections, "repositories") or ()]
        sinks = [self._sink(part) for part in _said(sections, "sinks") or ()] if own else []
        return FleetConfig(
            name=_said(sections, "name") or DEFAULT_NAME,
            repositories=tuple(self._unique((each for each in found if own or each.url is None), "repository")),
            sinks=tuple(self._unique((each for each in sinks if each is not None), "sink")),
            env_file=_said(sections, "env_file") if own else None,
        )

    def _forbid(self, sections: dict[str, Part]) -> None:
        for key in ("sinks", "env_file"):
            if key in sections:
                place = self._range(sections[key].node)
                self._problem("foreign-fleet", f"A file other than your own has '{key}'.", _NOT_HERE, place)
        for part in _said(sections, "repositories") or ():
            if "url" in part.value:
                place = self._range(part.value["url"].node)
                self._problem("foreign-fleet", "A file other than your own has a 'url'.", _NOT_HERE, place)

    def _entry(self, part: Part, usual: int | None) -> FleetEntry:
        said: dict[str, Part] = part.value
        follow = _said(said, "follow")
        entry = FleetEntry(
            path=_said(said, "path"),
            url=_said(said, "url"),
            name=_said(said, "name"),
            follow=usual if follow is None else _duration(follow),
            place=self._range(part.node),
        )
        if entry.path is not None and follow is not None:
            place = self._range(said["follow"].node)
            reason = "'follow' means nothing for a 'path': what is on this machine is always followed."
            self._problem("unused-key", reason, "Delete it.", place, "warning")
        return entry

    def _sink(self, part: Part) -> Sink | None:
        said: dict[str, Part] = part.value
        kind, urls = _said(said, "type"), _words(said, "url") or ()
        wrong = self._contradiction(kind, urls, said)
        if wrong is not None:
            key, reason, hint = wrong
            self._problem("wrong-fleet", reason, hint, self._range(said[key].node))
            return None
        dead_after = _said(said, "dead_after")
        return Sink(
            name=_said(said, "name"),
            kind=kind,
            urls=urls,
            secret_files=_words(said, "secret_file") or (),
            secret_commands=_words(said, "secret_command") or (),
            allow_private=bool(_said(said, "allow_private")),
            ca_file=_said(said, "ca_file"),
            dead_after=DEFAULT_DEAD_AFTER if dead_after is None else _duration(dead_after) or DEFAULT_DEAD_AFTER,
            stream=_said(said, "stream"),
            artifacts=_words(said, "artifacts"),
            stages=_words(said, "stages"),
            events=cast("Any", _words(said, "events")),
            place=self._range(part.node),
        )

    def _contradiction(self, kind: str, urls: tuple[str, ...], said: dict[str, Part]) -> tuple[str, str, str] | None:
        """Return what is wrong between the keys of a sink, if anything: the key, the reason and the remedy."""
        of_http = [url.startswith(("http://", "https://")) for url in urls]
        is_http = kind == "http"
        signs = bool({"secret_file", "secret_command"} & said.keys())
        found = (
            (is_http and not all(of_http), "url", "An 'http' sink has a URL of NATS", "Write https://."),
            (is_http and len(urls) > 1, "url", "An 'http' sink has several URLs", "Write an entry for each."),
            (is_http and "stream" in said, "stream", "An 'http' sink has a 'stream'", "Delete it."),
            (is_http and not signs, "name", "An 'http' sink has no secret to sign with", "Add 'secret_file'."),
            (not is_http and any(of_http), "url", "A 'nats' sink has a URL of HTTP", "Write nats:// or tls://."),
            (not is_http and "stream" not in said, "name", "A 'nats' sink names no stream", "Add 'stream'."),
        )
        return next(((key, f"{reason}.", hint) for is_so, key, reason, hint in found if is_so), None)

    def _unique(self, entries: Iterable[Any], what: str) -> Iterable[Any]:
        """Return the entries whose name no entry before them has."""
        names: set[str] = set()
        for entry in entries:
            if entry.name in names:
                reason = f"There is another {what} with the name '{cut(entry.name)}'."
                self._problem("wrong-fleet", reason, "Give one of them another name.", entry.place)
                continue
            if entry.name is not None:
                names.add(entry.name)
            if what == "repository" and entry.is_glob and entry.name is not None:
                reason = "A glob has a 'name', and may find several repositories."
                hint = "Delete the name: each repository has that of its folder."
                self._problem("wrong-fleet", reason, hint, entry.place)
                continue
            yield entry


def _said(parts: dict[str, Part], key: str) -> Any:
    part = parts.get(key)
    return None if part is None else part.value


def _words(parts: dict[str, Part], key: str) -> tuple[str, ...] | None:
    items = _said(parts, key)
    return None if items is None else tuple(item.value for item in items)


def _duration(text: str) -> int | None:
    return None if text == "never" else int(text[:-1]) * _SECONDS[text[-1]]
