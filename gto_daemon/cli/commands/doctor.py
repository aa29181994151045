"""`gtod doctor`: the version, the configuration in effect, and what is wrong with the registry."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from gto_daemon import __version__
from gto_daemon.cli import options
from gto_daemon.cli.backend import Backend, reads_repository
from gto_daemon.cli.exit_status import BROKEN
from gto_daemon.cli.help import GtodCommand
from gto_daemon.cli.printing import echo, emoji, one_line, placed, print_json
from gto_daemon.protocol import JsonObject

_RULE = "-" * 33
#: Members of the answer that `--json` prints.
_MEMBERS = ("version", "git", "libgit2", "daemon", "is_shallow", "remotes", "configuration", "ledger", "findings")
_SHALLOW = "yes, so tags and history may be missing; `git fetch --unshallow --tags` fetches them"
_MARKS = {"error": "❌", "warning": "⚠️", "info": "💡"}


@click.command(cls=GtodCommand)
@reads_repository
@options.as_json
def doctor(backend: Backend, as_json: bool) -> None:
    """Display the version and check the registry for problems.

    Exits with 1 if a finding is an error.
    """
    try:
        # Not `ask`: the findings include the problems.
        result: JsonObject = backend.call("gto/doctor", {"repo": backend.repo})
    except click.ClickException:
        # Reports of what goes wrong want the version most of all where nothing works.
        if not as_json:
            echo(_head(__version__))
        raise
    findings = result["findings"]
    result["daemon"] = None if backend.no_daemon else backend.call("gto/status", {"repo": backend.repo})
    if as_json:
        print_json({name: result[name] for name in _MEMBERS})
    else:
        echo(_head(result["version"]))
        for line in _settings(result["configuration"]):
            echo(line)
        echo(_RULE)
        for line in _system(result):
            echo(one_line(line))
        echo(_RULE)
        for finding in findings:
            echo(_text(finding))
        if not findings:
            echo(f"{emoji('✅')}No issues found")
    if any(finding["severity"] == "error" for finding in findings):
        raise click.exceptions.Exit(BROKEN)


def _head(version: str) -> str:
    return f"{emoji('🪴')}gtod {version}\n{_RULE}"


def _settings(configuration: Mapping[str, Any]) -> list[str]:
    """Return GTO's lines, with the values for this repository (GTO 1.10.1 prints those of the environment)."""
    return [
        f"INDEX={configuration['index']!r}",
        "CONFIG_FILE_NAME='.gto'",
        f"LOG_LEVEL={configuration['log_level']!r}",
        f"DEBUG={configuration['debug']!r}",
        f"EMOJIS={configuration['emojis']!r}",
        f"types={_listed(configuration['types'])!r}",
        f"stages={_listed(configuration['stages'])!r}",
        f"enrichments={configuration['enrichments']!r}",
        f"autoload_enrichments={configuration['autoload_enrichments']!r}",
    ]


def _system(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the registry depends on: programs, the daemon, remotes."""
    yield f"Git: {result['git'] or 'not found, so nothing can be registered or assigned'}"
    yield f"libgit2: {result['libgit2']}"
    daemon = result["daemon"]
    if daemon is None:
        yield "Daemon: not used"
    else:
        watcher = daemon["repository"]["watcher"]
        yield f"Daemon: process {daemon['pid']}, version {daemon['version']}"
        mode = f"{watcher['mode']} of {watcher['source']}" if watcher["source"] else watcher["mode"]
        yield f"Watcher: {'. '.join(filter(None, (mode, watcher['message'])))}"
    remotes = [
        f"{each['name']} ({each['url'] or 'no URL'}){', pushed to by default' if each['is_push_default'] else ''}"
        for each in result["remotes"]
    ]
    yield f"Remotes: {'; '.join(remotes) or 'none'}"
    ledger = result["ledger"]
    seen = f"seen since {ledger['since']}, last on {ledger['looked_at']}" if ledger["since"] else "none seen before"
    yield f"Tags: {'; '.join(filter(None, (seen, ledger['trouble'])))}"
    yield f"Shallow clone: {_SHALLOW if result['is_shallow'] else 'no'}"


def _listed(values: Iterable[str] | None) -> list[str] | None:
    return None if values is None else list(values)


def _text(finding: Mapping[str, Any]) -> str:
    severity = finding["severity"]
    mark = emoji(_MARKS[severity]) or f"{severity}: "
    hint = f"\n    {one_line(finding['hint'])}" if finding.get("hint") else ""
    return f"{mark}{placed(finding)} [{finding['code']}]{hint}"
