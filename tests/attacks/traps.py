"""A folder whose Git configuration runs a program wherever Git would: each leaves a file in the marker directory."""

from pathlib import Path

from tests.builders import RepositoryBuilder

_CONFIG = """
[core]
    fsmonitor = {fsmonitor}
    hooksPath = {hooks}
    sshCommand = {ssh}
    askPass = {askpass}
    editor = {editor}
    pager = {pager}
    gitProxy = {gitproxy}
    alternateRefsCommand = {alternates}
    attributesFile = {folder}/attributes
[credential]
    helper = "!{credential}"
[alias]
    status = "!{alias}"
    update-ref = "!{alias}"
    var = "!{alias}"
    push = "!{alias}"
[filter "trap"]
    clean = {clean}
    smudge = {smudge}
    process = {process}
    required = true
[diff]
    external = {diff}
[diff "trap"]
    command = {diff}
    textconv = {textconv}
[merge "trap"]
    driver = {merge}
[gpg]
    program = {gpg}
[gpg "ssh"]
    program = {gpg}
[tag]
    gpgSign = true
[protocol "ext"]
    allow = always
[remote "origin"]
    url = ext::{ext}
    fetch = +refs/heads/*:refs/remotes/origin/*
    uploadpack = {uploadpack}
    receivepack = {receivepack}
[uploadpack]
    packObjectsHook = {packobjects}
[include]
    path = {folder}/included
[safe]
    directory = *
"""
_HOOKS = ("post-index-change", "pre-commit", "reference-transaction", "pre-push", "post-checkout", "pre-auto-gc")


def set_traps(repo: RepositoryBuilder, folder: Path, marker: Path) -> None:
    """Make `repo` hostile: programs in `folder`, whose names say what ran them."""
    folder.mkdir()

    def trap(name: str) -> str:
        program = folder / f"{name}.sh"
        program.write_text(f"#!/bin/sh\ntouch '{marker}/{name}'\nexit 1\n")
        program.chmod(0o755)
        return str(program)

    class Traps(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return trap(name)

    hooks = folder / "hooks"
    for directory in (hooks, repo.git_dir / "hooks"):
        directory.mkdir(exist_ok=True)
        for name in _HOOKS:
            (directory / name).symlink_to(trap(f"hook-{name}"))
    (folder / "attributes").write_text("* filter=trap diff=trap merge=trap\n")
    (repo.path / ".gitattributes").write_text("* filter=trap diff=trap merge=trap\n")
    (folder / "included").write_text(f"[core]\n\tfsmonitor = {trap('included')}\n")
    with (repo.git_dir / "config").open("a") as config:
        config.write(_CONFIG.format_map(Traps(folder=str(folder), hooks=str(hooks))))
