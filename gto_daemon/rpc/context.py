"""The context of a handler: the process and its repositories, the client with trust, variables and workspace."""

import os
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from gto_daemon.daemon.live.editor_file import EditorFile, unopened
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.jsonrpc.errors import INVALID_PARAMS, RpcError
from gto_daemon.rpc.jsonrpc.limits import ClientLimits
from gto_daemon.rpc.jsonrpc.messages import RequestReader, encode, notification
from gto_daemon.rpc.schema.client_environment import allowed, configuring

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.fleet import Fleet
    from gto_daemon.daemon.fleet.fleets import Fleets
    from gto_daemon.daemon.fleet.mirrors import Look
    from gto_daemon.daemon.fleet.remote_source import RemoteSource
    from gto_daemon.daemon.fleet.state import FleetState, RepositoryRows
    from gto_daemon.daemon.hub import Hub
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.daemon.sinks.sinks import Sinks
    from gto_daemon.daemon.task_context import ActContext, TaskContext
    from gto_daemon.protocol.fleet import FleetShowResult
    from gto_daemon.protocol.sessions import StatusResult
    from gto_daemon.registry.snapshot import Snapshot
    from gto_daemon.rpc.schema.params import ClientParams, ErrandParams, FleetParams, Params, RepositoryParams
    from gto_daemon.rpc.subscriptions import Subscriptions

T = TypeVar("T")
F = TypeVar("F", bound="FleetParams")

#: A TypedDict of `gto_daemon/protocol/`.
Result = Mapping[str, object]
#: A result as the caller takes it: as JSON, or as it is.
Answer = bytes | Result
#: What a method answers, at once or awaited.
Outcome = Answer | Coroutine[Any, Any, Answer]
#: The path of a repository, and the variables that configure it.
Target = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessInfo:
    """The facts about the process in `gto/status`.

    Attributes:
        socket: path of the unix socket, or `127.0.0.1:PORT`; None for a server on stdio.
        log: path of the log.
        runtime: directory of this user's gtod, with the locks of acts; None if there are no acts.
        pid: the id of this process.
        started: when it started, `time.monotonic()`.

    """

    socket: str | None = None
    log: str | None = None
    runtime: Path | None = None
    pid: int = field(default_factory=os.getpid)
    started: float = field(default_factory=time.monotonic)


class Runner(Protocol):
    """Runs methods and handles their results. The coroutines of a runner without an event loop never suspend."""

    def encode(self, result: Result, snapshot: "Snapshot | None" = None) -> Answer:
        """Return a result as the caller takes it, with the state of the snapshot that it is about. From any thread."""

    async def open(self, hub: "Hub", repo: str, environment: dict[str, str]) -> "Worktree":
        """Return the worktree that a path is in, opened if need be.

        Raises:
            RegistryError: a refusal to open it.

        """

    async def snapshot(self, worktree: "Worktree", read_generation: int | None, *, on_disk: bool = False) -> "Snapshot":
        """Return the present state.

        Args:
            worktree: the worktree to read.
            read_generation: the generation of the read that brought the request; None if the known state is outdated.
            on_disk: whether the query is about the files on disk.

        """

    async def in_git_thread(self, worktree: "Worktree", job: Callable[[], T]) -> T:
        """Return what `job` returns in the thread of the repository."""

    def answer(
        self, snapshot: "Snapshot", method: str, params: "RepositoryParams", size: int, compute: Callable[[], Result]
    ) -> Outcome:
        """Return the result of `compute`, or the earlier result of the same request.

        Args:
            snapshot: the snapshot to ask.
            method: the name of the method.
            params: of the request.
            size: roughly how many tags the answer is computed from.
            compute: returns the answer but for what `encode` adds.

        """

    def notifier(self, context: "Context", method: str) -> "Callable[[Result], None] | None":
        """Return what sends a notification to the client from any thread; None if nothing is sent to it."""

    async def act(
        self, context: "Context", params: "RepositoryParams", perform: "Callable[[ActContext], Result]"
    ) -> Answer:
        """Return the answer of an act on a repository, which `perform` carries out."""

    async def detached_act(
        self, context: "Context", params: "ErrandParams", perform: "Callable[[TaskContext], Result]"
    ) -> Answer:
        """Return the answer of an act on no repository here."""

    async def fleet(self, context: "Context", params: "FleetParams") -> "FleetState":
        """Return the present state of the fleet that a request is about.

        Raises:
            RegistryError: `FleetUnreadable`, `RelativePath`.

        """

    async def look_at(self, remotes: "Sequence[RemoteSource]") -> "list[Look]":
        """Return what looks at these remotes come to, which begin after this call; why one failed is kept by it."""

    async def joined(
        self,
        state: "FleetState",
        params: "F",
        rows: "Callable[[RepositoryRows, F], Result]",
        answer: "Callable[[FleetState, F], FleetShowResult]",
    ) -> Answer:
        """Return the result of `answer`, or what `rows` returns of each repository, now or earlier, joined."""

    async def beside(self, job: Callable[[], T]) -> T:
        """Return what `job`, which may take long, returns."""


