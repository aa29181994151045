"""The oracles, started once a run. Without them the tests fail; nothing is skipped."""

from collections.abc import Iterator

import pytest

from tests.oracle.real_gto import Oracle


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """The real GTO 1.10.1, in two processes."""
    with Oracle("1.10.1", processes=2) as real:
        yield real


@pytest.fixture(scope="session")
def older_oracle() -> Iterator[Oracle]:
    """The real GTO 0.2.8, which still had annotations on its command line."""
    with Oracle("0.2.8") as real:
        yield real


@pytest.fixture(scope="session")
def acting_oracle() -> Iterator[Oracle]:
    """The real GTO 1.10.1 in one process, so that what is done one after the other is done in that order."""
    with Oracle("1.10.1") as real:
        yield real
