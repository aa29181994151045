"""The options of a client: its `initializationOptions`, and the settings that it sends later."""

import logging
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from gto_daemon.editor.values import FeatureSettings

logger = logging.getLogger(__name__)


class _Lenient(BaseModel):
    """Ignores unknown members, because clients send all their settings."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, populate_by_name=True)


class _Switch(_Lenient):
    enabled: bool | None = None


class _Diagnostics(_Switch):
    severity: dict[str, Literal["error", "warning", "info", "hint", "off"]] = Field(default_factory=dict)


class EditorSettings(_Lenient):
    """The section `gto` of a client's settings."""

    code_lens: _Switch = _Switch()
    inlay_hints: _Switch = _Switch()
    refs: _Switch = _Switch()
    diagnostics: _Diagnostics = _Diagnostics()


class Options(_Lenient):
    """`initializationOptions`, without `trusted`, which counts before anything is read.

    Attributes:
        client_commands: commands that the client has itself, with wizards of its own: the server leaves them to it, and
            code actions open the wizards.
        feedback: whether the server shows what an act did; False where the client does.
        settings: the first settings.

    """

    client_commands: frozenset[str] = frozenset()
    feedback: bool = True
    settings: EditorSettings = EditorSettings()


def read_options(value: Any) -> Options:
    """Read `initializationOptions`; errors in them are logged, and the defaults apply."""
    try:
        return Options.model_validate(value if isinstance(value, dict) else {})
    except ValidationError as error:
        logger.warning("initializationOptions are ignored: %s", error)
        return Options()


def read_settings(value: Any, before: EditorSettings) -> EditorSettings:
    """Read `workspace/didChangeConfiguration`, with or without the section's name around it."""
    section = value.get("gto", value) if isinstance(value, dict) else None
    if not isinstance(section, dict):
        return before
    try:
        return EditorSettings.model_validate(section)
    except ValidationError as error:
        logger.warning("settings are ignored: %s", error)
        return before


def as_settings(settings: EditorSettings) -> FeatureSettings:
    """Return them as the features need them."""
    return FeatureSettings(
        lenses=settings.code_lens.enabled is not False,
        hints=settings.inlay_hints.enabled is True,
        everywhere=settings.refs.enabled is True,
        diagnostics=settings.diagnostics.enabled is not False,
        severities=settings.diagnostics.severity,
    )