class Process(Protocol):
    """The process that serves the client, as far as handlers know it."""

    @property
    def hub(self) -> "Hub":
        """The repositories."""

    @property
    def fleets(self) -> "Fleets":
        """The fleets."""

    @property
    def sinks(self) -> "Sinks | None":
        """Where events are sent; None in a process that sends none."""

    @property
    def runner(self) -> Runner:
        """The runner for requests, whose results become JSON."""

    @property
    def request_reader(self) -> "RequestReader[Params]":
        """The reader of requests to whose methods there were some before."""

    @property
    def value_runner(self) -> Runner:
        """The runner for parts of the process itself, which take results as they are."""

    @property
    def info(self) -> ProcessInfo:
        """The facts about the process."""

    @property
    def is_retired(self) -> bool:
        """Whether another gtod has taken the place of this one."""

    @property
    def retired_for(self) -> str | None:
        """The version of that gtod."""

    def next_read_generation(self) -> int:
        """Return a number for one read of a socket, greater than all before."""

    def status(self) -> "StatusResult":
        """Return the state of the process, as in `gto/status`."""

    def request_shutdown(self, reason: str) -> None:
        """Start to stop, once the present request is answered."""

    def retire(self, reason: str, *, version: str | None = None) -> None:
        """Let another gtod take over at once."""


class Workspace(Protocol):
    """The documents that the client's editor has open."""

    def folders(self) -> list[str]:
        """Return the absolute paths of the workspace folders."""

    def editor_file(self, path: str) -> EditorFile:
        """Return a file as the editor knows it, by its absolute path. From any thread."""


class NoWorkspace:
    """The workspace of a client that is no editor."""

    def folders(self) -> list[str]:
        """Return none."""
        return []

    def editor_file(self, path: str) -> EditorFile:
        """Return the file as one that no editor has open."""
        return unopened(path)


