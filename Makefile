# The commands of a newcomer. Each does all of its own set-up in .venv and .oracles; nothing else is touched.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test editors lint format bench docs clean

help:  ## what there is
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gtod needs Python 3.11 or newer; say which: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(STAMP)  ## a registry in a temporary directory, live before your eyes
	@$(BIN)/python demo/demo.py

test: $(STAMP)  ## all tests that need no system packages
	@$(BIN)/python tests/oracle/install.py
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

editors: $(STAMP)  ## Neovim and Emacs against the language server; installs their Debian packages where they are missing
	@dpkg -s neovim emacs-nox elpa-eglot >/dev/null 2>&1 || \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends neovim emacs-nox elpa-eglot >/dev/null; }
	EDITORS=1 $(BIN)/python -m pytest tests/editors $(PYTEST_ARGS)

lint: $(STAMP)  ## ruff, mypy, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)  ## make the linter happy where it can be by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)  ## speed, as ratios to a peer; writes docs/performance.md
	@$(BIN)/python tests/oracle/install.py
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

docs: $(STAMP)  ## make anew what is generated: protocol.md, openrpc.json, client/types.py, command-line.md, tour.svg
	$(BIN)/python -m gto_daemon.rpc.documents
	$(BIN)/python docs/command_line.py
	$(BIN)/python docs/pictures/make.py

clean:  ## everything that was installed or made here
	rm -rf $(VENV) .oracles .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist build
