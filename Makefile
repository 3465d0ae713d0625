# Everything a newcomer needs: `make demo` and `make test`. Works as root and as an ordinary user.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: setup demo test check bench golden fuzz fmt clean screenshots messages

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "avstem needs Python 3.11 or newer: apt-get install python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: setup
	$(BIN)/avstem demo

# SQLite first with everything, then the tests of the tables again on a real PostgreSQL.
test: setup
	scripts/with-services $(BIN)/python scripts/run_tests.py $(ARGS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	AVSTEM_HOME=$$(mktemp -d) $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/house

bench: setup
	scripts/with-services $(BIN)/python scripts/run_bench.py

golden: setup
	$(BIN)/pytest -q tests/formats/test_golden.py --rewrite-golden

fmt: setup
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

# Longer than in the tests: two minutes a reader, with a seed of its own each day.
fuzz: setup
	FUZZ_MEGABYTES=10 FUZZ_SECONDS=$${FUZZ_SECONDS:-120} FUZZ_SEED=$${FUZZ_SEED:-$$(date +%j)} $(BIN)/pytest -q tests/fuzz

# Pictures of every page of the demo company: desktop and telephone, light and dark.
screenshots: setup
	scripts/with-services $(BIN)/python scripts/screenshots.py $(ARGS)

# The texts of the pages: compiled, so that nobody needs gettext to run the program.
messages: setup
	$(BIN)/python scripts/messages.py compile

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* htmlcov