class Context:
    """The context that all requests of one client share.

    Args:
        process: the process that serves the client.
        runner: runs its requests.
        send: sends a message to the client.

    Attributes:
        process, runner, send: as above.
        limits: the limits of the client.
        subscriptions: the client's subscriptions; only in a session's context.
        workspace: the documents that its editor has open.
        trusted: whether programs may be run and tags created for it. Trust once lost does not come back.
        environment: the client's variables.
        refusal: why client and server are incompatible, if they are.
        wants_did_retire: whether the client wants to know when another daemon takes over.
        read_generation: the generation of the socket read that brought the request.
        ended: why the server stopped reading from the client; None while it reads.

    """

    subscriptions: "Subscriptions"

    def __init__(
        self,
        process: Process,
        runner: Runner,
        send: Callable[[bytes], None],
        limits: ClientLimits = ClientLimits(),
    ) -> None:
        self.process = process
        self.runner = runner
        self.send = send
        self.limits = limits
        self.workspace: Workspace = NoWorkspace()
        self.trusted = True
        self.environment: dict[str, str] = {}
        self.refusal: RegistryError | None = None
        self.wants_did_retire = False
        self.ended: str | None = None
        self._configuring: dict[str, str] = {}
        self._resolved: dict[str, Worktree] = {}
        self.read_generation = -1

    def introduce(self, *, trusted: bool, environment: dict[str, str] | None, wants_did_retire: bool = False) -> None:
        """Record what the client says about itself."""
        self.wants_did_retire = wants_did_retire
        self.refusal = None
        self.trusted = self.trusted and trusted
        if not self.trusted:
            self.environment = {}
        elif environment is not None:
            self.environment = allowed(environment)
        self._configuring = configuring(self.environment)
        self._resolved.clear()
        self.notify_did_retire()

    def notify_did_retire(self) -> None:
        """Notify the client that the daemon has retired, if it has and the client wants to know."""
        if self.wants_did_retire and self.process.is_retired:
            self.send(notification("gto/didRetire", encode({"version": self.process.retired_for})))

    @property
    def runtime(self) -> Path:
        """The directory of this user's gtod, for acts.

        Raises:
            RuntimeError: the process was started without one, so it cannot act.

        """
        if self.process.info.runtime is None:
            raise RuntimeError("this process has no runtime directory")
        return self.process.info.runtime

    # --- the repository --------------------------------------------------------------------------------------

    def start_read(self, read_generation: int) -> None:
        """Resolve paths again, once for all requests that came with one read of the socket."""
        if read_generation != self.read_generation:
            self.read_generation = read_generation
            self._resolved.clear()

    def target(self, params: "RepositoryParams") -> Target:
        """Return the path that a request is about, and the variables that count.

        Raises:
            RegistryError: `RepositoryRequired`.
            RpcError: -32602 when the session has several workspace folders.

        """
        repo = self._default_repo() if params.repo is None else params.repo
        own = params.env is None or not self.trusted
        return repo, self._configuring if own else configuring(allowed(params.env or {}))

    def known_worktree(self, target: Target) -> "Worktree | None":
        """Return the worktree that contains a path, if it is open.

        Raises:
            RegistryError: `Untrusted`.

        """
        repo, environment = target
        own = environment is self._configuring
        # The hub looks whether the path still leads to the same repository; once for one read of the socket will do.
        worktree = self._resolved.get(repo) if own else None
        if worktree is None:
            worktree = self.process.hub.known(repo, environment=environment, read_generation=self.read_generation)
            if worktree is not None:
                self._check_trusted(worktree)
                if own:
                    self._resolved[repo] = worktree
        return worktree

    async def open_worktree(self, target: Target) -> "Worktree":
        """Return the worktree that contains a path, opening it if necessary.

        Raises:
            RegistryError: a refusal to open it.

        """
        repo, environment = target
        worktree = await self.runner.open(self.process.hub, repo, environment)
        self._check_trusted(worktree)
        return worktree

    async def worktree_at(self, path: str) -> "Worktree":
        """Return the worktree that contains an absolute path, under the client's variables.

        Raises:
            RegistryError: a refusal to open it.

        """
        return await self.open_worktree((path, self._configuring))

    async def read_ahead(self, path: str) -> None:
        """Read the registry of the repository at a path, which will be asked for.

        Raises:
            RegistryError: a refusal, which those who ask are told.

        """
        worktree = await self.worktree_at(path)
        await worktree.fresh()

    def _check_trusted(self, worktree: "Worktree") -> None:
        if not self.trusted and worktree.repository.reader.runs_git:
            raise RegistryError(
                "Untrusted",
                f"'{worktree.repo}' is in a format that only git itself reads, and no program is run for this session, "
                "which is not trusted",
                hint="Trust the workspace in the editor, or connect without trusted: false.",
            )

    def fleet(self, params: "FleetParams") -> "Fleet":
        """Return the live fleet that a request is about. On an event loop.

        Raises:
            RegistryError: `FleetUnreadable`, `RelativePath`.

        """
        from gto_daemon.daemon.fleet.fleets import fleet_file  # noqa: PLC0415  (most daemons have no fleet)

        path, own = fleet_file(params.fleet, self.environment)
        return self.process.fleets.fleet(path, own=own)

    def environment_of(self, params: "ClientParams") -> dict[str, str]:
        """Return the client's variables that count for a request."""
        return self.environment if params.env is None or not self.trusted else allowed(params.env)

    def _default_repo(self) -> str:
        folders = self.workspace.folders()
        if len(folders) == 1:
            return folders[0]
        if folders:
            raise RpcError(
                INVALID_PARAMS,
                f"Invalid params: repo: say which, the workspace has several folders: {', '.join(folders)}",
                {"errors": [{"loc": ["repo"], "msg": "Field required", "type": "missing"}], "folders": folders},
            )
        raise RegistryError(
            "RepositoryRequired",
            "The request names no repository",
            hint="Send params.repo: the absolute path of anything inside the repository.",
        )
