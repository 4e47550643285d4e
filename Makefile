# The two commands that matter: `make demo` and `make test`. Both do all set-up themselves.
.PHONY: setup setup-test demo test quick lint check bench fuzz soak crash crash-audit crash-import simulate pictures screens gallery golden deb clean
BIN := .venv/bin
DEMO_DATA := .demo
CORES = $(or $(WORKERS),auto)
CORES_AND_ONE = $(or $(WORKERS),$(shell expr $$(nproc) + 1))
# Compiled modules are kept, whatever the environment says: the tests start `kiosk` hundreds of times.
unexport PYTHONDONTWRITEBYTECODE

setup:
	@scripts/setup.sh demo

setup-test:
	@scripts/setup.sh test

demo: setup
	@$(BIN)/kiosk demo --data $(DEMO_DATA)

lint: setup-test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

check: lint
	@$(BIN)/mypy

# One process more than cores: the tests behind pcscd stay together in one of them, and hardly do but wait.
# Those in the browser stay together in another. mypy works meanwhile. One collection comes before them: in a fresh
# clone it compiles all modules, which each process would do for itself.
test: lint
	@$(BIN)/mypy & types=$$!; \
	$(BIN)/python -m pytest --collect-only -qq > /dev/null; \
	$(BIN)/python -m pytest -rs --numprocesses $(CORES_AND_ONE) --maxprocesses 4 --dist loadgroup \
	&& { wait $$types || { echo "mypy has found errors: its report stands before the tests'"; exit 1; }; }

# What a developer runs between two edits: no browser, no slow test, one of the two stores, a quarter of the
# examples of each property; under a minute on two fast cores.
quick: setup-test
	@$(BIN)/ruff check .
	@$(BIN)/python -m pytest -m "not slow and not browser" --hypothesis-profile quick --numprocesses $(CORES) --maxprocesses 4 --dist loadgroup

# PERSONS=1000000 fills the store for the look-ups with as many persons as a province has.
PERSONS ?= 10000
bench: setup-test
	@BENCH_PERSONS=$(PERSONS) $(BIN)/python -m tests.bench

# A million mutated card answers and a million mutated printer replies; a short run is in `make test`.
fuzz: setup-test
	@$(BIN)/python -m tests.fuzz

# 200 kills (-9) during audit writes, on each kind of store; a few are in `make test`.
crash-audit: setup-test
	@$(BIN)/python -m tests.crash.audit
	@$(BIN)/python -m tests.crash.audit --store postgres

# Imports killed two hundred times at random moments, on each kind; a few kills are in `make test`.
crash-import: setup-test
	@$(BIN)/python -m tests.archive.kills
	@$(BIN)/python -m tests.archive.kills --store postgres

# 10,000 seeds of papers of every kind, each with a fault, a cancel, a visit's end or a killed process; and each
# fault at every byte of a job of three blocks (of a picture's dots at every 16th), on every kind of printer, and
# at every exchange with a queue. A sample of both is in `make test`.
CRASH_RUNS ?= 10000
crash: setup-test
	@CRASH_RUNS=$(CRASH_RUNS) CRASH_STRIDE=1 $(BIN)/python -m pytest tests/faults/test_crash.py --numprocesses $(CORES) --maxprocesses 4

# A week of visits, compressed, in a process that is watched: what grows, and is any paper lost?
soak: setup-test
	@VISITS=$(or $(VISITS),50000) $(BIN)/python -m tests.soak

# The whole kiosk on a virtual clock, 10,000 visits, each promise after each event; 500 in `make test`.
# SEED=n runs one day again: a failing seed is the bug report, its trace is printed.
simulate: setup-test
	@VISITS=$(or $(VISITS),10000) SEED=$(SEED) $(BIN)/python -m pytest tests/simulate --numprocesses $(CORES) --maxprocesses 4

# The pictures of the README, made by the demo itself.
pictures: setup-test
	@$(BIN)/python scripts/pictures.py

# Every screen of the page, for docs/screens.md.
screens: setup-test
	@$(BIN)/python -m scripts.screens

# Every statement on three rolls and on A4 in both sizes, as pictures to look at.
gallery: setup-test
	@$(BIN)/python -m scripts.gallery

# What every statement says and looks like, as it is now: after a wanted change, once looked at.
golden: setup-test
	@$(BIN)/python -m tests.printing.goldens
	@git status --short tests/printing/golden

# A Debian package with all libraries in it, for halls without a network.
deb: setup-test
	@scripts/deb.sh

clean:
	rm -rf .venv $(DEMO_DATA) build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
