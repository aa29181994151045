"""`workspace/executeCommand`: every method as `gto.…`, and the acts that ask their questions in the editor itself.

So an editor without our extension can do everything. A client with its own wizards lists them in `clientCommands`, and
uses those.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from copy import copy
from typing import TYPE_CHECKING, Any, Final, cast

from gto_daemon.editor.states import offered_stages, state_of
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.handlers import Act, Method, dispatch
from gto_daemon.rpc.jsonrpc.errors import INVALID_PARAMS, RpcError
from gto_daemon.rpc.lsp.server.client_capabilities import EditorCapabilities
from gto_daemon.rpc.methods import ROUTES, find
from gto_daemon.rpc.schema.act_params import HowParams

if TYPE_CHECKING:
    from gto_daemon.protocol.acts import ActResult, AnnotationActResult, Plan
    from gto_daemon.rpc.context import Context, Outcome, Result

#: Methods that concern a connection or the process, not a registry.
_OWN: Final = frozenset({"gto/handshake", "gto/retire", "gto/shutdown", "gto/subscribe", "gto/unsubscribe"})
_INFO, _WARNING = 3, 2

Ask = Callable[[int, str, list[str]], Awaitable[str | None]]
Say = Callable[[int, str], None]


def mirrored() -> list[str]:
    """Return the commands that are methods: `gto.assign` for `gto/assign`."""
    return [name.replace("/", ".") for name in ROUTES if name.startswith("gto/") and name not in _OWN]


class Commands:
    """The commands of one session.

    Args:
        context: for which methods are performed.
        ask: shows a message of a type with buttons, and answers which was chosen.
        say: shows a message.
        apply: has the client apply a `WorkspaceEdit`; answers why it did not, None if it did.
        client: what the client can.

    """

    def __init__(
        self,
        context: "Context",
        *,
        ask: Ask,
        say: Say,
        apply: Callable[[str, JsonObject], Awaitable[str | None]],
        client: Callable[[], EditorCapabilities],
    ) -> None:
        self._context = context
        self._ask = ask
        self._say = say
        self._apply = apply
        self._client = client
        self._asking = {
            "gto.revealArtifact": self._reveal,
            "gto.registerVersion": self._register,
            "gto.assignStage": self._assign,
        }

    async def execute(self, name: str, arguments: list[Any] | None, token: int | str | None) -> Any:
        """Perform a command and return its result; the result of a read-only method is already encoded (`bytes`).

        The result is None if the user was asked and declined.

        Args:
            name: the name of the command.
            arguments: none, or one: the params of the method.
            token: for `$/progress`.

        Raises:
            RpcError: there is no such command, or its argument is invalid.
            RegistryError: what the method refuses.

        """
        params = dict(_argument(name, arguments))
        asking = self._asking.get(name)
        if asking is not None:
            return await asking(params)
        method = find(name.replace(".", "/", 1))
        if method is None or name not in mirrored():
            raise RpcError(INVALID_PARAMS, f"Invalid params: command: there is no command '{name}'")
        if not isinstance(method, Act):
            outcome = self._dispatch(self._context, method, params)
            return await outcome if isinstance(outcome, Coroutine) else outcome
        if token is not None:
            params["workDoneToken"] = token
        client = self._client()
        # An edit that cannot name the version that it is for is not sent, and what is not saved cannot be committed:
        # the file on disk is written then.
        edits = client.applies and client.document_changes and not any(map(params.get, ("commit", "push", "dry_run")))
        if name in ("gto.annotate", "gto.removeAnnotation") and edits:
            params.setdefault("apply", "edit")
        if issubclass(method.params, HowParams) and not params.get("dry_run"):
            return await self._do(method.name, params)
        result = await self._result(method, params)
        if params.get("dry_run"):
            return result
        edited = cast("AnnotationActResult", result)
        if "edit" not in edited:
            self._tell(cast("ActResult", result))
            return result
        refusal = await self._apply(f"gto: {params.get('name')}", edited["edit"])
        if refusal is not None:
            self._say(_WARNING, f"{edited['path']} was not changed: {refusal}")
        self._tell(edited)
        return {**edited, "applied": refusal is None}

    async def _perform(self, name: str, params: JsonObject) -> "ActResult":
        method = find(name)
        if method is None:
            raise ValueError(f"{name} is no method")
        result = cast("ActResult", await self._result(method, params))
        task = asyncio.current_task()
        if params.get("dry_run") and task is not None and task.cancelling():
            # An act that is cancelled comes to its end, a plan as well; nothing may follow from it.
            raise asyncio.CancelledError
        return result

    async def _result(self, method: Method, params: JsonObject) -> "Result":
        """Return the result of an act unchanged."""
        context = copy(self._context)
        context.runner = context.process.value_runner
        outcome = self._dispatch(context, method, params)
        return cast("Result", await outcome if isinstance(outcome, Coroutine) else outcome)

    def _dispatch(self, context: "Context", method: Method, params: JsonObject) -> "Outcome":
        context.start_read(context.process.next_read_generation())
        return dispatch(context, method, params)

    def _tell(self, result: "ActResult | AnnotationActResult") -> None:
        said = _said(cast("ActResult", result))
        push, warnings = result.get("push"), result.get("warnings", [])
        if push is not None:
            said.append("Pushed." if push["ok"] else f"Not pushed: {push.get('message')}")
            if push["ok"] and "remote_messages" in push:
                said.append(f"The remote says: {' '.join(push['remote_messages'])}")
        said += [warning["message"] for warning in warnings]
        if said:
            failed = push is not None and not push["ok"]
            self._say(_WARNING if failed or warnings else _INFO, " ".join(said))

    # --- those that ask --------------------------------------------------------------------------------------

    async def _reveal(self, params: JsonObject) -> None:
        name = _name(params)
        snapshot = await (await self._context.worktree_at(str(params.get("repo", "")))).fresh()
        artifact = snapshot.index.artifacts.get(name)
        versions = artifact.get_versions() if artifact is not None else []
        listed = ", ".join(version.name for version in versions[:10])
        more = f" and {len(versions) - 10} more" if len(versions) > 10 else ""
        said = f"{name}: {state_of(snapshot, name).sentence}"
        self._say(_INFO, f"{said}. Versions: {listed}{more}." if versions else f"{said}.")

    async def _register(self, params: JsonObject) -> Any:
        name = _name(params)
        plans: dict[str, JsonObject] = {}
        refusal: RegistryError | None = None
        for bump in ("patch", "minor", "major"):
            wanted = {"repo": params.get("repo"), "name": name, "bump": bump}
            try:
                planned = await self._perform("gto/register", {**wanted, "dry_run": True})
            except RegistryError as error:
                refusal = error
                continue
            tag = planned["plan"]["create"][0]["tag"]
            plans.setdefault(tag, {**wanted, "expect_clock": planned["clock"]})
        if not plans and refusal is not None:
            raise refusal
        chosen = await self._ask(_INFO, f"Register a version of {name} at HEAD. Create which tag?", list(plans))
        return await self._do("gto/register", plans.get(chosen or ""))

    async def _assign(self, params: JsonObject) -> Any:
        name = _name(params)
        snapshot = await (await self._context.worktree_at(str(params.get("repo", "")))).fresh()
        state = state_of(snapshot, name)
        version = params.get("version") or state.latest
        if version is None:
            raise RegistryError(
                "VersionRequired",
                f"'{name}' has no version that could be assigned",
                hint="Register a version first.",
                artifact=name,
            )
        held = {stage: ", ".join(each.version.name for each in versions) for stage, versions in state.held}
        offered: dict[str, str] = {}
        for stage in offered_stages(snapshot):
            if held.get(stage) != version:
                offered[f"{stage}, replacing {held[stage]}" if stage in held else stage] = stage
        if not offered:
            self._say(_INFO, f"{name} {version} is in every stage that is allowed already.")
            return None
        chosen = await self._ask(_INFO, f"Assign {name} {version} to which stage?", list(offered))
        if chosen not in offered:
            return None
        wanted = {"repo": params.get("repo"), "name": name, "version": version, "stage": offered[chosen]}
        return await self._do("gto/assign", {**wanted, "expect_clock": snapshot.clock})

    async def _do(self, method: str, params: JsonObject | None) -> Any:
        if params is None:
            return None
        planned = await self._perform(method, {**params, "dry_run": True})
        plan = planned["plan"]
        if plan["warnings"]:
            go_on = _deed(plan)
            said = " ".join(warning["message"] for warning in plan["warnings"])
            if await self._ask(_WARNING, f"{said} {go_on}?", [go_on, "Cancel"]) != go_on:
                return None
            # What was agreed to is done, or nothing.
            params = {**params, "expect_clock": planned["clock"]}
        result = await self._perform(method, params)
        self._tell(result)
        return result


def _said(result: "ActResult") -> list[str]:
    made = [tag["tag"] for tag in result.get("created", [])]
    gone = [tag["tag"] for tag in result.get("deleted", [])]
    said = [f"Created {_tags(made)}."] if made else []
    said += [f"Deleted {_tags(gone)}."] if gone else []
    replaces = result.get("replaces", [])
    return said + [
        f"{each['artifact']}#{each['stage']}: {each['from'] or '-'} → {each['to'] or '-'}." for each in replaces
    ]


def _deed(plan: "Plan") -> str:
    made, gone = [tag["tag"] for tag in plan["create"]], [tag["tag"] for tag in plan["delete"]]
    deeds = [f"{verb} {_tags(tags)}" for verb, tags in (("Create", made), ("Delete", gone)) if tags]
    return " and ".join(deeds) or "Go on"


def _argument(name: str, arguments: list[Any] | None) -> JsonObject:
    if not arguments:
        return {}
    if len(arguments) > 1 or not isinstance(arguments[0], dict):
        raise RpcError(INVALID_PARAMS, f"Invalid params: arguments: {name} takes one object, the params of its method")
    return arguments[0]


def _name(params: JsonObject) -> str:
    name = params.get("name")
    if not isinstance(name, str):
        raise RpcError(INVALID_PARAMS, "Invalid params: arguments: `name` has to be the name of an artifact")
    return name


def _tags(names: list[str]) -> str:
    return f"tag {names[0]}" if len(names) == 1 else f"tags {', '.join(names)}"
