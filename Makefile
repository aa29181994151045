# The commands of a newcomer. Each does all of its own set-up in .venv and .oracles; nothing else is touched.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Where it is set, every process compiles all of gtod anew: 0.1 s each, and no user's does.
unexport PYTHONDONTWRITEBYTECODE

EXTENSION := clients/vscode
MODULES := $(EXTENSION)/node_modules/.package-lock.json
# npm of the node on the PATH, or of one that is installed into .node where there is none that is new enough.
NODE = PATH="$$($(EXTENSION)/scripts/node.sh .node):$$PATH"
NPM = $(NODE) npm --prefix $(EXTENSION)
# Styles and scripts of `gtod site` and its tests, formatted as the extension is; uPlot is not ours.
PRETTIER = $(NODE) $(EXTENSION)/node_modules/.bin/prettier --config $(EXTENSION)/.prettierrc
SITE := $(addprefix gto_daemon/site/assets/,site.css site.js plots.js) $(wildcard tests/site/browser/*.mjs) benchmarks/first_paint.mjs

# Debian's packages of the editors that the language server is tried in.
EDITORS := neovim emacs-nox elpa-eglot elpa-yaml-mode tmux
# Those by which tests sign tags, and push over ssh.
SIGNING := gnupg openssh-client openssh-server

.PHONY: help demo test ready reftable soak kills editors lint format bench docs e2e site paint fuzz lock dist lowest installed platforms clean

help:  ## list the targets
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(STAMP): pyproject.toml requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gtod needs Python 3.11 or newer; say which: make PYTHON=python3.12")'
	@echo 'Installing what development uses into $(VENV), once; a minute or two.'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(MODULES): $(EXTENSION)/package-lock.json
	$(NPM) ci --no-audit --no-fund --loglevel error
	@touch $@

demo: $(STAMP)  ## make a registry in a temporary directory, and show a change live
	@$(BIN)/python demo/demo.py

test: $(STAMP) $(MODULES)  ## all tests that need no system packages
	@$(BIN)/python tests/oracle/install.py
	@$(BIN)/python -m tests.oracle.npm
	@$(BIN)/python -m tests.package.installers
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)
	$(NPM) test

ready: $(STAMP) $(MODULES)  ## what signed tags, ssh, editors, reftable and e2e install first, all at once
	@dpkg -s $(EDITORS) $(SIGNING) >/dev/null 2>&1 || \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $(EDITORS) $(SIGNING) >/dev/null; }
	@$(BIN)/python tests/oracle/install.py
	@$(BIN)/python -m tests.oracle.npm
	@$(BIN)/python -m tests.package.installers
	@$(BIN)/python -m tests.editors.newer
	@$(BIN)/python -m tests.repository_formats.newer_git
	@PYTHON=$(CURDIR)/$(BIN)/python $(EXTENSION)/test/e2e/setup.sh .e2e

reftable: $(STAMP)  ## the tests of the reftable format; builds a Git that has it from Debian's source where there is none
	@$(BIN)/python -m tests.repository_formats.newer_git
	REFTABLE=1 $(BIN)/python -m pytest -n 2 --dist loadgroup tests/repository_formats $(PYTEST_ARGS)

soak: $(STAMP)  ## the faults and the audited walk for hours: 10,000 steps, 1,000,000 operations (PYTEST_ARGS, SOAK…)
	FAULTS=long SOAK=$${SOAK:-10000} SOAK_RAW=$${SOAK_RAW:-1000000} $(BIN)/python -m pytest tests/faults -s --timeout 0 $(PYTEST_ARGS)

kills: $(STAMP)  ## kill the daemon a thousand times while events are on their way (KILLS)
	KILLS=$${KILLS:-1000} $(BIN)/python -m pytest tests/sinks/test_kills.py --timeout 0 $(PYTEST_ARGS)

editors: $(STAMP)  ## Neovim, Helix and Emacs against the language server; installs them where they are missing
	@dpkg -s $(EDITORS) >/dev/null 2>&1 || \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $(EDITORS) >/dev/null; }
	@$(BIN)/python -m tests.editors.newer
	EDITORS=1 $(BIN)/python -m pytest tests/editors $(PYTEST_ARGS)

lint: $(STAMP) $(MODULES)  ## ruff, mypy, import rules; tsc, eslint, prettier
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy && $(BIN)/mypy --platform darwin && $(BIN)/mypy --platform win32 --exclude gto_daemon/platform/posix.py
	$(BIN)/lint-imports
	$(NPM) run lint
	$(PRETTIER) --check --log-level warn $(SITE)

format: $(STAMP) $(MODULES)  ## fix what ruff and prettier can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NPM) run format
	$(PRETTIER) --write --log-level warn $(SITE)

e2e: $(STAMP)  ## the extension in a real VS Code and browser; sets them up in .e2e, on a bare Debian as root
	@PYTHON=$(CURDIR)/$(BIN)/python $(EXTENSION)/test/e2e/setup.sh .e2e
	@PATH="$(CURDIR)/.e2e/node:$$PATH" node $(EXTENSION)/test/e2e/run.mjs $(E2E_ARGS)

site: $(STAMP) $(MODULES)  ## pages of gtod site in a real browser: axe, keyboard, 390 pixels, no network; wants Chromium
	@$(NODE) PYTHON=$(CURDIR)/$(BIN)/python node --test --test-reporter spec tests/site/browser/*.test.mjs

paint: $(STAMP) $(MODULES)  ## first paint of pages of gtod site, as a ratio to the same pages without styles and scripts
	@$(NODE) PYTHON=$(CURDIR)/$(BIN)/python node benchmarks/first_paint.mjs

fuzz: $(STAMP)  ## an hour of coverage-guided fuzzing; briefly: make fuzz FUZZ_ARGS='--seconds 20'
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-fuzz.txt
	$(BIN)/python -m tests.fuzz $(FUZZ_ARGS)

bench: $(STAMP)  ## speed, as ratios to a peer, beside the build of BEFORE=REVISION; writes docs/performance.md
	@$(BIN)/python tests/oracle/install.py
	$(BIN)/python -m benchmarks $(if $(BEFORE),--before $(BEFORE)) $(BENCH_ARGS)
	@$(BIN)/python docs/pictures/chart.py

docs: $(STAMP) $(MODULES)  ## regenerate protocol.md, openrpc.json, command-line.md, gtod.1, the pictures, protocol.ts
	$(BIN)/python -m gto_daemon.docgen.documents
	$(BIN)/python docs/command_line.py
	$(BIN)/python -m docs.man_page
	$(BIN)/python docs/pictures/make.py
	$(BIN)/python docs/pictures/chart.py
	$(NPM) run protocol

lock: $(STAMP)  ## pin the development packages again, with hashes, for every system and Python
	$(BIN)/python -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet --disable-pip-version-check uv
	$(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --extra dev \
		--custom-compile-command 'make lock' --upgrade --output-file requirements-dev.txt pyproject.toml
	echo atheris | $(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command 'make lock' --upgrade --output-file requirements-fuzz.txt -

dist: $(STAMP)  ## wheel, sdist and a list of what they need (CycloneDX) in dist/: the same bytes for the same commit
	$(BIN)/python -m tests.package.build dist

lowest: $(STAMP)  ## the tests with the oldest versions that the wheel allows
	@$(BIN)/python tests/oracle/install.py
	$(BIN)/python -m tests.package.lowest $(VENV)/lowest tests/registry tests/git tests/daemon tests/editor tests/rpc tests/cli

installed: $(STAMP)  ## the tests against the wheel, with the sources out of sight; PYTHON= says for which Python
	@$(BIN)/python tests/oracle/install.py
	$(BIN)/python -m tests.package.installed $(PYTHON) $(PYTEST_ARGS)

platforms: $(STAMP)  ## ask the package index for which systems gtod comes without a compiler; writes docs/installation.md
	$(BIN)/python -m tests.package.platforms

clean:  ## everything that was installed or made here
	rm -rf .fuzz .node .e2e $(EXTENSION)/node_modules $(EXTENSION)/dist $(EXTENSION)/bundled
	rm -rf $(VENV) .oracles .newer-git .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist build
