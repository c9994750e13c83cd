# One command each; the first sets up `.venv` from the lock files and needs nothing but Python 3.11 or newer.
#   make run     the baseline and the odds of 20 seeds, results in outputs/
#   make test    style, types and tests
#   make notebooks   open the notebooks in Jupyter
#   make chaos   faults at every write, rename, sync and signal: how commands end, and what their next try gives
#                (fewer: ARGS='--most 5 --seed 1'; one: ARGS=run:write:7)
#   make fuzz    mutated scenarios and packs, and worlds over all that is legal: what is told, and what runs
#                (fewer: ARGS='--scenarios 500 --packs 50 --worlds 50 --seed 1'; one: ARGS=pack:17)
#   make digest  a digest of all tables of two runs, to hold machines and versions of Python against each other
#   make mutants   how many small changes of the science its tests notice
#   make bench   speed and memory, as ratios
#   make bench-long   memory and store over 10,000 runs, 20 minutes
#   make lock    resolve the lock files anew (needs uv)
#   make clean   remove what these commands made, but not outputs/

# BLAS threads change the last bits of linear algebra and slow small systems down.
export OPENBLAS_NUM_THREADS = 1
export OMP_NUM_THREADS = 1
export MKL_NUM_THREADS = 1
# What is imported once is compiled once, whatever the shell around us prefers.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Errors only: what pip remarks on is about the machine, not about Shakeout.
export PIP_QUIET = 2

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test notebooks chaos digest fuzz mutants bench bench-long lock clean

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/runtime.stamp
DEV := $(VENV)/dev.stamp
NOTEBOOK := $(VENV)/notebook.stamp
UNFINISHED := $(VENV)/unfinished
JOBS ?= 2
ARGS ?=

PICK_PYTHON = \
	for python in python3.14 python3.13 python3.12 python3.11 python3; do \
		if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			break; \
		fi; \
		python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Shakeout needs Python 3.11 or newer with its venv module; none was found on PATH." >&2; \
		exit 1; \
	fi

# Byte code is made when a module is first used: most of what is installed never is.
LOCKED = $(BIN)/python -m pip install --no-compile --no-deps --only-binary :all: --require-hashes
PROJECT = $(BIN)/python -m pip install --no-build-isolation --no-deps --editable .

help:
	@sed -n 's/^#   //p' Makefile

run: $(RUNTIME)
	$(BIN)/shakeout run baseline --odds 20 --force

test: $(DEV)
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --num-workers $(JOBS)
	$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal

notebooks: $(NOTEBOOK)
	$(BIN)/jupyter lab notebooks

chaos: $(DEV)
	$(BIN)/python -m tests.chaos $(ARGS)

digest: $(RUNTIME)
	$(BIN)/python -m tests.digest $(ARGS)

fuzz: $(DEV)
	$(BIN)/python -m tests.fuzz $(ARGS)

mutants: $(DEV)
	$(BIN)/python -m tests.mutants

bench: $(RUNTIME)
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_study

bench-long: $(RUNTIME)
	$(BIN)/python -m tests.bench_long

# Stamps are written last, and a set-up that was cut short leaves its mark, so that the next one starts anew.
$(RUNTIME): requirements.lock pyproject.toml sim/market/newton.c sim/market/build.py
	@if [ -e $(UNFINISHED) ] || ! $(BIN)/python -c '' 2>/dev/null; then \
		$(PICK_PYTHON); \
		echo "Setting up $(VENV) with $$("$$python" --version), once" >&2; \
		rm -rf $(VENV) && mkdir $(VENV) && touch $(UNFINISHED) && "$$python" -m venv $(VENV); \
	fi
	@touch $(UNFINISHED)
	@$(LOCKED) --requirement requirements.lock
	@$(PROJECT)
	@touch $@ && rm $(UNFINISHED)

$(DEV): requirements-dev.lock $(RUNTIME)
	@touch $(UNFINISHED)
	@$(LOCKED) --requirement requirements-dev.lock
	@touch $@ && rm $(UNFINISHED)

$(NOTEBOOK): requirements-notebook.lock $(RUNTIME)
	@touch $(UNFINISHED)
	@$(LOCKED) --requirement requirements-notebook.lock
	@touch $@ && rm $(UNFINISHED)

UV_COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --upgrade \
	--no-config --no-header --no-emit-index-url --no-emit-find-links --quiet

lock:
	$(UV_COMPILE) --extra build --output-file requirements.lock
	$(UV_COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(UV_COMPILE) --extra build --extra notebook --constraint requirements-dev.lock --output-file requirements-notebook.lock

clean:
	rm -f sim/market/libnewton-*
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find sim tests -name __pycache__ -type d -prune -exec rm -rf {} +
