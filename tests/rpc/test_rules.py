"""Rules of promotion over the protocol: where they are read from, what acts they refuse, and audits by them."""

from typing import Any

import pytest

from gto_daemon.rpc import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer

UMA = "uma@example.com"
RULES = f"""
version: 1
rules:
  register: {{branches: [main]}}
  stages:
    staging: {{branches: [main, "release/*"]}}
    prod: {{from: [staging], branches: [main], who: [leads]}}
  artifacts:
    "fraud/**": {{stages: {{prod: {{who: [eve@example.com]}}}}}}
  overrides: {{who: [leads]}}
roles:
  leads: [{UMA}]
"""


async def refused(peer: Peer, method: str, params: dict[str, Any]) -> CallFailedError:
    with pytest.raises(CallFailedError) as caught:
        await peer.call(method, params)
    return caught.value


def tags(repo: RepositoryBuilder) -> list[str]:
    return repo.git("tag").splitlines()


@pytest.fixture
def ruled(registry: RepositoryBuilder) -> RepositoryBuilder:
    registry.commit({".gtod.yaml": RULES})
    registry.checkout()
    return registry


# --- acts ----------------------------------------------------------------------------------------------------------


async def test_a_version_that_skipped_a_stage_is_refused_and_let_in_after_it(
    peer: Peer, path: str, ruled: RepositoryBuilder
) -> None:
    act = {"repo": path, "name": "churn", "version": "v2.0.0", "stage": "prod"}
    before = tags(ruled)
    error = await refused(peer, "gto/assign", act)
    assert error.data["kind"] == "TransitionNotAllowed"
    assert error.data["rule"] == "from"
    assert error.data["violations"][0]["range"]["start"]["line"] == 6
    assert "`gtod assign churn --version v2.0.0 --stage staging`" in error.data["hint"]
    assert error.data["allow"] == {"override": "REASON"}
    assert (await refused(peer, "gto/assign", {**act, "dry_run": True})).data == error.data
    assert tags(ruled) == before
    await peer.call("gto/assign", {**act, "stage": "staging"})
    await peer.call("gto/assign", act)
    assert "churn#prod#4" in tags(ruled)


