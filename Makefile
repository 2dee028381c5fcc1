# Set-up from a fresh clone: only Python 3.11 or newer and make are needed.
PYTHON ?= python3
PORT ?= 8000
TESTERS ?= 2
VENV := .venv
BIN := $(VENV)/bin

.PHONY: serve test lint setup bench lock clean

serve: $(VENV)/.runtime
	@$(BIN)/topicdesk models show current >/dev/null 2>&1 || $(BIN)/topicdesk train
	$(BIN)/topicdesk serve --port $(PORT)

# Files of tests side by side, one a core; then, with nothing beside them, the tests that measure time.
test: setup
	$(BIN)/pytest -m "not nightly and not alone" --numprocesses $(TESTERS) --dist loadfile --no-loadscope-reorder
	$(BIN)/pytest -m "not nightly and alone"

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: $(VENV)/.development

bench: setup
	$(BIN)/python -m benchmarks

# The locks hold hashes and name no index. They are whole, so nothing is left to resolve (--no-deps): pip would take an
# extra that another package asks for (coverage[toml]) at its newest release, which no hash of the lock fits.
lock: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile $(LOCK) --extra build --output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra build --extra dev --output-file requirements-dev.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra build --extra dev --extra bench --output-file requirements-bench.txt pyproject.toml
LOCK := --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "topicdesk needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements.txt pyproject.toml $(wildcard model/kernel/*.p*)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: $(VENV)/.runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
