# Two commands do all the set-up themselves: `make run` and `make test`. `make help` lists the rest.
# Nothing is needed by hand but Python 3.11 or newer and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
SCALE ?= 1
SEED ?= 1
VENV := .venv
OLD := .venv-ra
PEER := .venv-opendp
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
export SCALE SEED
# Nothing the libraries could report leaves this machine.
export DAGSTER_DISABLE_TELEMETRY := 1
export GX_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.PHONY: help run test fast review serve dagster bench bench-opendp verify mutants lint format types imports validate check clean requirements remote-access

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

run: $(VENV)/run-ready ## the main job on the synthetic Netherlands (SCALE=0.05 for a quick look)
	@$(BIN)/blindevlek run --synthetic

test: $(VENV)/dev-ready ## all tests at small scale
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q

fast: $(VENV)/dev-ready ## the tests that take under a minute
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q tests/unit tests/personas tests/docs tests/architecture

review: $(VENV)/serve-ready ## the review app with accounts to practise with, on synthetic data (after `make run`)
	@$(BIN)/blindevlek review serve --demonstration

serve: $(VENV)/serve-ready ## the public site of this data root, on this machine only
	@$(BIN)/blindevlek serve

dagster: $(VENV)/run-ready ## the assets in a browser
	@$(BIN)/python -m assets.launch

bench: $(VENV)/dev-ready ## speed and memory on the national data root, against plain DuckDB
	@$(BIN)/python -m benchmarks.national --ingest --validation

bench-opendp: $(VENV)/dev-ready $(PEER)/ready ## the whole measurement against OpenDP's Polars Context, over the same 18 million rows
	@$(BIN)/python -m benchmarks.peer

verify: $(VENV)/dev-ready ## the long proofs on the national data root; writes docs/verify
	@$(BIN)/python -m benchmarks.verify --report docs/verify/2023.md

mutants: $(VENV)/dev-ready ## break the compilers on purpose, and see that a test notices; writes docs/verify
	@$(BIN)/python -m benchmarks.mutants --jobs 2 --report docs/verify/mutants.md

remote-access: $(VENV)/dev-ready $(OLD)/ready $(OLD)/windows-ready ## the line on the old versions of CBS Remote Access; wheels for Windows
	@$(BIN)/python -m tests.remote_access.compare $(OLD)/bin/python

check: lint types imports validate ## format, lint, types, import rules, Dagster definitions

lint: $(VENV)/dev-ready
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

format: $(VENV)/dev-ready ## put the code in its format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

types: $(VENV)/dev-ready
	@$(BIN)/mypy

imports: $(VENV)/dev-ready
	@$(BIN)/lint-imports

validate: $(VENV)/dev-ready
	@$(BIN)/dagster definitions validate

clean: ## remove the environment and caches (data and keys stay)
	rm -rf $(VENV) $(OLD) $(PEER) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info build

requirements: ## pin the requirements again (needs uv)
	uv pip compile requirements/run.in -c requirements/held.in --python-version 3.11 --universal --generate-hashes --no-strip-extras \
		--no-header --no-annotate -o requirements/run.txt
	uv pip compile requirements/serve.in -c requirements/run.txt --python-version 3.11 --universal --generate-hashes \
		--no-strip-extras --no-header --no-annotate -o requirements/serve.txt
	uv pip compile requirements/dev.in -c requirements/serve.txt --python-version 3.11 --universal --generate-hashes \
		--no-strip-extras --no-header --no-annotate -o requirements/dev.txt
	uv pip compile requirements/remote-access.in --python-version 3.11 --universal --generate-hashes \
		--no-strip-extras --no-header --no-annotate -o requirements/remote-access.txt
	uv pip compile requirements/opendp-polars.in --python-version 3.11 --universal --generate-hashes --no-strip-extras \
		--no-header --no-annotate -o requirements/opendp-polars.txt

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "blindevlek needs Python 3.11 or newer; found $$($(PYTHON) --version 2>&1). Name one: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run-ready: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the pinned requirements (about a minute) ..."
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/serve-ready: requirements/serve.txt $(VENV)/run-ready
	@echo "Installing what the two services need ..."
	@$(PIP) --require-hashes -r requirements/serve.txt
	@touch $@

$(VENV)/dev-ready: requirements/dev.txt $(VENV)/run-ready
	@echo "Installing the development tools ..."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(OLD)/ready: requirements/remote-access.txt | $(VENV)/bin/python
	@echo "Making $(OLD) with the versions of Remote Access ..."
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "the old versions exist for Python 3.11 only; name one: make PYTHON=/path/to/python3.11 clean remote-access"; exit 1; }
	@$(BIN)/python -m venv $(OLD)
	@$(OLD)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
		-r requirements/remote-access.txt
	@touch $@

$(PEER)/ready: requirements/opendp-polars.txt | $(VENV)/bin/python
	@echo "Making $(PEER) for OpenDP's Polars Context, which wants another polars ..."
	@$(BIN)/python -m venv $(PEER)
	@$(PEER)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
		-r requirements/opendp-polars.txt
	@touch $@

$(OLD)/windows-ready: requirements/run.txt requirements/remote-access.txt | $(OLD)/ready
	@$(BIN)/python -m tests.remote_access.windows
	@touch $@
