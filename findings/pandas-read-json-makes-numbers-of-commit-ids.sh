#!/usr/bin/env bash
# Guess: JSON says what is text, so pandas.read_json leaves the strings of a table as they are: versions and abbreviated
#        commit ids come back as they went in.
# Truth: a column in which every string can be read as a number becomes one of numbers, and the keys of rows do, too. The
#        version "1.10" is 1.1 then, and shares its label with "1.1"; the commit 0012345 loses its zeros, and 12e4567 is
#        infinity. It depends on the other rows, so a table of one or two commits shows it, and a longer one does not.
#        DataFrame.to_json's own output does not survive the way back. `dtype=False, convert_axes=False` ends it.
# Seen with pandas 3.1.1 on 2026-11-30.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pandas==3.1.1
cat > read.py <<'PYTHON'
import io
import json
import math

import pandas

print("pandas", pandas.__version__)
rows = {"1.1": {"commit": "0012345"}, "1.10": {"commit": "12e4567"}}


def read(value, **options):
    return pandas.read_json(io.StringIO(json.dumps(value)), orient="index", **options)


table = read(rows)
print("written:", rows)
print("read:   ", list(table.index), list(table["commit"]))
longer = read({**rows, "1.2-rc.1": {"commit": "abcdef0"}})
print("with a third row:", list(longer.index), list(longer["commit"]))
exact = read(rows, dtype=False, convert_axes=False)
back = pandas.read_json(io.StringIO(pandas.DataFrame({"commit": ["0012345"]}).to_json()))
print("to_json and back:", list(back["commit"]))

assert list(table.index) == [1.1, 1.1] and list(table["commit"]) == [12345.0, math.inf], "CHANGED"
assert list(longer.index) == ["1.1", "1.10", "1.2-rc.1"], "CHANGED"
assert list(longer["commit"]) == ["0012345", "12e4567", "abcdef0"], "CHANGED"
assert exact.to_dict("index") == rows, "CHANGED"
assert list(back["commit"]) == [12345], "CHANGED"
PYTHON
venv/bin/python read.py
