"""Encoded answers about a fleet: a piece for each repository, made when that one changes, and joined."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakKeyDictionary

from gto_daemon.rpc.jsonrpc.messages import encode

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.state import FleetState, RepositoryRows
    from gto_daemon.rpc.schema.params import FleetParams

F = TypeVar("F", bound="FleetParams")

#: Rows of repositories that are encoded, or artifacts that are looked through, on the event loop.
_MAX_AT_ONCE: Final = 500
#: Questions of which the pieces of a repository are kept.
_MAX_QUESTIONS: Final = 8
_Pieces = dict[tuple[object, ...], bytes]


class FleetAnswers:
    """The answers to `gto/fleet/show` of a process.

    Args:
        threads: where large ones are made.

    """

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._pieces: WeakKeyDictionary[RepositoryRows, _Pieces] = WeakKeyDictionary()
        self._whole: WeakKeyDictionary[FleetState, _Pieces] = WeakKeyDictionary()

    async def joined(
        self, state: "FleetState", params: F, rows: "Callable[[RepositoryRows, F], Mapping[str, object]]"
    ) -> bytes:
        """Return the answer, of which `rows` returns what one repository has."""
        key = params.question
        whole = self._whole.setdefault(state, {})
        answer = whole.get(key)
        if answer is None:
            readable = state.readable
            new = [each for each in readable if key not in self._pieces.get(each, ())]

            def encoded() -> "list[tuple[RepositoryRows, bytes]]":
                return [(each, encode(rows(each, params))[1:-1]) for each in new]

            if sum(len(each.rows) for each in new) > _MAX_AT_ONCE:
                made = await asyncio.get_running_loop().run_in_executor(self._threads, encoded)
            else:
                made = encoded()
            for each, piece in made:
                _keep(self._pieces.setdefault(each, {}), key, piece)
            artifacts = b",".join(filter(None, (self._pieces[each][key] for each in readable)))
            rest = {
                "repositories": [each.as_json() for each in state.repositories],
                "clock": state.clock,
                "problems": [each.as_json() for each in state.problems],
            }
            answer = b'{"artifacts":{%b},%b' % (artifacts, encode(rest)[1:])
            if all(each.is_ageless for each in state.repositories):
                _keep(whole, key, answer)
        return answer


def _keep(pieces: _Pieces, key: tuple[object, ...], piece: bytes) -> None:
    if len(pieces) >= _MAX_QUESTIONS:
        pieces.clear()
    pieces[key] = piece
