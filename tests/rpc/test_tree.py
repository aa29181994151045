"""`gto/tree`, `gto/artifact` and `gto/compare`: what a sidebar shows, from real repositories."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer


async def rows(peer: Peer, path: str, **params: Any) -> dict[str, dict[str, Any]]:
    result = await peer.call("gto/tree", {"repo": path, **params})
    return {row["name"]: row for row in result["artifacts"]}


async def test_the_tree_has_what_is_registered_and_what_is_only_described(peer: Peer, path: str) -> None:
    found = await rows(peer, path)
    assert list(found) == ["churn", "segment"]
    churn = found["churn"]
    assert (churn["type"], churn["latest"], churn["tags"]) == ("model", "v2.0.0", 4)
    assert churn["stages"] == {"dev": ["v2.0.0"], "prod": ["v1.0.0"]}
    assert churn["since"] == {"dev": "2023-11-14T22:21:40+00:00", "prod": "2023-11-14T22:16:40+00:00"}
    assert churn["annotated_in"] == ["artifacts.yaml"]
    assert churn["location"]["path"] == "artifacts.yaml"
    assert churn["location"]["range"]["start"] == {"line": 0, "character": 0}
    assert churn["path"] == "models/churn.pkl"
    assert (found["segment"]["registered"], found["segment"]["latest"]) == (False, None)


async def test_the_tree_of_the_files_on_disk_has_what_is_not_committed(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    registry.write("artifacts.yaml", "churn: {type: dataset}\nnew: {}\n")
    registry.write("dvc.yaml", "artifacts:\n  piped: {type: model}\n  new: {}\n")
    assert list(await rows(peer, path)) == ["churn", "segment"]
    found = await rows(peer, path, worktree=True)
    assert list(found) == ["churn", "new", "piped"]
    assert found["churn"]["type"] == "dataset"
    assert found["new"]["annotated_in"] == ["artifacts.yaml", "dvc.yaml"]
    assert found["piped"]["location"]["path"] == "dvc.yaml"


async def test_the_labels_of_the_entry_that_takes_effect_are_in_the_row(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    registry.write("artifacts.yaml", "churn: {labels: [b, a, 'two words']}\nsegment: {labels: []}\n")
    registry.write("dvc.yaml", "artifacts:\n  churn: {labels: [other]}\n")
    found = await rows(peer, path, worktree=True)
    assert found["churn"]["labels"] == ["b", "a", "two words"]
    assert "labels" not in found["segment"]
    shown = await peer.call("gto/artifact", {"repo": path, "name": "churn", "worktree": True})
    assert shown["labels"] == ["b", "a", "two words"]


async def test_artifacts_of_folders_come_by_folder(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    registry.commit({"search/dvc.yaml": "artifacts:\n  ranker: {path: r.pkl}\n"})
    registry.tag("audio=asr@v1.0.0")
    found = await rows(peer, path)
    assert list(found) == ["churn", "segment", "audio:asr", "search:ranker"]
    ranker = found["search:ranker"]
    assert (ranker["dir"], ranker["label"]) == ("search", "ranker")
    assert (ranker["location"]["path"], ranker["path"]) == ("search/dvc.yaml", "search/r.pkl")


async def test_stages_come_in_the_order_of_the_configuration_whoever_was_assigned_last(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    registry.tag("churn#canary#3", at=1_700_000_600)
    for config, order in (("stages: [prod, dev]", ["prod", "dev", "canary"]), ("{}", ["canary", "dev", "prod"])):
        registry.write(".gto", config)
        assert list((await rows(peer, path))["churn"]["stages"]) == order
        shown = await peer.call("gto/artifact", {"repo": path, "name": "churn"})
        assert list(shown["stages"]) == list(shown["since"]) == order


async def test_deprecated_artifacts_are_counted_or_shown(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    registry.tag("old@v1.0.0", at=1_700_000_600)
    registry.tag("old@deprecated", at=1_700_000_700)
    hidden = await peer.call("gto/tree", {"repo": path})
    assert (hidden["hidden"], "old" in {row["name"] for row in hidden["artifacts"]}) == (1, False)
    found = await rows(peer, path, deprecated=True)
    assert found["old"]["deprecated"] is True


async def test_a_problem_is_with_its_artifact(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    registry.lightweight("churn@v3.0.0")
    registry.write("artifacts.yaml", "churn: {}\n'wrong name': {}\nsegment: {type: [1]}\n")
    found = await rows(peer, path, worktree=True)
    assert found["churn"]["problems"] == []
    result = await peer.call("gto/tree", {"repo": path, "worktree": True})
    assert {problem["artifact"] for problem in result["problems"] if "artifact" in problem} >= {"segment"}


async def test_tags_are_unpushed_only_where_that_is_known(
    peer: Peer, registry: RepositoryBuilder, path: str, tmp_path: Path
) -> None:
    remote = RepositoryBuilder(tmp_path / "remote", bare=True)
    env = {"GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@e"}
    before = await peer.call("gto/tree", {"repo": path})
    await peer.call("gto/assign", {"repo": path, "name": "churn", "version": "v2.0.0", "stage": "prod", "env": env})
    after = await peer.call("gto/tree", {"repo": path})
    for each in (before, after):
        assert each["remotes"] == []
        assert not any("unpushed" in row for row in each["artifacts"])
    registry.git("remote", "add", "origin", str(remote.path))
    assert (await peer.call("gto/tree", {"repo": path}))["remotes"] == ["origin"]
    assert (await rows(peer, path))["churn"]["unpushed"] == 1
    shown = await peer.call("gto/artifact", {"repo": path, "name": "churn"})
    assert [row["unpushed"] for row in shown["versions"]] == [["churn#prod#3"], []]
    await peer.call("gto/syncStatus", {"repo": path, "refresh": True})
    assert (await rows(peer, path))["churn"]["unpushed"] == 5
    await peer.call("gto/push", {"repo": path})
    assert (await rows(peer, path))["churn"]["unpushed"] == 0
    await peer.call(
        "gto/assign", {"repo": path, "name": "churn", "version": "v1.0.0", "stage": "dev", "push": True, "env": env}
    )
    assert (await rows(peer, path))["churn"]["unpushed"] == 0


async def test_an_artifact_has_its_versions_with_stages_events_commit_and_path(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    result = await peer.call("gto/artifact", {"repo": path, "name": "churn"})
    newest, oldest = result["versions"]
    assert [newest["version"], oldest["version"], result["total"]] == ["v2.0.0", "v1.0.0", 2]
    assert (newest["commit"], newest["subject"], newest["latest"]) == (registry.head, "Update model", True)
    assert (newest["path"], oldest["path"]) == ("models/churn.pkl", None)
    assert [(held["stage"], held["ref"], held["holds"]) for held in oldest["stages"]] == [
        ("prod", "churn#prod#1", True)
    ]
    assert [event["ref"] for event in newest["events"]] == ["churn#dev#2", "churn@v2.0.0"]
    assert [(each["version"], each["bump"]) for each in result["next"]] == [
        ("v2.0.1", "patch"),
        ("v2.1.0", "minor"),
        ("v3.0.0", "major"),
    ]


@pytest.mark.parametrize("name", ["churn", "segment"])
async def test_what_is_offered_next_is_what_register_chooses(
    peer: Peer, registry: RepositoryBuilder, path: str, name: str
) -> None:
    registry.commit({"other": "1"})
    env = {"GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@e"}
    shown = await peer.call("gto/artifact", {"repo": path, "name": name})
    assert shown["next"]
    for each in shown["next"]:
        bump = {"bump": each["bump"]} if each["bump"] else {}
        planned = await peer.call("gto/register", {"repo": path, "name": name, "dry_run": True, "env": env, **bump})
        assert planned["plan"]["create"][0]["tag"] == f"{name}@{each['version']}"


async def test_a_version_in_a_stage_that_another_took_is_still_in_it(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    registry.tag("churn#prod#3", registry.head, at=1_700_000_600)
    result = await peer.call("gto/artifact", {"repo": path, "name": "churn"})
    held = {row["version"]: [(each["stage"], each["holds"]) for each in row["stages"]] for row in result["versions"]}
    assert held == {"v2.0.0": [("dev", True), ("prod", True)], "v1.0.0": [("prod", False)]}


async def test_a_commit_that_was_assigned_unregistered_is_a_version_of_its_own(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    third = registry.commit({"models/churn.pkl": "3"}, at=1_700_000_700)
    registry.tag("churn#dev#3", third, at=1_700_000_800)
    result = await peer.call("gto/artifact", {"repo": path, "name": "churn"})
    row = result["versions"][-1]
    assert (row["version"], row["label"], row["registered"]) == (third, third[:7], False)
    assert result["stages"]["dev"] == [third]


async def test_deregistered_versions_are_shown_when_asked_for(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    registry.tag("churn@v1.0.0!", registry.git("rev-parse", "HEAD~1"), at=1_700_000_900)
    shown = await peer.call("gto/artifact", {"repo": path, "name": "churn"})
    assert [row["version"] for row in shown["versions"]] == ["v2.0.0"]
    shown = await peer.call("gto/artifact", {"repo": path, "name": "churn", "deprecated": True})
    assert [(row["version"], row["active"]) for row in shown["versions"]] == [("v2.0.0", True), ("v1.0.0", False)]


async def test_versions_come_in_pages_bound_to_a_clock(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    asked = {"repo": path, "name": "churn", "limit": 1}
    first = await peer.call("gto/artifact", asked)
    second = await peer.call("gto/artifact", {**asked, "cursor": first["next_cursor"]})
    assert [row["version"] for row in (*first["versions"], *second["versions"])] == ["v2.0.0", "v1.0.0"]
    assert (first["total"], second["next_cursor"]) == (2, None)
    registry.tag("churn#prod#9", registry.head)
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/artifact", {**asked, "cursor": first["next_cursor"]})
    assert caught.value.data["kind"] == "RegistryChanged"


async def test_an_artifact_that_is_only_described_has_no_versions_and_an_unknown_one_is_refused(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    registry.write("dvc.yaml", "artifacts:\n  piped: {}\n")
    for name, on_disk in (("segment", False), ("piped", True)):
        shown = await peer.call("gto/artifact", {"repo": path, "name": name, "worktree": on_disk})
        assert (shown["versions"], shown["next"]) == ([], [{"version": "v0.0.1", "bump": None}])
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/artifact", {"repo": path, "name": "piped"})
    assert caught.value.data["kind"] == "ArtifactNotFound"


async def test_two_versions_are_compared(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    result = await peer.call("gto/compare", {"repo": path, "name": "churn", "left": "#prod", "right": "latest"})
    assert (result["left"]["version"], result["right"]["version"]) == ("v1.0.0", "v2.0.0")
    assert (result["left"]["stages"], result["right"]["stages"]) == (["prod"], ["dev"])
    assert result["changed"] == ["type", "path"]
    assert (result["left"]["annotation"], result["same_content"]) == (None, None)
    assert [row["commit"] for row in result["commits"]] == [registry.head]
    assert (result["dropped"], result["complete"]) == ([], True)
    back = await peer.call("gto/compare", {"repo": path, "name": "churn", "left": "v2.0.0", "right": "v1.0.0"})
    assert (len(back["commits"]), len(back["dropped"])) == (0, 1)


async def test_the_file_of_an_artifact_is_compared_by_its_object(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    registry.commit({"other": "1"})
    third = registry.commit({"models/churn.pkl": "3"})
    for right, same in (("HEAD~1", True), (third, False)):
        result = await peer.call("gto/compare", {"repo": path, "name": "churn", "left": "v2.0.0", "right": right})
        assert result["same_content"] is same
        assert result["right"]["version"] is None
        assert result["changed"] == []
    cut = await peer.call("gto/compare", {"repo": path, "name": "churn", "left": "v1.0.0", "right": "HEAD", "limit": 2})
    assert (len(cut["commits"]), cut["complete"]) == (2, False)


async def test_a_comparison_tells_histories_that_parted_from_those_that_have_nothing_in_common(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    start = registry.head
    side = registry.commit({"side": "1"}, branch="side", parents=(start,))
    main = registry.commit({"main": "1"})
    merge = registry.commit({"both": "1"}, parents=(main, side))
    apart = registry.commit({"other": "1"}, branch="apart", parents=())
    joined = registry.commit({"all": "1"}, parents=(merge, apart))
    expected = {
        (start, merge): (3, 0, True),
        (side, merge): (2, 0, True),
        (side, main): (1, 1, True),
        (merge, start): (0, 3, True),
        (merge, merge): (0, 0, True),
        (apart, start): (2, 1, False),
        (start, apart): (1, 2, False),
        (apart, joined): (6, 0, True),
    }
    found = {}
    for left, right in expected:
        result = await peer.call("gto/compare", {"repo": path, "name": "churn", "left": left, "right": right})
        found[left, right] = (len(result["commits"]), len(result["dropped"]), result["related"])
    assert found == expected
    cut = await peer.call("gto/compare", {"repo": path, "name": "churn", "left": start, "right": merge, "limit": 2})
    assert (cut["complete"], cut["related"]) == (False, None)


@pytest.mark.parametrize(
    ("left", "kind"), [("#nowhere", "VersionRequired"), ("v9.9.9", "RefNotFound"), ("nothing", "RefNotFound")]
)
async def test_what_cannot_be_compared_is_refused(peer: Peer, path: str, left: str, kind: str) -> None:
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/compare", {"repo": path, "name": "churn", "left": left, "right": "latest"})
    assert caught.value.data["kind"] == kind


async def test_a_clone_that_lacks_commits_says_that_its_comparison_is_not_complete(
    peer: Peer, registry: RepositoryBuilder, path: str
) -> None:
    apart = registry.commit({"other": "1"}, branch="apart", parents=())
    middle = registry.git("rev-parse", "HEAD~1")
    (registry.git_dir / "objects" / middle[:2] / middle[2:]).unlink()
    result = await peer.call("gto/compare", {"repo": path, "name": "churn", "left": apart, "right": "HEAD"})
    assert result["complete"] is False
    assert [row["commit"] for row in result["dropped"]] in ([], [apart])


async def test_a_bare_repository_and_one_without_commits_have_a_tree(peer: Peer, tmp_path: Path) -> None:
    bare = RepositoryBuilder(tmp_path / "bare.git", bare=True)
    assert await rows(peer, str(bare.path)) == {}
    bare.commit({"artifacts.yaml": "a: {}\n"})
    bare.tag("a@v1.0.0")
    for on_disk in (False, True):
        assert (await rows(peer, str(bare.path), worktree=on_disk))["a"]["latest"] == "v1.0.0"
