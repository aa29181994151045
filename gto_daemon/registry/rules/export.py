"""What of the rules the forges can enforce by themselves, as their APIs take it.

A forge looks at the name of a tag and at who pushes it, so `who` and `delete` can be said there. The rest (`from`,
`soak`, `branches`, `signed`) needs the hook on the server, or an audit in CI.

Sources: docs.github.com, "REST API endpoints for rules" and "Creating rulesets for a repository" (patterns are those of
Ruby's `File.fnmatch` with `FNM_PATHNAME`; every ruleset that matches has to be satisfied); docs.gitlab.com, "Protected
tags API" and "Protected tags" (`*` matches everything; of several that match, each lets its own people in);
docs.gitea.com, "Protected tags" (a pattern between slashes is a regular expression of RE2; as on GitLab each match lets
its own people in).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, get_args

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.near_names import did_you_mean, near_names
from gto_daemon.registry.rules.values import NO_RULE, ArtifactRules, Rule, Rules

Forge = Literal["github", "gitlab", "gitea"]
FORGES: Final[tuple[Forge, ...]] = get_args(Forge)
#: Patterns that one glob may become.
_MAX_PATTERNS: Final = 16
_PARTS: Final = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
#: Forms of the tags about versions, and of those about a stage, behind the artifact; `*` is any text.
_VERSIONS: Final = ("@v*", "@deprecated", "@deprecated#*")
_ASSIGNMENTS: Final = ("#{}", "#{}#*", "#{}!", "#{}!#*")
_DEVELOPER: Final = 30
_NOBODY: Final = 0


class Actor(NamedTuple):
    """Somebody as a forge knows them: `team`, `user`, `app` or `role`, and their id there."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Export:
    """What a forge can enforce.

    Attributes:
        requests: to its API, each `{method, path, body}`.
        not_expressible: in sentences, what they do not say.
        unnamed: roles and people of whom it is not said who they are there, so that they are in no list.

    """

    requests: tuple[JsonObject, ...]
    not_expressible: tuple[str, ...]
    unnamed: tuple[str, ...]


def export_rules(rules: Rules, forge: Forge, actors: Mapping[str, tuple[Actor, ...]]) -> Export:
    """Return what a forge can enforce.

    Args:
        rules: the rules.
        forge: which one.
        actors: by role or person, as `who` names them: who that is there.

    """
    exporter = _Exporter(rules, actors)
    requests = {"github": exporter.github, "gitlab": exporter.gitlab, "gitea": exporter.gitea}[forge]()
    return Export(tuple(requests), tuple(dict.fromkeys(exporter.left)), tuple(dict.fromkeys(exporter.unnamed)))


def check_actors(rules: Rules, names: Iterable[str]) -> None:
    """See that each of these roles and people is in a list that a forge can enforce.

    Raises:
        RegistryError: `WrongArgs`: one is not, so that whoever is meant would be locked out.

    """
    levels = _Exporter(rules, {}).levels()
    known = list(dict.fromkeys(entry for level in levels for entry in level.entries))
    for name in names:
        if name not in known:
            near = did_you_mean(near_names(name, known))
            entries = f"They name {', '.join(known)}." if known else "They name nobody."
            raise RegistryError(
                "WrongArgs",
                f"The rules do not name '{name}' in the 'who' of 'register' or of a stage",
                hint=f"{near} {entries}".lstrip(),
                reason="actor",
            )


def parse_actor(text: str, forge: Forge) -> tuple[str, Actor]:
    """Return the role and the actor that `ROLE=KIND:ID` names.

    Raises:
        RegistryError: `WrongArgs`.

    """
    name, _, actor = text.rpartition("=")
    kind, _, identifier = actor.partition(":")
    kinds = _KINDS[forge]
    # Gitea's API takes names, the others numbers.
    if not name or kind not in kinds or not (identifier if forge == "gitea" else identifier.isdecimal()):
        what = "NAME" if forge == "gitea" else "NUMBER"
        forms = " or ".join(f"ROLE={each}:{what}" for each in kinds)
        raise RegistryError(
            "WrongArgs",
            f"The actor '{text}' is not written as this forge needs it",
            hint=f"Write {forms}.",
            reason="actor",
        )
    return name, Actor(kind, identifier)


class _Level(NamedTuple):
    """A `who`: for the tags of a stage (None: of versions), of artifacts that match a glob (None: of any).

    `later` has the globs that go before it, as each has a `who` of its own.
    """

    stage: str | None
    glob: str | None
    entries: tuple[str, ...]
    later: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """The tags, behind the artifact."""
        return _forms(self.stage)

    @property
    def name(self) -> str:
        """What it is called."""
        return _named(self.stage, self.glob)


