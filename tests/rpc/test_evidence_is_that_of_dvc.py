"""What the daemon shows of versions is what DVC shows of their tags, in random histories."""

from typing import Final

import pytest

from tests.evidence.random_histories import random_history
from tests.evidence.versions import History, assert_as_dvc, shown
from tests.rpc.peer import Peer

# DVC takes seconds for each repository, and many more on a machine with other work.
pytestmark = pytest.mark.timeout(1200)
HISTORIES: Final = 20


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> list[History]:
    root = tmp_path_factory.mktemp("histories")
    return shown({root / str(seed): random_history(root / str(seed), seed) for seed in range(HISTORIES)})


@pytest.mark.parametrize("seed", range(HISTORIES))
async def test_what_is_shown_of_versions_is_what_dvc_shows(peer: Peer, histories: list[History], seed: int) -> None:
    await assert_as_dvc(peer, histories[seed])
