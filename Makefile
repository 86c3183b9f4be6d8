# The commands of QAF. `make help` lists them; `make demo` is the one to begin with.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
BENCH_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
RUN := $(BIN)/python manage.py
PIP := $(BIN)/pip install --quiet --quiet --disable-pip-version-check --require-hashes
# Debian's Chromium is the only browser the tests use; the library's own must not be looked for.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The demonstration is always the embedded shape, whatever the shell it is started from has in its environment.
DEMO_DIR := $(CURDIR)/.demo
DEMO := env -u DATABASE_URL -u REDIS_URL -u SECRET_KEY -u FIELD_ENCRYPTION_KEYS -u TRAIL_KEY -u ALLOWED_HOSTS \
	-u EMAIL_URL -u EMAIL_FILE_PATH -u DJANGO_SETTINGS_MODULE \
	QAF_EMBEDDED=true QAF_DATA_DIR=$(DEMO_DIR) SITE_URL=http://127.0.0.1:$(PORT)
DEMO_SOURCES := $(shell find fixtures/packs/bristol fixtures/packs/coventry-2025 fixtures/demo -type f 2>/dev/null) \
	$(wildcard audits/demo/*.py moderation/demo*.py scorecard/demo/*.py */management/commands/load*.py)

.PHONY: help demo demo-reset test test-setup lint format lock bench docs-shots backup-test

help:
	@echo 'make demo         set up everything missing, load the synthetic authority, serve on 127.0.0.1:$(PORT) (PORT=…)'
	@echo 'make demo-reset   throw the demonstration data away and start anew'
	@echo 'make test         all tests; a part of them with ARGS="tests/security -x"'
	@echo 'make lint         style, types, import contract, templates, migrations, lock files'
	@echo 'make format       put code and templates into the agreed style'
	@echo 'make bench        speed, as ratios against a bare Django page (needs PostgreSQL)'
	@echo 'make backup-test  back up, destroy and restore a PostgreSQL database, and prove it whole'
	@echo 'make docs-shots   take fresh screenshots of the main pages into docs/screenshots'
	@echo 'make lock         write the lock files anew from pyproject.toml and package.json'

# --- what the commands stand on -------------------------------------------------------------------------------

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'QAF needs Python 3.11 or later; name one with PYTHON=…, as in: make demo PYTHON=python3.12'; exit 1; }
	@PYTHON=$(PYTHON) .ci/system-packages demo
	@test -x $(BIN)/python || { echo 'Making the virtual environment.'; $(PYTHON) -m venv $(VENV); }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/requirements: requirements.txt requirements-build.txt $(STAMPS)/venv
	@echo 'Installing the Python packages (a minute or two, the first time).'
	@$(PIP) -r requirements.txt -r requirements-build.txt
	@touch $@

$(STAMPS)/requirements-dev: requirements-dev.txt $(STAMPS)/requirements
	@echo 'Installing the packages that only tests and checks need.'
	@$(PIP) -r requirements-dev.txt
	@touch $@

static/vendor/.stamp: package-lock.json .ci/vendor_front_end.py $(STAMPS)/requirements
	@echo 'Fetching the compiled front-end.'
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --omit=dev --loglevel=error >/dev/null
	@$(BIN)/python .ci/vendor_front_end.py
	@rm -rf node_modules
	@touch $@

# --- a demonstration --------------------------------------------------------------------------------------------

$(DEMO_DIR)/.loaded: $(DEMO_SOURCES)
	@echo 'Loading two framework packs and the synthetic authority.'
	@$(DEMO) $(RUN) loadpack bristol
	@$(DEMO) $(RUN) loadpack coventry-2025
	@$(DEMO) $(RUN) load_demo
	@touch $@

.PHONY: demo-migrate
demo-migrate: $(STAMPS)/requirements static/vendor/.stamp
	@mkdir -p $(DEMO_DIR)
	@$(DEMO) $(RUN) migrate --verbosity 0

$(DEMO_DIR)/.loaded: | demo-migrate

demo: demo-migrate $(DEMO_DIR)/.loaded
	@$(DEMO) $(RUN) load_demo --print-logins
	@exec $(DEMO) $(RUN) serve --port $(PORT)

demo-reset:
	@rm -rf $(DEMO_DIR)
	@$(MAKE) --no-print-directory demo

# --- checks -----------------------------------------------------------------------------------------------------

test-setup: $(STAMPS)/requirements-dev static/vendor/.stamp
	@.ci/system-packages test

# One more than there are processors, since many tests wait for a browser or a worker. ARGS may name its own -n: pytest
# takes the last one.
test: test-setup
	@$(BIN)/python -m pytest -n $$(($$(nproc) + 1)) $(ARGS)

lint: $(STAMPS)/requirements-dev static/vendor/.stamp
	@.ci/lint

format: $(STAMPS)/requirements-dev
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format --quiet . || true

bench: $(STAMPS)/requirements-dev static/vendor/.stamp
	@$(BIN)/python -m bench $(BENCH_ARGS)

backup-test: $(STAMPS)/requirements
	@docs/backup/prove

docs-shots: test-setup
	@$(BIN)/python docs/shots.py

# --- locks ------------------------------------------------------------------------------------------------------

lock: $(STAMPS)/requirements-dev
	@.ci/lock
