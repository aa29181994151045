"""`gto/handshake`: who the client is, what it needs, and in which environment it lives."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon import __version__
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.handlers import SessionQuery
from gto_daemon.rpc.methods import ROUTES
from gto_daemon.rpc.schema.params import Environment, Params

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import HandshakeResult
    from gto_daemon.rpc.context import Context

#: What may be asked for in `require`: every method by its name, and these.
FEATURES = ("as_of", "batch", "cancel", "didChange", "didRetire", "lsp", "paging")


class HandshakeParams(Params):
    """Optional on a unix socket; the first message on TCP. Where it is refused, so is all that follows."""

    client: str = Field(description="Name of the client, for the log.")
    version: str = Field(description="Version of the client, for the log.")
    protocol: int = Field(description="Version of the protocol that the client speaks.")
    require: list[str] = Field(default_factory=list, description="Capabilities without which the client cannot work.")
    optional: list[str] = Field(default_factory=list, description="Capabilities that it would make use of.")
    env: Environment | None = Field(
        None,
        description="The client's environment. Programs that are run for the client (git, its hooks, credential "
        "helpers, ssh, gpg) have all of it but what names a repository (`git rev-parse --local-env-vars`), and "
        "`GTO_*` configure GTO. Without a `PATH` it is taken for a part of one, which rests on what is basic in the "
        "daemon's own: `HOME`, `PATH`, `USER`, `LOGNAME`, `SHELL`, `LANG`, `LC_*`, `TZ`, `LD_LIBRARY_PATH`, "
        "`XDG_CONFIG_HOME`, `XDG_CACHE_HOME`, `XDG_RUNTIME_DIR`, `GTOD_RUNTIME_DIR`. So does a client that sends none. "
        "A value that is not UTF-8 is sent as U+0000 and its bytes in base64. At most 4,096 variables of 524,288 "
        "characters are taken.",
    )
    trusted: bool = Field(
        True, description="False: this session only reads, runs no program, and its `env` is dropped."
    )
    token: str | None = Field(None, description="On TCP: the token of gtod.json.")


def capabilities() -> list[str]:
    """Everything that a client may require."""
    return sorted((*ROUTES, *FEATURES))


def _answer(context: "Context", params: HandshakeParams) -> "HandshakeResult":
    try:
        able = _agreed(params)
    except RegistryError as refusal:
        context.refusal = refusal
        raise
    context.introduce(trusted=params.trusted, environment=params.env, wants_did_retire="didRetire" in params.optional)
    return {
        "server": "gtod",
        "version": __version__,
        "protocol": PROTOCOL,
        "capabilities": able,
        "pid": context.process.info.pid,
    }


def _agreed(params: HandshakeParams) -> list[str]:
    if params.protocol != PROTOCOL:
        older = "client" if params.protocol < PROTOCOL else "daemon"
        raise RegistryError(
            "ProtocolMismatch",
            f"The client {params.client} {params.version} speaks version {params.protocol} of the protocol, "
            f"the daemon gtod {__version__} speaks version {PROTOCOL}",
            hint=f"The {older} is the older one: update it"
            + (", then run: `gtod restart`" if older == "daemon" else ""),
            client=params.protocol,
            server=PROTOCOL,
        )
    able = capabilities()
    missing = sorted(set(params.require).difference(able))
    if missing:
        raise RegistryError(
            "MissingCapability",
            f"gtod {__version__} lacks what the client {params.client} requires: {', '.join(missing)}",
            hint="Update gtod, then run: `gtod restart`",
            missing=missing,
        )
    return able


METHOD = SessionQuery(
    name="gto/handshake",
    summary="Introduce the client: what it requires, and the environment that its requests are answered in.",
    params=HandshakeParams,
    errors=("ProtocolMismatch", "MissingCapability", "Unauthorized"),
    answer=_answer,
)
