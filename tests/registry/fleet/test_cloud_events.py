"""The events of a fleet: what changes of tags mean, their ids, and who wants them."""

import json
from dataclasses import replace

import pytest

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.addresses import is_public
from gto_daemon.registry.fleet.cloud_events import (
    MAX_EVENT,
    EventFacts,
    changes,
    cloud_event,
    counting,
    happened_since,
    wants,
)
from gto_daemon.registry.fleet.reading import read_fleet
from gto_daemon.registry.fleet.signing import read_secret
from gto_daemon.registry.objects import TagRef
from tests.registry.small import made, oid, tag_ref

REFS = {
    ref.name: ref
    for ref in map(
        tag_ref,
        ("churn@v1.0.0 1 100", "churn@v2.0.0 2 110", "churn#prod#1 1 120", "churn#prod#2 2 130", "churn#prod!#3 2 140"),
    )
}


def test_each_change_of_a_tag_is_one_event_in_order() -> None:
    found = changes("mlops", {}, REFS)
    assert [(each.kind, each.subject, each.version, each.replaced) for each in found] == [
        ("version.registered", "churn@v1.0.0", "v1.0.0", None),
        ("version.registered", "churn@v2.0.0", "v2.0.0", None),
        ("stage.assigned", "churn#prod", "v1.0.0", None),
        ("stage.assigned", "churn#prod", "v2.0.0", "v1.0.0"),
        ("stage.unassigned", "churn#prod", "v2.0.0", None),
    ]
    seen = counting(REFS.values())
    assert changes("mlops", seen, REFS) == []
    moved = {**REFS, "churn#prod#1": TagRef("churn#prod#1", "churn", oid("e"), REFS["churn#prod#1"].tag)}
    del moved["churn@v1.0.0"]
    assert [(each.kind, each.ref, each.old, each.new) for each in changes("mlops", seen, moved)] == [
        ("tag.deleted", "churn@v1.0.0", oid("f"), None),
        ("tag.moved", "churn#prod#1", oid("f"), oid("e")),
    ]


def test_what_counts_for_nothing_is_no_event() -> None:
    light, unreadable = tag_ref("churn@v3.0.0"), tag_ref("churn@v4.0.0 ?")
    created = tag_ref("churn@created 1 100")
    assert changes("mlops", {}, {ref.name: ref for ref in (light, unreadable, created)}) == []


def test_the_event_is_a_cloud_event_whose_id_depends_on_the_change_alone() -> None:
    event = changes("mlops", {}, REFS)[3]
    first = json.loads(cloud_event("models", event))
    other = json.loads(cloud_event("models", event, EventFacts(url="https://git.example/mlops.git")))
    assert first["id"] == other["id"]
    assert other["data"].pop("url") == "https://git.example/mlops.git"
    assert first == {
        "specversion": "1.0",
        "id": first["id"],
        "type": "dev.gtod.stage.assigned.v1",
        "source": "gtod:models",
        "subject": "churn#prod",
        "time": "1970-01-01T00:02:10+00:00",
        "datacontenttype": "application/json",
        "data": {
            "repository": "mlops",
            "url": None,
            "artifact": "churn",
            "event": "stage.assigned",
            "version": "v2.0.0",
            "stage": "prod",
            "replaced": "v1.0.0",
            "ref": "churn#prod#2",
            "old": None,
            "new": oid("f"),
            "commit": oid("2"),
            "author": "Tina",
            "author_email": "tina@e",
            "message": "about churn#prod#2",
            "signature": None,
            "verdict": None,
            "annotation": None,
        },
    }
    ids = {each.id(fleet) for each in changes("mlops", {}, REFS) for fleet in ("models", "others")}
    ids |= {each.id("models") for each in changes("other", {}, REFS)}
    assert len(ids) == 15
    assert all(identity.startswith("evt_") and "." not in identity for identity in ids)


def test_an_event_stays_short_whatever_its_annotation_is() -> None:
    event = changes("mlops", {}, REFS)[0]
    annotation = made(head="1", annotated={"1": f"churn: {{description: {'x' * MAX_EVENT}}}"}).index.artifacts["churn"]
    found = annotation.versions[0].commits[0].annotation
    assert found is not None
    text = cloud_event("models", event, EventFacts(annotation=found.as_json()))
    assert len(text) < MAX_EVENT
    assert json.loads(text)["data"]["annotation"] is None


def test_a_sink_is_sent_what_it_wants() -> None:
    text = "sinks: [{name: a, type: http, url: 'https://e.example/', secret_file: s}]"
    (sink,) = read_fleet(text.encode()).config.sinks
    assert wants(sink, "mlops", "churn", None, "version.registered")
    staged = replace(sink, stages=("prod",))
    assert wants(staged, "mlops", "churn", "prod", "stage.assigned")
    assert not wants(staged, "mlops", "churn", None, "version.registered")
    named = replace(sink, artifacts=("mlops/*",), events=("stage.assigned",))
    assert wants(named, "mlops", "churn", "dev", "stage.assigned")
    assert not wants(named, "other", "churn", "dev", "stage.assigned")
    assert not wants(named, "mlops", "churn", "dev", "stage.unassigned")


def test_history_is_what_tags_say_since_a_time() -> None:
    assert [each.ref for each in happened_since("mlops", REFS.values(), 130)] == ["churn#prod#2", "churn#prod!#3"]


@pytest.mark.parametrize("text", ["CANARY", "whsec_CANARY!", "whsec_Q0FOQVJZ", "whsec_" + "QQ" * 60])
def test_a_wrong_secret_is_not_shown(text: str) -> None:
    with pytest.raises(RegistryError) as caught:
        read_secret(text.encode(), "the sink 'a'")
    assert text not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d70e", True),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
    ],
)
def test_private_addresses_are_known(address: str, expected: bool) -> None:
    assert is_public(address) is expected
