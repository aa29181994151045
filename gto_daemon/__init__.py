"""gtod: a live artifact and model registry over the Git tags of GTO.

The package is layered (docs/architecture.md): a pure `registry`, `git` as the only reader of repositories, `daemon`
as the living state, `rpc` as its protocol, and `client`, `cli` and `app` around them. This module stays empty of
imports, because every start of the command line passes through it.
"""

__version__ = "0.1.0"
