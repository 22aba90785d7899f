# `make sample` sets everything up and examines a real city; `make test` runs all tests.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
NO_PIP_NOISE := PIP_DISABLE_PIP_VERSION_CHECK=1

.PHONY: sample test setup setup-dev lint bench lock browser pages postgresql docs site clean

sample: setup
	@test -f sample/city.yaml || $(BIN)/urbanwork init sample --sample
	@$(BIN)/urbanwork examine sample

setup: $(VENV)/.ready

$(VENV)/.ready: requirements/run.lock pyproject.toml
	@echo "Setting up: Python packages, then the kernels. This takes about a minute."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(NO_PIP_NOISE) $(BIN)/pip install --quiet --require-hashes -r requirements/run.lock
	@$(NO_PIP_NOISE) $(BIN)/pip install --quiet --no-deps --editable .
	@$(BIN)/python -m compileall -q src || true
	@$(BIN)/urbanwork compile
	@touch $@

setup-dev: setup $(VENV)/.ready-dev

$(VENV)/.ready-dev: requirements/dev.lock $(VENV)/.ready
	@echo "Setting up what tests need."
	@$(NO_PIP_NOISE) $(BIN)/pip install --quiet --require-hashes -r requirements/dev.lock
	@$(BIN)/urbanwork compile --all --quiet
	@touch $@

test: setup-dev lint
	@$(BIN)/pytest -n 2 -m "not browser and not pages"

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > /dev/null || $(BIN)/lint-imports

# Needs Debian's packages of packages.txt: chromium and a Chinese font.
browser: setup-dev
	@$(BIN)/pytest -m browser

# Rules of accessibility and of HTML on every page; needs chromium, npm and Java of packages.txt.
pages: setup-dev
	@mkdir -p build/pages && cp tests/office/pages/package*.json build/pages
	@cd build/pages && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error > /dev/null
	@$(BIN)/pytest -m pages tests/office

# The tests of the office again, on a PostgreSQL that is started for them.
postgresql: setup-dev
	@tests/with_postgresql.sh $(BIN)/pytest -n 2 -m "not browser and not pages and not sqlite" tests/office

docs: setup-dev
	@$(BIN)/python tests/run_docs.py

# The handbook: a page for every indicator, ask, standard and word, in build/site.
site: setup-dev
	@$(BIN)/python docs/site/build.py

bench: setup-dev
	@$(BIN)/python benchmarks/run.py

# Pins every package by version and hash; needs uv (pip install uv).
lock:
	uv pip compile pyproject.toml --extra sample --extra office --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -q -o requirements/run.lock
	uv pip compile pyproject.toml --extra sample --extra office --group dev --group docs --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header -q -o requirements/dev.lock

clean:
	rm -rf $(VENV) sample build dist
