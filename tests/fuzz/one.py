"""One property in the fuzzer: `python -m tests.fuzz.one NAME [options of libFuzzer] [corpus …]`."""

import sys

import atheris

with atheris.instrument_imports(include=["gto_daemon", "yaml", "tests.fuzz"]):
    from tests.fuzz.properties import PROPERTIES

atheris.Setup([sys.argv[0], *sys.argv[2:]], PROPERTIES[sys.argv[1]])
atheris.Fuzz()