async def test_several_actions_are_judged_in_their_order(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    def action(stage: str) -> dict[str, Any]:
        return {"method": "assign", "params": {"name": "churn", "version": "v2.0.0", "stage": stage}}

    error = await refused(peer, "gto/apply", {"repo": path, "actions": [action("prod"), action("staging")]})
    assert (error.data["kind"], error.data["action"]) == ("TransitionNotAllowed", 0)
    await peer.call("gto/apply", {"repo": path, "actions": [action("staging"), action("prod")]})
    assert {"churn#staging#3", "churn#prod#4"} <= set(tags(ruled))


async def test_an_override_is_on_the_record(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    act = {"repo": path, "name": "churn", "version": "v2.0.0", "stage": "prod", "override": "the site is down"}
    await peer.call("gto/assign", act)
    message = ruled.git("for-each-ref", "--format=%(contents)", "refs/tags/churn#prod#3")
    assert message.rstrip().endswith("\n\nOverride: the site is down")
    for reason in ("", " ", "two\nlines"):
        assert (await refused(peer, "gto/assign", {**act, "override": reason})).data["kind"] == "WrongArgs"


async def test_who_is_asked_of_the_tagger(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    await peer.call("gto/assign", {"repo": path, "name": "churn", "version": "v2.0.0", "stage": "staging"})
    act = {"repo": path, "name": "churn", "version": "v2.0.0", "stage": "prod", "author_email": "eve@example.com"}
    error = await refused(peer, "gto/assign", {**act, "override": "I say so"})
    assert error.data["kind"] == "NotAllowed"
    assert f"leads ({UMA}) may" in error.message
    assert "allow" not in error.data


async def test_the_rules_of_an_artifact(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    await peer.call("gto/assign", {"repo": path, "name": "fraud/net", "ref": "HEAD", "stage": "staging"})
    act = {"repo": path, "name": "fraud/net", "ref": "HEAD", "stage": "prod"}
    assert (await refused(peer, "gto/assign", act)).data["kind"] == "NotAllowed"
    await peer.call("gto/assign", {**act, "author_email": "Eve@example.com"})


async def test_a_commit_of_another_branch_is_refused(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    ruled.commit({"x": "1"}, branch="dev", parents=(ruled.head,))
    error = await refused(peer, "gto/register", {"repo": path, "name": "churn", "ref": "dev"})
    assert error.data["kind"] == "NotOnBranch"
    ruled.commit({"x": "1"}, branch="release/1", parents=(ruled.head,))
    act = {"repo": path, "name": "segment", "ref": "release/1", "stage": "staging", "skip_registration": True}
    await peer.call("gto/assign", act)


async def test_a_rollback_needs_no_stage_before(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    act = {"repo": path, "name": "churn", "version": "v2.0.0", "stage": "prod", "override": "now"}
    await peer.call("gto/assign", act)
    await peer.call("gto/rollback", {"repo": path, "name": "churn", "stage": "prod"})
    shown = await peer.call("gto/why", {"repo": path, "name": "churn", "stage": "prod"})
    assert shown["holds"] == ["v1.0.0"]


async def test_nothing_is_deleted_where_the_rules_forbid_it(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    registry.commit({".gtod.yaml": "version: 1\nrules: {delete: never}\n"})
    before = tags(registry)
    for method, params in (
        ("gto/unassign", {"version": "v1.0.0", "stage": "prod"}),
        ("gto/deregister", {"version": "v1.0.0"}),
        ("gto/deprecate", {}),
    ):
        error = await refused(peer, method, {"repo": path, "name": "churn", "delete": True, **params})
        assert error.data["kind"] == "DeletionNotAllowed"
    assert tags(registry) == before
    await peer.call("gto/unassign", {"repo": path, "name": "churn", "version": "v1.0.0", "stage": "prod"})


# --- where rules are from ------------------------------------------------------------------------------------------


async def _rules(peer: Peer, path: str, **params: Any) -> Any:
    return (await peer.call("gto/rules", {"repo": path, **params}))["rules"]


async def test_without_a_remote_the_branch_that_is_checked_out(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    assert await _rules(peer, path) == {"commit": ruled.head, "ref": "refs/heads/main"}
    # What is not committed does not count.
    (ruled.path / ".gtod.yaml").write_text("version: 1\n")
    assert (await _rules(peer, path))["commit"] == ruled.head


async def test_without_a_file_there_are_none(peer: Peer, path: str) -> None:
    assert await _rules(peer, path) is None
    await peer.call("gto/register", {"repo": path, "name": "segment"})


async def test_before_the_first_commit_there_are_none(peer: Peer, repo: RepositoryBuilder) -> None:
    assert await _rules(peer, str(repo.path.resolve())) is None


async def test_with_a_remote_its_default_branch(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    ruled.git("remote", "add", "origin", "https://example.com/r.git")
    ruled.ref("refs/remotes/origin/main", ruled.head)
    error = await refused(peer, "gto/rules", {"repo": path})
    assert error.data["kind"] == "RulesUnreadable"
    assert "`git remote set-head origin -a`" in error.data["hint"]
    act = {"repo": path, "name": "segment", "stage": "dev", "ref": "HEAD"}
    assert (await refused(peer, "gto/assign", act)).data["kind"] == "RulesUnreadable"
    ruled.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    assert (await _rules(peer, path))["ref"] == "refs/remotes/origin/HEAD"
    # Nobody whom they bind can change them here.
    ruled.commit({".gtod.yaml": "version: 1\n"})
    assert (await _rules(peer, path))["commit"] != ruled.head
    assert (await refused(peer, "gto/register", {"repo": path, "name": "segment"})).data["kind"] == "NotOnBranch"


async def test_acts_need_no_default_branch_where_nothing_has_rules(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    registry.git("remote", "add", "origin", "https://example.com/r.git")
    registry.ref("refs/remotes/origin/main", registry.head)
    await peer.call("gto/register", {"repo": path, "name": "segment"})
    registry.git("checkout", "-q", "--detach")
    await peer.call("gto/assign", {"repo": path, "name": "segment", "stage": "dev", "version": "v0.0.1"})
    # An audit, which is to vouch for something, does.
    assert (await refused(peer, "gto/audit", {"repo": path})).data["kind"] == "RulesUnreadable"


async def test_never_a_detached_head(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    ruled.git("checkout", "-q", "--detach")
    for method, params in (("gto/rules", {}), ("gto/audit", {}), ("gto/register", {"name": "segment"})):
        error = await refused(peer, method, {"repo": path, **params})
        assert error.data["kind"] == "RulesUnreadable"
    assert "`git config gtod.rulesRef refs/heads/main`" in error.data["hint"]
    assert (await _rules(peer, path, rules="main"))["ref"] == "main"
    ruled.git("config", "gtod.rulesRef", "refs/heads/main")
    assert (await _rules(peer, path))["ref"] == "refs/heads/main"
    await peer.call("gto/register", {"repo": path, "name": "segment"})


async def test_no_tag_takes_the_place_of_the_branch(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    rules = ruled.head
    ruled.git("checkout", "-q", "--detach")
    ruled.commit({".gtod.yaml": "version: 1\n"})
    for name in ("main", "refs/heads/main", "refs/heads/gone", "gone", "refs/remotes/origin/HEAD"):
        ruled.ref(f"refs/tags/{name}", ruled.head)
    ruled.git("checkout", "-q", "main")
    assert (await _rules(peer, path, rules="main"))["commit"] == rules
    for name in ("refs/heads/gone", "refs/remotes/origin/HEAD"):
        assert (await refused(peer, "gto/rules", {"repo": path, "rules": name})).data["kind"] == "RulesUnreadable"
    ruled.git("config", "gtod.rulesRef", "main")
    assert (await _rules(peer, path)) | {"commit": rules, "ref": "refs/heads/main"} == await _rules(peer, path)
    ruled.git("config", "gtod.rulesRef", "gone")
    assert (await refused(peer, "gto/audit", {"repo": path})).data["kind"] == "RulesUnreadable"
    assert (await refused(peer, "gto/register", {"repo": path, "name": "new"})).data["kind"] == "RulesUnreadable"
    ruled.git("config", "--unset", "gtod.rulesRef")
    ruled.git("remote", "add", "origin", "https://example.com/r.git")
    # Without a remote HEAD.
    assert (await refused(peer, "gto/audit", {"repo": path})).data["kind"] == "RulesUnreadable"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("rules: {}\n", "version"),
        ("version: 2\n", "gtod"),
        ("version: 1\nrule: {}\n", "rule"),
        ("version: 1\nrules:\n  stages:\n    a: {from: [b]}\n    b: {from: [a]}\n", "enter"),
        ("version: 1\nrules:\n  stages:\n    prod: {who: [nobody-knows]}\n", "role"),
        ("version: 1\nsigners: .gtod/none\n", "signers"),
        ("version: 1\nsigners: .gtod/wild\n", ".gtod/wild"),
        ("version: 1\nsigners: .gtod\n", "folder"),
        ("version: 1\n# " + "x" * (1 << 20), "longer"),
    ],
)
async def test_wrong_rules_refuse_every_act_and_no_read(
    peer: Peer, path: str, registry: RepositoryBuilder, text: str, said: str
) -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    registry.commit({".gtod.yaml": text, ".gtod/wild": f"*@example.com {key}\n"})
    error = await refused(peer, "gto/register", {"repo": path, "name": "segment"})
    assert error.data["kind"] == "RulesUnreadable"
    assert said in error.message + error.data["hint"]
    assert registry.head[:7] in error.message
    batch = {"actions": [{"method": "register", "params": {"name": "segment"}}]}
    assert (await refused(peer, "gto/apply", {"repo": path, **batch})).message == error.message
    assert (await refused(peer, "gto/audit", {"repo": path})).data["kind"] == "RulesUnreadable"
    assert (await peer.call("gto/show", {"repo": path}))["artifacts"]


async def test_a_link_in_the_place_of_the_rules(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    (registry.path / ".gtod.yaml").symlink_to("other.yaml")
    registry.git("add", ".gtod.yaml")
    registry.git("commit", "-qm", "Link")
    assert "link" in (await refused(peer, "gto/register", {"repo": path, "name": "segment"})).message


async def test_what_the_rules_say_of_one_artifact(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    shown = await peer.call("gto/rules", {"repo": path, "name": "fraud/net"})
    assert shown["stages"]["prod"] == {"branches": ["main"], "from_stages": ["staging"], "who": ["eve@example.com"]}
    assert shown["register"] == {"branches": ["main"]}
    assert shown["overrides"] == [UMA]


# --- audits --------------------------------------------------------------------------------------------------------


async def _verdicts(peer: Peer, path: str, **params: Any) -> dict[str, tuple[str, list[str]]]:
    audited = await peer.call("gto/audit", {"repo": path, **params})
    return {each["ref"]: (each["verdict"], [rule["rule"] for rule in each["rules"]]) for each in audited["events"]}


async def test_each_event_is_judged_by_the_rules_of_its_date(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    ruled.tag("churn#prod#3", at=ruled.clock + 60, tagger=f"Uma <{UMA}>")
    ruled.tag("churn#prod#4", at=ruled.clock + 60)
    ruled.commit({".gtod.yaml": "version: 1\n"})
    ruled.tag("churn#prod#5", at=ruled.clock + 60)
    verdicts = await _verdicts(peer, path)
    assert verdicts["churn@v1.0.0"] == ("not-judged", [])
    assert verdicts["churn#prod#3"] == ("violating", ["from"])
    # Assigned before, and not taken out: who assigned it is wrong, and nothing else.
    assert verdicts["churn#prod#4"] == ("violating", ["who"])
    assert verdicts["churn#prod#5"] == ("not-judged", [])
    assert (await _verdicts(peer, path, rules="main~1"))["churn#prod#1"] == ("violating", ["who", "from"])


async def test_what_is_before_since_is_not_judged(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    registry.commit({".gtod.yaml": "version: 1\nrules: {since: 2030-01-01, stages: {prod: {who: []}}}\n"})
    registry.tag("churn#prod#9")
    assert (await _verdicts(peer, path))["churn#prod#9"] == ("not-judged", [])


async def test_an_audit_in_sarif(peer: Peer, path: str, ruled: RepositoryBuilder) -> None:
    ruled.tag("churn#prod#3")
    audited = await peer.call("gto/audit", {"repo": path, "sarif": True})
    assert audited["counts"]["violating"] == 1
    results = audited["sarif"]["runs"][0]["results"]
    assert [each["ruleId"] for each in results] == ["who", "from"]
    assert {each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in results} == {7}
    assert len({str(each["partialFingerprints"]) for each in results}) == 2


async def test_an_audit_of_nothing_says_why(peer: Peer, repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    audited = await peer.call("gto/audit", {"repo": str(repo.path.resolve())})
    assert audited["events"] == []
    assert audited["reason"]


async def test_a_shallow_clone_knows_less_and_finds_no_violation(
    peer: Peer, ruled: RepositoryBuilder, path: str, tmp_path: Any
) -> None:
    ruled.tag("churn#prod#3", tagger=f"Uma <{UMA}>")
    ruled.commit({"x": "2"})
    clone = tmp_path / "shallow"
    ruled.git("clone", "-q", "--depth=1", f"file://{path}", str(clone))
    ruled.git("-C", str(clone), "fetch", "-q", "--tags", "--depth=1")
    audited = await peer.call("gto/audit", {"repo": str(clone.resolve())})
    verdicts = {each["ref"]: each["verdict"] for each in audited["events"]}
    assert verdicts["churn#prod#3"] == "unknown"
    assert audited["counts"]["violating"] == 0
    assert "`git fetch --unshallow --tags`" in str(audited["problems"])
    assert "shallow" in audited["reason"]


async def test_an_untrusted_session_gets_no_audit(connect: Any, path: str) -> None:
    untrusted = connect()
    await untrusted.call("gto/handshake", {"client": "x", "version": "1", "protocol": PROTOCOL, "trusted": False})
    assert (await refused(untrusted, "gto/audit", {"repo": path})).data["kind"] == "Untrusted"


# --- tampering -----------------------------------------------------------------------------------------------------


async def test_a_moved_tag_violates_where_nothing_may_be_moved_and_can_be_accepted(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    registry.commit({".gtod.yaml": "version: 1\nrules: {delete: never}\n"})
    registry.tag("churn#dev#3")
    assert (await peer.call("gto/audit", {"repo": path}))["tampering"] == []
    registry.git("tag", "-f", "-a", "-m", "moved", "churn#dev#3", "HEAD~1")
    registry.git("tag", "-d", "churn#prod#1")
    audited = await peer.call("gto/audit", {"repo": path})
    verdicts = {each["ref"]: (each["verdict"], [rule["rule"] for rule in each["rules"]]) for each in audited["events"]}
    assert verdicts["churn#dev#3"] == verdicts["churn#prod#1"] == ("violating", ["delete"])
    assert audited["counts"]["violating"] == 2
    assert {each["kind"] for each in audited["tampering"]} == {"moved-tag", "vanished-tag"}
    assert (await refused(peer, "gto/audit", {"repo": path, "accept": ["churn#dev#2"]})).data["kind"] == "TagNotFound"
    audited = await peer.call("gto/audit", {"repo": path, "accept": ["churn#dev#3", "churn#prod#1"]})
    assert audited["counts"]["violating"] == audited["counts"]["tampering"] == 0


async def test_a_tag_dated_before_the_rules_is_judged_by_those_of_today(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    registry.commit({".gtod.yaml": "version: 1\nrules: {stages: {prod: {who: []}}}\n"})
    registry.tag("churn#prod#3", at=1_600_000_000)
    audited = await peer.call("gto/audit", {"repo": path})
    verdicts = {each["ref"]: each["verdict"] for each in audited["events"]}
    assert verdicts["churn#prod#3"] == "violating"
    assert verdicts["churn#prod#1"] == "not-judged"
