"""A daemon has loaded what answers requests soon after its start: its files may be those of another release later."""

import json
import subprocess
import sys

_PROGRAM = """
import json, pkgutil, sys
import gto_daemon
from gto_daemon.app import serve
from gto_daemon.daemon.acts.abandoned import clear_abandoned
from gto_daemon.daemon.hub import Hub
from gto_daemon.rpc.transport.connection import connection_factory
from gto_daemon.rpc.lsp.preload import load_methods
from gto_daemon.rpc.service import Service

Service(Hub())
load_methods()
names = [each.name for each in pkgutil.walk_packages(gto_daemon.__path__, "gto_daemon.")]
print(json.dumps([name for name in names if name not in sys.modules]))
"""
#: Of the language server, which is loaded five seconds later; and of a command's own process.
_LATER = (
    "gto_daemon.rpc.lsp",
    "gto_daemon.editor",
    "gto_daemon.daemon.queries.tracked_files",
    # Of the two watchers the one that this system does not use.
    "gto_daemon.daemon.following.watchfiles_watcher",
    "gto_daemon.git.demo",
    "gto_daemon.git.export",
    "gto_daemon.git.replaceable",
    # What reads a rules file, where a repository has one, and the user's fleet, where there is one.
    "gto_daemon.registry.fleet",
    "gto_daemon.daemon.fleet.fleet",
    "gto_daemon.daemon.fleet.member",
    "gto_daemon.daemon.fleet.journal",
    "gto_daemon.daemon.sinks",
    "gto_daemon.daemon.fleet.remotes",
    "gto_daemon.registry.rules.format",
    "gto_daemon.registry.rules.reading",
    "gto_daemon.registry.shapes",
    "gto_daemon.registry.rules.signers",
)


def test_what_answers_requests_is_loaded_at_the_start() -> None:
    run = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    missing = json.loads(run.stdout)
    layers = ("gto_daemon.registry.", "gto_daemon.git.", "gto_daemon.daemon.", "gto_daemon.rpc.")
    late = [name for name in missing if name.startswith(layers) and not name.startswith(_LATER)]
    assert late == []
    assert "gto_daemon.docgen.openrpc" in missing