class _Exporter:
    """Makes one export."""

    def __init__(self, rules: Rules, actors: Mapping[str, tuple[Actor, ...]]) -> None:
        self.left: list[str] = []
        self.unnamed: list[str] = []
        self._rules = rules
        self._actors = actors
        self._stages = list(dict.fromkeys([*rules.stages, *(name for each in rules.artifacts for name in each.stages)]))
        self._note_what_a_name_does_not_say()

    def github(self) -> Iterator[JsonObject]:
        """Yield rulesets: one for each `who`, and one for `delete`."""
        for level in self.levels():
            yield self._ruleset(
                f"gtod: {level.name}",
                [f"{each}{form}" for each in self._translated(level.glob, _fnmatch) for form in level.forms],
                [
                    f"{each}{form}"
                    for glob in level.later
                    for each in self._translated(glob, _fnmatch)
                    for form in level.forms
                ],
                ["creation", "update"],
                [self._github_actor(each) for each in self._of(level)],
            )
        if not self._rules.deletion:
            forms = (*_VERSIONS, "#*", "#*/**/*")
            yield self._ruleset("gtod: delete", [f"**/*{form}" for form in forms], [], ["update", "deletion"], [])

    def gitlab(self) -> Iterator[JsonObject]:
        """Yield protected tags: for each `who`, and for the other tags that may not be deleted."""
        for level in self.levels():
            allowed = [self._gitlab_actor(each) for each in self._of(level)]
            access = {"allowed_to_create": allowed} if allowed else {"create_access_level": _NOBODY}
            self._note_union(level)
            for each in self._translated(level.glob, _wildcard):
                for form in level.forms:
                    yield _protected_tag({"name": f"{each}{form}", **access})
        if not self._rules.deletion:
            for stage in (None, *self._stages):
                if _rule(self._rules, stage).who is None:
                    for form in _forms(stage):
                        yield _protected_tag({"name": f"*{form}", "create_access_level": _DEVELOPER})
            self.left.append(
                "delete: a protected tag cannot be moved or deleted by a push, but anyone who may create it can "
                "delete it in the web interface and over the API. Stages that the rules do not name are not protected."
            )

    def gitea(self) -> Iterator[JsonObject]:
        """Yield tag protections, one for each `who`."""
        for level in self.levels():
            self._note_union(level)
            people = self._of(level)
            artifact = _expression(level.glob or "**")
            tag = r"@(?:v[^#]*|deprecated)" if level.stage is None else f"#{re.escape(level.stage)}!?"
            body = {
                "name_pattern": f"/\\A{artifact}{tag}(?:#[0-9]+)?\\z/",
                "whitelist_teams": [each.id for each in people if each.kind == "team"],
                "whitelist_usernames": [each.id for each in people if each.kind == "user"],
            }
            yield {"method": "POST", "path": "/repos/{owner}/{repo}/tag_protections", "body": body}
        if not self._rules.deletion:
            self.left.append("delete: anyone who may create a tag there may also move and delete it.")

    def levels(self) -> Iterator[_Level]:
        """Yield the lists of people."""
        for stage in (None, *self._stages):
            said = [(glob, rule.who.entries) for glob, rule in self._scopes(stage) if rule.who is not None]
            for place, (glob, entries) in enumerate(said):
                yield _Level(stage, glob, entries, tuple(each for each, _ in said[place + 1 :] if each is not None))

    def _scopes(self, stage: str | None) -> list[tuple[str | None, Rule]]:
        """Return the rules for a stage, or for versions: for any artifact, and for those of each glob."""
        scopes: list[tuple[str | None, Rule]] = [(None, _rule(self._rules, stage))]
        return scopes + [(each.pattern, _rule(each, stage)) for each in self._rules.artifacts]

    def _of(self, level: _Level) -> list[Actor]:
        """Return who may, there."""
        self.unnamed += (entry for entry in level.entries if entry not in self._actors)
        return list(dict.fromkeys(actor for entry in level.entries for actor in self._actors.get(entry, ())))

    def _translated(self, glob: str | None, translate: Callable[[str], list[str]]) -> list[str]:
        patterns = translate(glob or "**")
        if len(patterns) > _MAX_PATTERNS:
            self.left.append(f"artifacts: '{glob}' would become more than {_MAX_PATTERNS} patterns, so it is left out.")
            return []
        if glob is not None and (re.search(r"(?<!\*)\*(?!\*)", glob) or (translate is _wildcard and "?" in glob)):
            wider = "':'" if translate is _fnmatch else "'/' and ':'"
            self.left.append(f"artifacts: the wildcards of '{glob}' match {wider} too there.")
        return patterns

    def _note_union(self, level: _Level) -> None:
        for glob in level.later:
            self.left.append(
                f"who: where patterns overlap, each lets its own people in, so whoever may do it for {level.name} may "
                f"do it for {glob} too."
            )

    def _note_what_a_name_does_not_say(self) -> None:
        for stage in (None, *self._stages):
            for glob, rule in self._scopes(stage):
                asked = {
                    "signed": rule.signed,
                    "from": rule.sources,
                    "soak": rule.soak,
                    "branches": rule.branches,
                }
                said = ", ".join(name for name, value in asked.items() if value)
                if said:
                    what = _named(stage, glob)
                    self.left.append(
                        f"{said}: the forge cannot enforce this for {what}. Use the hook, or an audit in CI."
                    )

    @staticmethod
    def _ruleset(
        name: str, include: list[str], exclude: list[str], kinds: list[str], bypass: list[JsonObject]
    ) -> JsonObject:
        body = {
            "name": name,
            "target": "tag",
            "enforcement": "active",
            "bypass_actors": bypass,
            "conditions": {
                "ref_name": {
                    "include": [f"refs/tags/{each}" for each in include],
                    "exclude": [f"refs/tags/{each}" for each in exclude],
                }
            },
            "rules": [{"type": kind} for kind in kinds],
        }
        return {"method": "POST", "path": "/repos/{owner}/{repo}/rulesets", "body": body}

    @staticmethod
    def _github_actor(actor: Actor) -> JsonObject:
        return {"actor_id": int(actor.id), "actor_type": _KINDS["github"][actor.kind], "bypass_mode": "always"}

    @staticmethod
    def _gitlab_actor(actor: Actor) -> JsonObject:
        return {_KINDS["gitlab"][actor.kind]: int(actor.id)}


