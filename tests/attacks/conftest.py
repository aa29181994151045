"""A real daemon in a runtime directory of the test, a service in memory, and other users of this machine."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client.conftest import runtime as runtime
from tests.rpc.conftest import client_limits as client_limits
from tests.rpc.conftest import connect as connect
from tests.rpc.conftest import path as path
from tests.rpc.conftest import peer as peer
from tests.rpc.conftest import registry as registry
from tests.rpc.conftest import service as service
from tests.rpc.conftest import service_options as service_options
from tests.rpc.lsp.conftest import new_editor as new_editor
from tests.rpc.lsp.conftest import root as root

#: Whose rights are nobody's. Everything is imported before they are taken: the interpreter may be root's own.
NOBODY = 65534
_MODULES = "encodings.idna, fcntl, json, os, socket, sys, threading"
_BECOME = f"import {_MODULES}; os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"

AsAnotherUser = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def as_another_user() -> AsAnotherUser:
    """Start a program (whose modules are `_MODULES`) with the rights of another user."""
    if os.getuid() != 0:
        pytest.skip("only root can be somebody else; CI is")

    def start(program: str, *arguments: object) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", _BECOME + program, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A directory that programs of the attacker's would leave a file in, and that has to stay empty."""
    place = tmp_path / "marker"
    place.mkdir()
    return place
