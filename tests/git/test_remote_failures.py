"""No secret of a URL is shown, however its owner wrote it; and what is none stays."""

import pytest

from gto_daemon.git.remote_failures import without_credentials


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://user:pass@h/x.git", "https://h/x.git"),
        ("https://user:p@ss@h/x.git", "https://h/x.git"),
        ("https://user:pa/ss@h/x.git", "https://h/x.git"),
        ("https://user:/p@/ss@h:80/x.git", "https://h:80/x.git"),
        ("https://:s3cr/et@h/x.git", "https://h/x.git"),
        ("https://token@h/x.git", "https://h/x.git"),
        ("unable to access 'https://user:pa/ss@h/x.git/': no", "unable to access 'https://h/x.git/': no"),
        ("https://h/x.git?private_token=abc", "https://h/x.git?private_token=…"),
        ("'https://h/x.git?a=b&access_token=abc&c=d'", "'https://h/x.git?a=b&access_token=…&c=d'"),
        ("https://h/x?X-Amz-Signature=abc#frag", "https://h/x?X-Amz-Signature=…#frag"),
        ("https://h/x.git?API_KEY=abc/", "https://h/x.git?API_KEY=…"),
    ],
)
def test_a_secret_is_not_shown(written: str, shown: str) -> None:
    assert without_credentials(written) == shown


@pytest.mark.parametrize(
    "url",
    [
        "https://h/x.git",
        "https://h:8080/x@y.git",
        "https://h/x@y.git",
        "git@h:x.git",
        "https://h/x?ref=main&depth=1",
        "/srv/x?y",
    ],
)
def test_what_is_no_secret_stays(url: str) -> None:
    assert without_credentials(url) == url
