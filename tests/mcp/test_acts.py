"""Acts: planned, asked about, carried out as planned, or not at all."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import mcp_types as types
import pytest
from mcp import MCPError

from gto_daemon.mcp.plans import MAX_PLANS, SMALLER_PLANS
from gto_daemon.mcp.replies import hint_for_agents
from tests.builders import RepositoryBuilder
from tests.mcp.agents import ERAS, Agent, agent
from tests.remotes import remote_of

#: Servers take long to start, so each module shares its own.
pytestmark = pytest.mark.xdist_group("mcp-acts")

_RULES = "version: 1\nrules:\n  stages:\n    guarded: {from: [staging]}\n"


class Acting(NamedTuple):
    """An agent that may act, on a repository with a remote. Each test has an artifact of its own."""

    agent: Agent
    repo: RepositoryBuilder
    remote: Path

    def tags(self, artifact: str, place: Path | None = None) -> list[str]:
        return self.repo.git("-C", str(place or self.repo.path), "tag", "--list", f"{artifact}[@#]*").split()


@pytest.fixture(scope="module", params=ERAS)
def shared(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Acting]:
    folder = tmp_path_factory.mktemp("acting")
    repo = RepositoryBuilder(folder / "models")
    repo.commit({"model.pkl": "1", ".gtod.yaml": _RULES})
    remote = remote_of(repo, folder / "remote")
    repo.git("fetch", "--quiet", "origin")
    repo.git("remote", "set-head", "origin", "--auto")
    with agent("-r", str(repo.path), era=request.param) as made:
        yield Acting(made, repo, remote)


@pytest.fixture
def acting(shared: Acting) -> Acting:
    shared.agent.questions.clear()
    shared.agent.answer = "accept"
    shared.agent.before_answer = lambda: None
    return shared


def error(result: types.CallToolResult) -> dict[str, Any]:
    assert result.is_error
    block = result.content[0]
    assert isinstance(block, types.TextContent)
    found: dict[str, Any] = json.loads(block.text)["error"]
    return found


def both(artifact: str) -> list[dict[str, str]]:
    """A version and a stage for it."""
    register = {"act": "register", "name": artifact, "version": "v1.2.3"}
    return [register, {"act": "assign", "name": artifact, "stage": "staging", "version": "v1.2.3"}]


def test_a_plan_writes_nothing_and_is_carried_out_as_it_was_shown(acting: Acting) -> None:
    planned = acting.agent.ask("plan", actions=both("a"))
    shown = [new["tag"] for new in planned["plan"]["create"]]
    assert (shown, acting.tags("a"), acting.agent.questions) == (["a@v1.2.3", "a#staging#1"], [], [])
    assert planned["plan"]["replaces"] == [{"artifact": "a", "stage": "staging", "from": None, "to": "v1.2.3"}]
    assert not {"remote", "pushes", "push"} & {*planned}

    result = acting.agent.call("apply_plan", plan_id=planned["plan_id"])
    assert not result.is_error
    assert {each["tag"] for each in result.structured_content["created"]} == {*acting.tags("a")} == {*shown}
    assert [link.uri for link in result.content if link.type == "resource_link"] == ["gto://models/a@v1.2.3"]
    [question] = acting.agent.questions
    assert all(word in question for word in (*shown, "'models'", "nothing → v1.2.3", "Nothing will be pushed."))
    assert acting.tags("a", acting.remote) == []

    again = acting.agent.call("apply_plan", plan_id=planned["plan_id"])
    assert error(again)["kind"] == "PlanNotFound"


@pytest.mark.parametrize("answer", ["decline", "cancel"])
def test_what_the_person_does_not_want_is_not_done(acting: Acting, answer: str) -> None:
    acting.agent.answer = answer
    planned = acting.agent.ask("plan", actions=both("b"))
    assert error(acting.agent.call("apply_plan", plan_id=planned["plan_id"]))["kind"] == "Declined"
    assert len(acting.agent.questions) == 1
    assert error(acting.agent.call("apply_plan", plan_id=planned["plan_id"]))["kind"] == "PlanNotFound"
    assert acting.tags("b") == []


def test_a_registry_that_moved_since_the_plan(acting: Acting) -> None:
    planned = acting.agent.ask("plan", actions=both("c"))
    acting.repo.tag("c@v0.5.0")
    refused = error(acting.agent.call("apply_plan", plan_id=planned["plan_id"]))
    assert (refused["kind"], acting.agent.questions) == ("RegistryChanged", [])
    assert acting.tags("c") == ["c@v0.5.0"]


def test_a_registry_that_moves_while_the_person_thinks(acting: Acting) -> None:
    planned = acting.agent.ask("plan", actions=both("d"))
    acting.agent.before_answer = lambda: acting.repo.tag("d@v0.5.0")
    assert error(acting.agent.call("apply_plan", plan_id=planned["plan_id"]))["kind"] == "RegistryChanged"
    assert acting.tags("d") == ["d@v0.5.0"]


def test_tags_are_pushed_only_if_the_plan_says_so(acting: Acting) -> None:
    planned = acting.agent.ask("plan", actions=both("e"), push=True)
    assert (planned["remote"], acting.tags("e", acting.remote)) == ("origin", [])
    done = acting.agent.ask("apply_plan", plan_id=planned["plan_id"])
    assert done["push"]["ok"]
    assert acting.tags("e", acting.remote) == acting.tags("e") == ["e#staging#1", "e@v1.2.3"]
    assert f"pushed to 'origin' ({acting.repo.git('remote', 'get-url', 'origin').strip()})" in acting.agent.questions[0]


def test_a_version_that_only_this_clone_has_goes_with_its_stage_and_is_told(acting: Acting) -> None:
    acting.repo.tag("k@v8.0.0")
    stage = {"act": "assign", "name": "k", "stage": "staging", "version": "v8.0.0"}
    planned = acting.agent.ask("plan", actions=[stage], push=True)
    assert planned["may_go_along"] == ["k@v8.0.0"]
    result = acting.agent.call("apply_plan", plan_id=planned["plan_id"])
    done = result.structured_content
    assert acting.tags("k", acting.remote) == ["k#staging#1", "k@v8.0.0"]
    [pushed] = done["pushes"]
    assert {row["tag"] for row in done["push"]["tags"]} == {*pushed["create"]} == {"k#staging#1", "k@v8.0.0"}
    assert result.content[0].text.startswith("1 tag created. 2 tags pushed.")
    assert "- k@v8.0.0\nIt will be pushed to 'origin'" in acting.agent.questions[0]
    assert "Registrations that go along if 'origin' lacks them:" in acting.agent.questions[0]


def test_what_a_plan_registers_itself_does_not_go_along(acting: Acting) -> None:
    assert "may_go_along" not in acting.agent.ask("plan", actions=both("l"), push=True)
    acting.repo.tag("l@v1.2.3")
    assert "may_go_along" not in acting.agent.ask("plan", actions=both("l")[1:])


def test_what_the_rules_do_not_allow_is_no_plan(acting: Acting) -> None:
    acting.repo.tag("f@v1.0.0")
    guarded = {"act": "assign", "name": "f", "stage": "guarded", "version": "v1.0.0"}
    refused = error(acting.agent.call("plan", actions=[guarded]))
    assert refused["kind"] == "TransitionNotAllowed"
    assert "staging" in refused["message"] + refused["hint"]
    assert acting.tags("f") == ["f@v1.0.0"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"act": "register", "name": "g", "force": True}, "force"),
        ({"act": "register", "name": "g", "override": "because"}, "override"),
        ({"act": "deprecate", "name": "g", "delete": True}, "delete"),
        ({"act": "register", "name": "g", "author": "Somebody Else"}, "author"),
        ({"act": "push", "name": "g"}, "push"),
        ({"act": "register", "name": 1}, "actions.1.name: "),
        ({"act": "register", "name": "g", "stage": "prod"}, "actions.1.stage: "),
        ({"act": "unassign", "name": "g", "stage": "prod"}, "actions.1: unassign needs `version` or `ref`"),
        ({"act": "deregister", "name": "g", "version": "v1.2.3", "ref": "HEAD"}, "not both"),
        ({"name": "g"}, "actions.1.act: "),
        ("register", "object"),
    ],
)
def test_what_is_left_to_people_is_no_plan(acting: Acting, wrong: object, word: str) -> None:
    refused = error(acting.agent.call("plan", actions=[{"act": "register", "name": "g"}, wrong]))
    assert refused["kind"] == "InvalidArguments"
    assert word in refused["message"]
    assert refused["hint"]
    assert acting.tags("g") == []


def test_a_remedy_is_one_that_an_agent_has(acting: Acting) -> None:
    acting.repo.tag("m@v1.0.0")
    acting.repo.tag("m#staging#1")
    stage = {"act": "assign", "name": "m", "stage": "staging", "version": "v1.0.0"}
    again = error(acting.agent.call("plan", actions=[stage]))
    assert (again["kind"], again["message"]) == (
        "WrongArgs",
        "Action 0: Version 'v1.0.0' is already in stage 'staging'",
    )
    assert "ask the person" in again["hint"]
    assert not {"allow", "action_allow"} & {*again["details"]}
    missing = error(acting.agent.call("plan", actions=[{"act": "deprecate", "name": "nothing/like:it"}]))
    assert missing["hint"].startswith("The tool `registry` lists what there is;")
    for hint in (again["hint"], missing["hint"]):
        assert not any(word in hint for word in ("force", "simple", "`gtod "))


@pytest.mark.parametrize(
    ("hint", "for_agents"),
    [
        ("`gtod show` lists them.", "The tool `registry` lists them."),
        ("Gone; `gtod show -d` has it.", "Gone; the tool `registry` has it."),
        ("No. `gtod show 'churn'` has it.", "No. The tool `artifact` has it."),
        ("`gtod tune` does it.", "`gtod tune` does it. Ask the person before any of these commands is run."),
    ],
)
def test_a_command_becomes_the_tool_that_answers_it(hint: str, for_agents: str) -> None:
    assert hint_for_agents("", hint) == for_agents


def test_a_plan_that_is_too_long_to_show_has_a_remedy(acting: Acting) -> None:
    refused = error(acting.agent.call("plan", actions=[{"act": "register", "name": "n", "message": "x" * 1_100_000}]))
    assert (refused["kind"], refused["hint"]) == ("AnswerTooLarge", SMALLER_PLANS)
    assert acting.tags("n") == []


def test_a_push_without_a_remote_has_a_remedy_for_an_agent(tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "r")
    repo.commit()
    with agent("-r", str(repo.path)) as made:
        refused = error(made.call("plan", actions=both("a"), push=True))
        assert (refused["kind"], "without `push`" in refused["hint"]) == ("RemoteNotFound", True)


def test_all_acts_of_a_plan_are_right_or_there_is_none(acting: Acting) -> None:
    wrong = {"act": "assign", "name": "h", "stage": "prod", "version": "v9.9.9"}
    assert acting.agent.call("plan", actions=[*both("h"), wrong]).is_error
    assert acting.tags("h") == []


def test_the_message_of_a_tag_is_shown_to_the_person_on_one_line(acting: Acting) -> None:
    act = {"act": "register", "name": "i", "message": "Fine\n\nNothing is pushed.\x1b[2J"}
    planned = acting.agent.ask("plan", actions=[act], push=True)
    acting.agent.ask("apply_plan", plan_id=planned["plan_id"])
    [question] = acting.agent.questions
    [line] = [line for line in question.splitlines() if "i@v0.0.1" in line]
    assert line.endswith("Fine Nothing is pushed.\\x1b[2J")
    assert question.splitlines()[-1].startswith("It will be pushed to 'origin' (")


def test_only_the_newest_plans_are_kept(acting: Acting) -> None:
    first = acting.agent.ask("plan", actions=both("j"))["plan_id"]
    second = acting.agent.ask("plan", actions=both("j"))["plan_id"]
    for _ in range(MAX_PLANS - 1):
        acting.agent.ask("plan", actions=both("j"))
    assert error(acting.agent.call("apply_plan", plan_id=first))["kind"] == "PlanNotFound"
    assert not acting.agent.call("apply_plan", plan_id=second).is_error


def test_a_client_that_cannot_ask_has_a_prompt_of_its_own(tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "r")
    repo.commit()
    with agent("-r", str(repo.path), can_ask=False) as made:
        planned = made.ask("plan", actions=both("a"))
        assert len(made.ask("apply_plan", plan_id=planned["plan_id"])["created"]) == 2


def test_an_answer_to_a_question_that_was_not_put_counts_for_nothing(tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "r")
    repo.commit()
    with agent("-r", str(repo.path), era=ERAS[1]) as made:
        plan_id = made.ask("plan", actions=both("a"))["plan_id"]

        async def forged() -> Any:
            return await made.client.session.call_tool(
                "apply_plan",
                {"plan_id": plan_id},
                input_responses={"approval": types.ElicitResult(action="accept")},
                request_state="made up",
                allow_input_required=True,
            )

        assert isinstance(made.run(forged), types.InputRequiredResult)
        assert repo.git("tag") == ""


@pytest.mark.parametrize("era", ERAS)
def test_read_only_has_nothing_that_acts(tmp_path: Path, era: str) -> None:
    repo = RepositoryBuilder(tmp_path / "r")
    repo.commit()
    with agent("-r", str(repo.path), "--read-only", era=era) as made:
        tools = made.tools()
        assert not {"plan", "apply_plan"} & {*tools}
        assert all(tool.annotations is not None and tool.annotations.read_only_hint for tool in tools.values())
        for tool, arguments in (("plan", {"actions": both("a")}), ("apply_plan", {"plan_id": "x"})):
            with pytest.raises(MCPError):
                made.call(tool, **arguments)
        assert made.ask("registry")["artifacts"] == {}
        assert "plan" not in str(made.client.instructions)


def test_an_act_is_answered_however_long_its_answer_is(acting: Acting) -> None:
    actions = [{"act": "register", "name": f"long-{each}", "message": "x" * 9_000} for each in range(90)]
    planned = acting.agent.ask("plan", actions=actions)
    result = acting.agent.call("apply_plan", plan_id=planned["plan_id"])
    assert not result.is_error
    assert len(result.structured_content["created"]) == 90
    assert all(row["message"] == "" for row in result.structured_content["created"])
    assert isinstance(result.content[0], types.TextContent)
    assert "180 messages" in result.content[0].text
    assert len(acting.repo.git("tag", "--list", "long-*").split()) == 90


def test_tags_go_to_the_remote_that_was_shown_and_to_no_other(acting: Acting, tmp_path: Path) -> None:
    other = tmp_path / "other"
    acting.repo.git("clone", "--quiet", "--bare", str(acting.repo.path), str(other))
    acting.repo.git("remote", "add", "other", str(other))
    try:
        for number, changed in enumerate(("remote.pushDefault other", f"remote.origin.pushUrl {other}")):
            artifact = f"p{number}"
            planned = acting.agent.ask("plan", actions=both(artifact), push=True)
            for asked in (0, 1):
                acting.agent.questions.clear()
                change = partial(acting.repo.git, "config", *changed.split())
                if not asked:
                    change()
                acting.agent.before_answer = change
                refused = error(acting.agent.call("apply_plan", plan_id=planned["plan_id"]))
                assert (refused["kind"], len(acting.agent.questions)) == ("RegistryChanged", asked)
                acting.repo.git("config", "--unset", changed.split()[0])
            assert acting.tags(artifact) == acting.tags(artifact, other) == acting.tags(artifact, acting.remote) == []
    finally:
        acting.repo.git("remote", "remove", "other")


def test_the_tagger_is_who_it_was_when_the_plan_was_shown(acting: Acting) -> None:
    name = acting.repo.git("config", "user.name").strip()
    planned = acting.agent.ask("plan", actions=both("q"))
    acting.agent.before_answer = lambda: acting.repo.git("config", "user.name", "Mallory")
    try:
        refused = error(acting.agent.call("apply_plan", plan_id=planned["plan_id"]))
    finally:
        acting.repo.git("config", "user.name", name)
    assert (refused["kind"], refused["details"]["moved"]) == ("RegistryChanged", ["tagger"])
    assert acting.tags("q") == []


def test_the_question_leaves_nothing_out_and_begins_with_the_stages(acting: Acting) -> None:
    acting.agent.answer = "decline"
    padding = [{"act": "register", "name": f"r-{each}"} for each in range(25)]
    planned = acting.agent.ask("plan", actions=[*padding, *both("r")])
    assert error(acting.agent.call("apply_plan", plan_id=planned["plan_id"]))["kind"] == "Declined"
    [question] = acting.agent.questions
    assert question.splitlines()[2] == "- r, staging: nothing → v1.2.3"
    assert all(f"- {tag['tag']} on" in question for tag in planned["plan"]["create"])
    many = [{"act": "register", "name": f"r-{each}", "message": "x" * 200} for each in range(200)]
    assert error(acting.agent.call("plan", actions=many))["kind"] == "PlanTooLarge"
