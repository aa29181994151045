"""Which of two releases is the older one. That they meet is tested in `tests/faults/test_releases_meet.py`."""

import pytest

from gto_daemon import __version__
from gto_daemon.client.errors import CallError
from gto_daemon.client.releases import is_older, is_outdated


@pytest.mark.parametrize(
    ("version", "than"), [("0.1.0", "0.2.0"), ("0.9", "0.10"), ("0.1.9", "1.0"), ("1", "1.0.1"), ("1.0rc1", "1.1")]
)
def test_the_numbers_of_a_release_order_it(version: str, than: str) -> None:
    assert is_older(version, than)
    assert not is_older(than, version)


@pytest.mark.parametrize(
    ("version", "than"),
    [("1.0", "1.0.0"), ("1.0rc1", "1.0"), ("1.0.dev3+g1", "1.0"), ("", "1.0"), ("next", "1.0"), ("0.0", "0.0.0")],
)
def test_what_has_the_same_numbers_or_none_is_not_older(version: str, than: str) -> None:
    assert not is_older(version, than)
    assert not is_older(than, version)


def test_a_daemon_is_outdated_by_its_release_or_its_protocol() -> None:
    def refusal(kind: str, **data: int) -> CallError:
        return CallError(-32803, "refused", {"kind": kind, **data})

    able = ["gto/retire", "gto/show"]
    assert is_outdated({"version": "0.0.1", "capabilities": able})
    assert not is_outdated({"version": "0.0.1", "capabilities": ["gto/show"]})
    assert not is_outdated({"version": __version__, "capabilities": able})
    assert is_outdated(refusal("ProtocolMismatch", client=2, server=1))
    assert not is_outdated(refusal("ProtocolMismatch", client=1, server=2))
    assert not is_outdated(refusal("MissingCapability"))
    assert not is_outdated(CallError(-32603, "broken"))
