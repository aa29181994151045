"""Which variables a client tells the daemon, and which a daemon is started with."""

import json
import os

import pytest

from gto_daemon.client.environment import for_daemon, for_reading, for_session
from gto_daemon.environment import MAX_ENVIRONMENT, MAX_VARIABLES
from gto_daemon.rpc.schema.client_environment import allowed, bounded

SHELL = {
    "GIT_COMMITTER_NAME": "Uma",
    "GIT_CONFIG_COUNT": "0",
    "GIT_DIR": "/somewhere/.git",
    "GIT_INDEX_FILE": "index",
    "GTO_STAGES": '["dev"]',
    "gto_types": '["model"]',
    "GTOD_LOG_LEVEL": "debug",
    "EMAIL": "uma@example.com",
    "SSH_AUTH_SOCK": "/run/ssh",
    "https_proxy": "http://proxy",
    "NO_PROXY": "localhost",
    "HOME": "/home/uma",
    "XDG_CACHE_HOME": "/home/uma/cache",
    "PATH": "/bin",
    "TMPDIR": "/tmp/editor",
    "LANG": "C.UTF-8",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


def test_the_session_gets_all_but_what_names_a_repository() -> None:
    assert for_session(SHELL) == {
        name: value for name, value in SHELL.items() if name not in ("GIT_DIR", "GIT_INDEX_FILE")
    }


def test_a_read_tells_what_configures_gto() -> None:
    assert sorted(for_reading(SHELL)) == ["GTO_STAGES", "gto_types"]


def test_the_daemon_gets_nothing_of_the_shell_that_starts_it_but_what_it_needs_itself() -> None:
    kept = ["GTOD_LOG_LEVEL", "HOME", "LANG", "PATH", "XDG_CACHE_HOME"]
    assert sorted(for_daemon({**SHELL, "GTOD_ACT": "0123456789abcdef"})) == kept


@pytest.mark.parametrize("value", [b"J\xc3\xb6rg", b"J\xf6rg", b"plain", b"", b"\xff\xfe"])
def test_what_is_not_text_arrives_as_it_is(value: bytes) -> None:
    sent = json.loads(json.dumps(for_session({"NAME": os.fsdecode(value)}), allow_nan=False))
    sent["NAME"].encode()  # strictly
    assert os.fsencode(allowed(sent)["NAME"]) == value


def test_what_only_looks_like_that_stays_what_no_program_takes() -> None:
    assert allowed({"NAME": "\0no base64"}) == {"NAME": "\0no base64"}


def test_an_environment_that_is_too_large_is_cut_down_by_its_longest() -> None:
    small = {f"N{number}": "x" * 100 for number in range(100)}
    told = for_session({**small, "HUGE": "x" * MAX_ENVIRONMENT, "LARGE": "x" * (MAX_ENVIRONMENT // 2)})
    assert told == {**small, "LARGE": "x" * (MAX_ENVIRONMENT // 2)}
    assert len(for_session({f"N{number}": "" for number in range(2 * MAX_VARIABLES)})) == MAX_VARIABLES
    assert bounded(told) is told
    with pytest.raises(ValueError, match="at most") as caught:
        bounded({**told, "SECRET": "hush" * MAX_ENVIRONMENT})
    assert "hush" not in str(caught.value)
