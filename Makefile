# The two commands that matter: `make demo` and `make test`. Both do all set-up themselves.
.PHONY: setup setup-test demo test quick check bench fuzz crash-import pictures clean
BIN := .venv/bin
DEMO_DATA := .demo

setup:
	@scripts/setup.sh demo

setup-test:
	@scripts/setup.sh test

demo: setup
	@$(BIN)/kiosk demo --data $(DEMO_DATA)

check: setup-test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: check
	@$(BIN)/python -m pytest -rs

# What a developer runs between two edits: no browser, no slow test; under a minute.
quick: setup-test
	@$(BIN)/ruff check .
	@$(BIN)/python -m pytest -m "not slow and not browser"

bench: setup-test
	@$(BIN)/python -m tests.bench

# A million mutated card answers and a million mutated printer replies; a short run is in `make test`.
fuzz: setup-test
	@$(BIN)/python -m tests.fuzz

# Imports killed two hundred times at random moments; a few kills are in `make test`.
crash-import: setup-test
	@$(BIN)/python -m tests.archive.kills

# The pictures of the README, made by the demo itself.
pictures: setup-test
	@$(BIN)/python scripts/pictures.py

clean:
	rm -rf .venv $(DEMO_DATA) build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
