"""`gto/handshake`: the client, its requirements and its environment."""

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

#: The values that `require` may contain, besides the names of all methods.
FEATURES = ("as_of", "batch", "cancel", "didChange", "didRetire", "lsp", "paging")


class HandshakeParams(Params):
    """Optional on a unix socket; the first message on TCP. If it is refused, so are all later requests."""

    client: str = Field(description="The name of the client, for the log.")
    version: str = Field(description="The version of the client, for the log.")
    protocol: int = Field(description="The version of the protocol that the client speaks.")
    require: list[str] = Field(default_factory=list, description="Capabilities that the client cannot work without.")
    optional: list[str] = Field(
        default_factory=list, description="Capabilities that the client uses if they are available."
    )
    env: Environment | None = Field(
        None,
        description="The environment of the client. Programs that gtod runs for the client (git, its hooks, credential "
        "helpers, ssh, gpg) get all of it except the variables that name a repository (`git rev-parse "
        "--local-env-vars`), and `GTO_*` configure GTO. If it has no `PATH`, or if the client sends no environment, "
        "gtod adds the basic variables of its own: `HOME`, `PATH`, `USER`, `LOGNAME`, `SHELL`, `LANG`, `LC_*`, `TZ`, "
        "`LD_LIBRARY_PATH`, `XDG_CONFIG_HOME`, `XDG_CACHE_HOME`, `XDG_STATE_HOME`, `XDG_RUNTIME_DIR`, "
        "`GTOD_RUNTIME_DIR`. Send a value that is not UTF-8 as U+0000 and its bytes in base64. The limits are 4,096 "
        "variables and 524,288 characters.",
    )
    trusted: bool = Field(
        True, description="If false, this session may only read, runs no program, and its `env` is ignored."
    )
    token: str | None = Field(None, description="On TCP: the token in gtod.json.")


def capabilities() -> list[str]:
    """Return everything that a client may require."""
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
    summary="Introduce the client, its requirements and its environment.",
    params=HandshakeParams,
    errors=("ProtocolMismatch", "MissingCapability", "Unauthorized"),
    answer=_answer,
)
