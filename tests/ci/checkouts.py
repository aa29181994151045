"""Checkouts as the services make them for a pushed tag."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

#: Makes a checkout of a repository at a place, for a tag.
Checkout: TypeAlias = Callable[[Path, Path, str], Path]


def git(repository: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _begin(upstream: Path, place: Path) -> None:
    place.mkdir()
    git(place, "init", "--quiet")
    git(place, "remote", "add", "origin", f"file://{upstream}")


def checkout_by_github(upstream: Path, place: Path, tag: str) -> Path:
    """What actions/checkout does for a pushed tag: one commit, and the tag's name at that commit (not at the tag)."""
    commit = git(upstream, "rev-parse", f"{tag}^{{commit}}")
    _begin(upstream, place)
    git(place, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", f"+{commit}:refs/tags/{tag}")
    git(place, "checkout", "--quiet", f"refs/tags/{tag}")
    return place


def full_checkout_by_github(upstream: Path, place: Path, tag: str) -> Path:
    """The same with `fetch-depth: 0`: all of it, and still the tag's name at the commit."""
    commit = git(upstream, "rev-parse", f"{tag}^{{commit}}")
    _begin(upstream, place)
    refspecs = ("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
    git(place, "fetch", "--quiet", "--prune", "--no-tags", "origin", *refspecs)
    git(place, "fetch", "--quiet", "--no-tags", "origin", f"+{commit}:refs/tags/{tag}")
    git(place, "checkout", "--quiet", f"refs/tags/{tag}")
    return place


def checkout_by_gitlab(upstream: Path, place: Path, tag: str) -> Path:
    """What GitLab's runner does: the tag and twenty commits, and no other tag."""
    _begin(upstream, place)
    git(place, "fetch", "--quiet", "--no-tags", "--depth=20", "origin", f"+refs/tags/{tag}:refs/tags/{tag}")
    git(place, "checkout", "--quiet", "--detach", f"{tag}^{{commit}}")
    return place


def full_checkout_by_gitlab(upstream: Path, place: Path, tag: str) -> Path:
    """The same with `GIT_DEPTH: 0`: the history of the tag, and no other tag."""
    _begin(upstream, place)
    git(place, "fetch", "--quiet", "--no-tags", "origin", f"+refs/tags/{tag}:refs/tags/{tag}")
    git(place, "checkout", "--quiet", "--detach", f"{tag}^{{commit}}")
    return place
