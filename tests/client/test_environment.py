"""Which variables a client tells the daemon, and which a daemon is started with."""

import os

import pytest

from gto_daemon.client.environment import for_daemon, for_session

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


def test_the_session_gets_what_decides_identity_signing_transport_and_configuration() -> None:
    assert sorted(for_session(SHELL)) == [
        "EMAIL",
        "GIT_COMMITTER_NAME",
        "GIT_CONFIG_COUNT",
        "GTO_STAGES",
        "HOME",
        "NO_PROXY",
        "PATH",
        "SSH_AUTH_SOCK",
        "XDG_CACHE_HOME",
        "gto_types",
        "https_proxy",
    ]


def test_the_daemon_gets_the_rest_and_what_it_needs_itself() -> None:
    kept = ["AWS_SECRET_ACCESS_KEY", "GTOD_LOG_LEVEL", "HOME", "LANG", "PATH", "XDG_CACHE_HOME"]
    assert sorted(for_daemon(SHELL)) == kept


@pytest.mark.parametrize(("value", "sent"), [("Jörg", "Jörg"), (os.fsdecode(b"J\xf6rg"), "J\ufffdrg")])
def test_what_is_not_text_is_sent_as_text(value: str, sent: str) -> None:
    assert for_session({"GIT_AUTHOR_NAME": value}) == {"GIT_AUTHOR_NAME": sent}
