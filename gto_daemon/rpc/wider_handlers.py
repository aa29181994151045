"""The kinds of methods about more than one repository: those of a fleet, and of what the daemon does besides answering.

`gto_daemon/rpc/handlers.py` says of all kinds on which thread they run.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.handlers import Act, MethodKind
from gto_daemon.rpc.schema.params import FleetParams, Params

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.state import FleetState, RepositoryRows
    from gto_daemon.protocol.fleet import FleetShowResult
    from gto_daemon.rpc.context import Answer, Context, Outcome, Result

P = TypeVar("P", bound=Params)
F = TypeVar("F", bound=FleetParams)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _FleetMethod(MethodKind[F]):
    """A method about all repositories of a fleet. In an untrusted session of the user's own fleet only."""

    raised: ClassVar[tuple[str, ...]] = ("FleetUnreadable", "RelativePath", "Untrusted")

    def run(self, context: "Context", params: F) -> "Outcome":
        """See `MethodKind.run`."""
        if not context.trusted and params.fleet is not None:
            raise RegistryError(
                "Untrusted",
                f"'{params.fleet}' may name repositories for which programs are run, and this session is not trusted",
                hint="Trust the workspace in the editor, or connect without trusted: false.",
            )
        return self._run(context, params)

    async def _run(self, context: "Context", params: F) -> "Answer":
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FleetSnapshotQuery(_FleetMethod[F]):
    """A pure query of a fleet whose answer is mostly what its repositories have, each for itself.

    Attributes:
        answer: the result.
        rows: what is asked for of one repository, by its keys in `artifacts`; it is kept for as long as that is.

    """

    answer: "Callable[[FleetState, F], FleetShowResult]"
    rows: "Callable[[RepositoryRows, F], Result]"

    async def _run(self, context: "Context", params: F) -> "Answer":
        state = await context.runner.fleet(context, params)
        return await context.runner.joined(state, params, self.rows, self.answer)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FleetQuery(_FleetMethod[F]):
    """A query of a fleet."""

    answer: "Callable[[Context, FleetState, F], Awaitable[Result]]"

    async def _run(self, context: "Context", params: F) -> "Answer":
        result = await self.answer(context, await context.runner.fleet(context, params), params)
        return await context.runner.beside(lambda: context.runner.encode(result))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LiveFleetQuery(FleetQuery[F]):
    """A query of a fleet that is followed."""

    needs_session: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FleetAct(FleetQuery[F]):
    """A query of a fleet that runs programs for the client."""

    raised: ClassVar[tuple[str, ...]] = ("FleetUnreadable", "RelativePath", *Act.raised)
    is_act: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DaemonQuery(MethodKind[P]):
    """A query of what the daemon does besides answering."""

    answer: "Callable[[Context, P], Awaitable[Result]]"

    needs_session: ClassVar[bool] = True

    def run(self, context: "Context", params: P) -> "Outcome":
        """See `MethodKind.run`."""
        return self._run(context, params)

    async def _run(self, context: "Context", params: P) -> "Answer":
        return context.runner.encode(await self.answer(context, params))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DaemonAct(DaemonQuery[P]):
    """An act of the daemon, which makes the machine call out."""

    raised: ClassVar[tuple[str, ...]] = ("Untrusted",)
    is_act: ClassVar[bool] = True
