"""GTO's configuration: what the file `.gto` and the `GTO_*` variables say. `config_reading` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gto_daemon.registry.problems import Problem

#: Its name, at the root of a worktree.
CONFIG_FILE = ".gto"
#: The code of a problem for which the file, or a variable, does not count.
WRONG_CONFIG = "wrong-config"


@dataclass(frozen=True, slots=True)
class Config:
    """What `.gto` and the environment say.

    Attributes:
        stages: the stages that may be assigned, in the order of columns; None for any.
        types: the types that may be annotated; None for any.
        index: path of the annotation file, relative to the repository's root.
        emojis: whether text for people has emojis.
        log_level: GTO's, unused here.
        debug: GTO's, unused here.
        enrichments: third-party readers, as `{type, config}`; they are not supported.
        autoload_enrichments: as it was set; false is ignored.
        problems: what was wrong with the file or the variables.

    """

    stages: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    index: str = "artifacts.yaml"
    emojis: bool = True
    log_level: str = "INFO"
    debug: bool = False
    enrichments: tuple[Mapping[str, Any], ...] = ()
    autoload_enrichments: bool = True
    problems: tuple[Problem, ...] = ()

    @property
    def unreadable(self) -> Problem | None:
        """The first reason why the file or a variable does not count; None if all count."""
        return next((each for each in self.problems if each.code == WRONG_CONFIG), None)
