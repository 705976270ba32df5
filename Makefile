# Every target works from a fresh clone: the environments are made on first use.
# GNU make 3.81 or newer. All paths are relative, so the clone may lie in a folder with spaces in its name.

RUN_ENV  := .venv
DEV_ENV  := .venv-dev
LOCK_ENV := .venv-lock

RUN := $(RUN_ENV)/bin/python
DEV := $(DEV_ENV)/bin/python

# Any interpreter of the right age, e.g. `make demo PYTHON=/usr/local/bin/python3.13`.
ifndef PYTHON
find-python = $(shell for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
  $$name -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PYTHON = $(eval PYTHON := $$(find-python))$(PYTHON)
endif

# More arguments for pytest, e.g. `make test ARGS="-k hrmp"`.
ARGS ?=

DEMO_CASES := $(addprefix fixtures/,para/para_congestion.json.xz relay/relay_lifecycle.json.xz world/world.json.xz)
PIP_TOOLS  := pip-tools==7.6.2

# What a shell may have exported must not reach into our environments. Index, proxy and certificate
# settings of pip stay as they are: a clone behind a mirror needs them.
unexport PYTHONPATH PYTHONHOME PYTHONOPTIMIZE PYTHONSAFEPATH PYTHONSTARTUP
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_CONSTRAINT PIP_REQUIREMENT PIP_NO_DEPS PIP_NO_BINARY PIP_DRY_RUN
export PIP_USER := 0
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check fuzz conform bench docs manifest soak lock clean run-env dev-env

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

demo: run-env ## replay three recordings of real chains; then a stock client opens a channel on ours
	$(RUN) -m node.cli conform $(DEMO_CASES)
	$(RUN) -m node.cli demo

test: dev-env ## run the tests, all but the slow ones
	$(DEV) -m pytest -n auto -m "not slow" $(ARGS)

check: dev-env ## lint, types, import contracts
	$(DEV) -m ruff check .
	$(DEV) -m ruff format --check --quiet .
	$(DEV) -m mypy
	$(DEV) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

fuzz: dev-env ## run properties and state machines with many examples (hours)
	HYPOTHESIS_PROFILE=fuzz $(DEV) -m pytest -n auto --timeout=0 tests/properties tests/stateful $(ARGS)

conform: run-env ## replay every recording; writes build/conform.html
	@mkdir -p build
	$(RUN) -m node.cli conform fixtures --report build/conform.html

bench: dev-env ## measure
	$(DEV) -m bench

docs: dev-env ## write what the pages say of files, words and scope, and the cookbook
	$(DEV) -m tests.meta.write_docs

manifest: run-env ## seal fixtures/ again: write fixtures/MANIFEST.b3
	$(RUN) -m node.cli manifest

soak: dev-env ## run a relay chain and its parachains for a long time
	$(DEV) -m tests.soak

# Versions stay as they are unless UPGRADE=1. The run-time lock comes first: it binds the second one.
COMPILE := $(LOCK_ENV)/bin/python -m piptools compile --quiet --no-config --generate-hashes --allow-unsafe \
  --strip-extras --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
  $(if $(UPGRADE),--upgrade)

lock: ## compile both lock files from pyproject.toml (UPGRADE=1 takes newer versions)
	@$(call make-venv,$(LOCK_ENV))
	@$(call pip-install,$(LOCK_ENV)) '$(PIP_TOOLS)'
	$(COMPILE) --extra amop --extra node --extra clients -o requirements.lock pyproject.toml
	$(COMPILE) --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove the environments and everything a tool left behind
	rm -rf $(RUN_ENV) $(DEV_ENV) $(LOCK_ENV) .venv-cyscale build .coverage .coverage.* *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- environments -------------------------------------------------------------------------------------
# Two of them, so that the demo runs with nothing but what requirements.lock names. One is ready when its
# Python starts, still sees its own packages, and the copy of the lock inside, written last of all, equals
# the lock. Otherwise it is made again from nothing: an interrupted run leaves no copy.

run-env: ; @$(call environment,$(RUN_ENV),requirements.lock)
dev-env: ; @$(call environment,$(DEV_ENV),requirements-dev.lock)

environment = $(1)/bin/python -I -c 'import pip; assert open("$(2)").read() == open("$(1)/$(2)").read()' 2>/dev/null \
  || { $(make-venv) && $(pip-install) --require-hashes -r $(2) && cp $(2) $(1)/$(2); }

make-venv = { [ -n '$(PYTHON)' ] && '$(PYTHON)' -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; } \
  || { echo 'crosslane needs Python 3.11 or newer: install the package python3.11 or name one with PYTHON=...' >&2; exit 1; }; \
  '$(PYTHON)' -I -c 'import ensurepip, venv' 2>/dev/null \
  || { echo "$(PYTHON) cannot make environments: install the package $$('$(PYTHON)' -I -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2; exit 1; }; \
  echo 'making $(1)'; rm -rf $(1) && '$(PYTHON)' -m venv $(1)

pip-install = $(1)/bin/python -m pip install --disable-pip-version-check --no-input -q
