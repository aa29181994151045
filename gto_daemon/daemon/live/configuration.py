"""The configuration of a checkout: its `.gto` on disk under the `GTO_*` variables of a session."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.config import CONFIG_FILE, WRONG_CONFIG, Config
from gto_daemon.registry.problems import Problem

_MAX_LENGTH = 1 << 20


class ConfigurationFile:
    """The configuration file, parsed again only when its bytes differ, so that equal configurations are identical."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.path = root / CONFIG_FILE
        self._environment = environment
        self._text: bytes | None = None
        self._config: Config | None = None

    def read(self) -> Config:
        """Return the present configuration. If a file cannot be read, it has a problem, and the defaults apply."""
        try:
            text = read_regular_file(self.path, _MAX_LENGTH)
        except OSError as error:
            return self._unreadable(error.strerror or str(error))
        if text is None and self.path.is_symlink():
            return self._unreadable("It is a link to a file that is not there")
        if self._config is None or text != self._text:
            self._config = self._parsed(text)
            self._text = text
        return self._config

    def _unreadable(self, reason: str) -> Config:
        problem = Problem(
            code=WRONG_CONFIG,
            severity="error",
            message=f"{CONFIG_FILE} cannot be read: {reason}.",
            hint="Make it a file that you may read, or remove it.",
            path=CONFIG_FILE,
        )
        config = self._parsed(None)
        return replace(config, problems=(*config.problems, problem))

    def _parsed(self, text: bytes | None) -> Config:
        if text is None and not self._environment:
            return Config()
        # It loads what reads YAML, which a process may never need.
        from gto_daemon.registry.config_reading import read_config  # noqa: PLC0415

        return read_config(text, self._environment)
