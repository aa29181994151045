"""Rules files that hypothesis makes, as the values that YAML has for them."""

import json
from typing import Any

import yaml
from hypothesis import strategies as st

STAGES = ("dev", "staging", "prod", "eu/prod", "yes", "1")
ROLES = {"ml-team": ["bob@example.com", "Eve@Example.com"], "on": [f"openpgp:{'ab' * 20}"], "nobody": []}
BRANCHES = ["main", "release/*", "**", "1.0", "no", "a?b", "x y".replace(" ", "_"), "häuser/**"]
MEMBERS = [*ROLES, "ann@example.com", "O'Hara@example.com", f"openpgp:{'0F' * 32}"]
GLOBS = ["churn", "fraud/**", "teams/*:model-?", "**", "1.0", "off"]

_LISTS = {name: st.lists(st.sampled_from(words), max_size=3) for name, words in (("who", MEMBERS),)}
_DURATIONS = st.builds("{}{}".format, st.integers(0, 999_999), st.sampled_from("mhd"))
_COMMON: dict[str, st.SearchStrategy[Any]] = {
    "branches": st.lists(st.sampled_from(BRANCHES), min_size=1, max_size=3),
    "signed": st.sampled_from(["required", "optional"]),
    "who": _LISTS["who"],
}
_REGISTER = st.fixed_dictionaries({}, optional=_COMMON)


def _stage(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """Return rules of a stage that is entered from stages before it only, so that each can be entered."""
    plain = st.fixed_dictionaries({}, optional=_COMMON)
    if number == 0:
        return plain
    sources = st.lists(st.sampled_from(STAGES[:number]), min_size=1, max_size=2)
    return plain | st.fixed_dictionaries({"from": sources}, optional={"soak": _DURATIONS, **_COMMON})


_STAGES = st.fixed_dictionaries({}, optional={name: _stage(number) for number, name in enumerate(STAGES)})
_OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "register": _REGISTER,
    "stages": _STAGES,
    "artifacts": st.dictionaries(
        st.sampled_from(GLOBS),
        st.fixed_dictionaries({}, optional={"register": _REGISTER, "stages": _STAGES}),
        max_size=3,
    ),
    "delete": st.sampled_from(["allow", "never"]),
    "overrides": st.fixed_dictionaries({"who": _LISTS["who"]}),
    "since": st.dates().map(lambda day: day.isoformat())
    | st.datetimes(timezones=st.just(None)).map(lambda time: f"{time.isoformat(timespec='seconds')}+01:00")
    | st.just("2026-01-01T10:00:00.5Z"),
    "max_skew": _DURATIONS,
}
_FILES = st.lists(st.sampled_from(["metrics/*.json", "**/m.yaml", "dvclive/", "a b"]), max_size=3)
EVIDENCE = st.dictionaries(
    st.sampled_from(GLOBS),
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("metrics", "params", "plots"), _FILES),
            "headline": st.lists(st.sampled_from(["auc", "m.json:train.loss", "1.0"]), max_size=2),
        },
    ),
    max_size=3,
)
#: Files without a problem, but for roles that nothing uses.
RULES_FILES = st.fixed_dictionaries(
    {"version": st.just(1), "roles": st.just(ROLES)},
    optional={
        "rules": st.fixed_dictionaries({}, optional=_OPTIONAL),
        "signers": st.sampled_from([".gtod/allowed_signers", "signers", "a b/..c"]),
        "evidence": EVIDENCE,
    },
)


class _Dumper(yaml.SafeDumper):
    """Writes a value out wherever it occurs."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def written(content: Any, style: bool | None) -> bytes:
    """Return YAML for a value: in blocks (False), in brackets (True), or as JSON (None)."""
    if style is None:
        return json.dumps(content).encode()
    text: str = yaml.dump(content, Dumper=_Dumper, default_flow_style=style, sort_keys=False, allow_unicode=True)
    return text.encode()
