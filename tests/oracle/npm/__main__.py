"""Install what tests take from npm: `python -m tests.oracle.npm`."""

from tests.oracle.npm import install

install()
