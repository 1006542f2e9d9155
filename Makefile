# A fresh machine needs only make and Python 3.11 or later; everything else goes into .venv.
# On Windows, or without make: the plain pip lines in README.md do the same.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
JOBS ?= 2
BASE ?= 4e381d4
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
EDITABLE := install --no-deps --no-build-isolation --editable .
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --quiet

.PHONY: help demo test compare measure check lint types imports format docs build lock clean
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

demo: $(VENV)/.ready  ## underwrite the shipped factory iren-horizon
	@$(BIN)/computefactory run iren-horizon

test: $(VENV)/.ready-dev  ## run the tests; JOBS=4 for more processes
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

compare: $(VENV)/.ready-dev  ## compare every number with those of the commit BASE; ARGS='--fast --only lines'
	PYTHONPATH=src:tools $(BIN)/python -m compare --base $(BASE) --jobs $(JOBS) $(ARGS)

measure: $(VENV)/.ready-dev  ## lines by room, names with several meanings, circles of imports; BASE=<commit>
	$(BIN)/python tools/measure_house.py --base $(BASE)

check: lint types imports  ## format, lint, types, import rules; make -k check goes on after a failure

lint: $(VENV)/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.ready-dev
	$(BIN)/mypy

imports: $(VENV)/.ready-dev
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.ready-dev  ## put the sources into the house format
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: $(VENV)/.ready-dev  ## write the generated pages: reference, long lists into docs/_built, pictures, validation, examples
	$(BIN)/python tools/build_reference.py
	$(BIN)/python tools/draw_page.py
	$(BIN)/python tools/validate_iren.py
	$(BIN)/python tools/validate_companies.py
	$(BIN)/python tools/validate_debt.py
	$(BIN)/python tools/validate_offtake.py
	$(BIN)/python tools/validate_output.py
	$(BIN)/python tools/validate_store.py
	$(BIN)/python tools/validate_tokens.py
	$(BIN)/python tools/validate_value.py
	$(BIN)/python tools/validate_verdict.py
	$(BIN)/python tools/fill_examples.py

build: $(VENV)/.ready-dev  ## wheel and sdist into dist/
	$(BIN)/python -m build --no-isolation

lock: $(VENV)/.ready-dev  ## resolve the locks again (maintainers; installs uv)
	$(PIP) install uv
	$(LOCK) pyproject.toml --group install -o requirements.lock
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean:  ## forget the environment and everything built
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with venv is needed (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON), once"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml | $(BIN)/python
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) $(EDITABLE)
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) $(EDITABLE)
	@touch $@ $(VENV)/.ready
