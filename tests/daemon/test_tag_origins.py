"""A change is a client's own if the client wrote it, until somebody else changes the tag."""

import gc
from weakref import ref

from gto_daemon.daemon.live.tag_origins import TagOrigins


class Client:
    """Somebody who acts."""


def test_what_a_client_wrote_is_its_own() -> None:
    client, origins = Client(), TagOrigins()
    with origins.writing(client, {"a@v1.0.0": "1" * 40}):
        assert origins.of({"a@v1.0.0": "1" * 40}) is client
    assert origins.of({"a@v1.0.0": "1" * 40, "b@v1.0.0": "2" * 40}) is None


def test_what_others_deleted_and_put_back_is_theirs() -> None:
    client, origins = Client(), TagOrigins()
    with origins.writing(client, {"a@v1.0.0": "1" * 40}):
        pass
    assert origins.of({"a@v1.0.0": "1" * 40}) is client
    assert origins.of({"a@v1.0.0": None}) is None
    assert origins.of({"a@v1.0.0": "1" * 40}) is None


def test_a_client_that_is_gone_is_not_held() -> None:
    client, origins = Client(), TagOrigins()
    with origins.writing(client, {"a@v1.0.0": "1" * 40}):
        pass
    gone = ref(client)
    del client
    gc.collect()
    assert gone() is None
    assert origins.of({"a@v1.0.0": "1" * 40}) is None
