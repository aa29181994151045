#!/usr/bin/env bash
# Guess: the methods that attrs generates for a class refer to the globals of the module that the class is in.
# Truth: each class has a dictionary of globals of its own, with all names that its module had by then: in a module of
#        500 classes that is 13,056 bytes for the last of them, of which `__init__` uses two or three names. lsprotocol's
#        types, 554 classes, hold 5 MB this way for as long as they are loaded.
# Seen with attrs 26.1.0 and lsprotocol 2025.0.0 under Python 3.11.7 on 2026-11-30 (attr/_make.py,
# _make_init_script: so that typing.get_type_hints resolves the names in the annotations of `__init__`).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check attrs==26.1.0 lsprotocol==2025.0.0
venv/bin/python - > seen << 'PYTHON'
import sys

import attrs
from lsprotocol import types

kinds = [kind for kind in vars(types).values() if isinstance(kind, type) and attrs.has(kind)]
held = {id(kind.__init__.__globals__): kind.__init__.__globals__ for kind in kinds if kind.__init__ is not object.__init__}
own = [names for names in held.values() if names is not vars(types)]
print(len(kinds), len(own), sum(map(len, own)) // len(own), sum(map(sys.getsizeof, own)))
PYTHON
read -r classes dictionaries names bytes < seen
echo "$classes classes, $dictionaries dictionaries of globals, $names names in each, $bytes bytes in all"

[ "$dictionaries" -gt 500 ] && [ "$names" -gt 100 ] && [ "$bytes" -gt 4000000 ] || { echo "this has changed" >&2; exit 1; }