#: By forge: the kinds of actors, and what its API calls them.
_KINDS: Final[Mapping[Forge, Mapping[str, str]]] = MappingProxyType(
    {
        "github": {"team": "Team", "user": "User", "app": "Integration", "role": "RepositoryRole"},
        "gitlab": {"team": "group_id", "user": "user_id", "role": "access_level"},
        "gitea": {"team": "whitelist_teams", "user": "whitelist_usernames"},
    }
)


def _protected_tag(body: JsonObject) -> JsonObject:
    return {"method": "POST", "path": "/projects/{id}/protected_tags", "body": body}


def _named(stage: str | None, glob: str | None) -> str:
    return f"{stage or 'register'}{f' of {glob}' if glob else ''}"


def _rule(rules: Rules | ArtifactRules, stage: str | None) -> Rule:
    return rules.register if stage is None else rules.stages.get(stage, NO_RULE)


def _forms(stage: str | None) -> tuple[str, ...]:
    return _VERSIONS if stage is None else tuple(form.format(stage) for form in _ASSIGNMENTS)


def _variants(glob: str, meaning: Callable[[str, bool], tuple[str, ...]]) -> list[str]:
    """Return the patterns that together mean a glob; a tag has `=` where an artifact's name has `:`."""
    choices: list[tuple[str, ...]] = []
    starts = True
    for part in _PARTS.findall(glob.replace(":", "=")):
        choices.append(meaning(part, starts) if part[0] in "*?" else (part,))
        starts = part.endswith("/")
    return ["".join(each) for each in islice(product(*choices), _MAX_PATTERNS + 1)]


def _fnmatch(glob: str) -> list[str]:
    """Return the patterns for File.fnmatch, to which `**/` means folders where a folder may begin, and there only."""

    def meaning(part: str, starts: bool) -> tuple[str, ...]:  # noqa: FBT001
        if part == "**/":
            return ("**/", "**/*=") if starts else ("", "*/**/", "*=", "*/**/*=")
        if part == "**":
            return ("**/*",) if starts else ("*", "*/**/*")
        return ("[^=]",) if part == "?" else ("*",)

    return _variants(glob, meaning)


def _wildcard(glob: str) -> list[str]:
    """Return the patterns where `*` is any text, and the only wildcard."""
    return _variants(glob, lambda part, _: ("", "*/", "*=") if part == "**/" else ("*",))


def _expression(glob: str) -> str:
    """Return the regular expression for the artifact in a tag."""
    meanings = {"**/": "(?:[^#@]*[/=])?", "**": "[^#@]*", "*": "[^/=#@]*", "?": "[^/=#@]"}
    parts = _PARTS.findall(glob.replace(":", "="))
    # Only what RE2 gives a meaning is escaped: `\-` and the like are errors in some classes.
    return "".join(meanings.get(part) or part.replace(".", r"\.") for part in parts)
