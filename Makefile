# The commands of README.md. Everything lives in .venv/ and instance/; nothing else on this machine is touched.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

# make run MULTILINGUAL=1 also understands questions in Spanish, Polish and other languages by what they mean.
EXTRA := $(if $(MULTILINGUAL),$(VENV)/.multilingual)

.PHONY: help run test check bench report soak languages sbom clean
.DEFAULT_GOAL := help

help: ## show these lines
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

run: $(VENV)/.core $(EXTRA) ## start Kith with example data on http://localhost:8000; MULTILINGUAL=1 adds languages
	@KITH_MODE=demo exec $(BIN)/kith demo --port $(PORT)

test: $(VENV)/.test ## all tests: on SQLite, the store again on PostgreSQL, journeys in a browser, the shipped pair
	$(BIN)/python -m pytest -q -n $(CORES) -m "not slow and not browser and not guards and not pair"
	KITH_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q -n $(CORES) -m "not slow and not browser and not guards and not pair"
	$(BIN)/python -m pytest -q -n $(CORES) --dist loadfile -m "browser and not slow" tests/journeys
	$(BIN)/python -m pytest -q -m "pair and not slow" tests/deploy

check: $(VENV)/.test ## format, lint, types, import contracts, and that each rule of the house finds its planted fault
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -m guards tests/house

bench: $(VENV)/.test ## how good and how fast, beside other ways to search
	$(BIN)/kith evaluate
	$(BIN)/kith bench

# SPEED is what `kith bench --json` wrote; what `kith evaluate --json` prints is made when it is not there.
SPEED ?= instance/speed.json
QUALITY ?= instance/quality.json
report: $(VENV)/.test $(QUALITY) ## docs/measured.md, its plots and the front page's table, from measured figures
	$(BIN)/python -m tests.benchmarks.report --speed $(SPEED) --quality $(QUALITY)

$(QUALITY): | $(VENV)/.test
	mkdir -p $(dir $@)
	$(BIN)/kith evaluate --json > $@.part
	mv $@.part $@

soak: $(VENV)/.test ## what takes long: power cuts, kills, damage, random people and requests; SHORT=1 takes two minutes
	$(BIN)/python -m tests.soak.run $(if $(SHORT),--short)

WORDS := service/web/translations
languages: $(VENV)/.core ## read the interface's words anew, bring each translation up to date, compile (docs/guides/translating.md)
	$(BIN)/pybabel -q extract -F $(WORDS)/babel.cfg -k lazy_gettext -k _l --omit-header --no-wrap --sort-output --add-location=file -o $(WORDS)/messages.pot .
	$(BIN)/pybabel -q update -i $(WORDS)/messages.pot -d $(WORDS) --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d $(WORDS) -D messages
	$(BIN)/pybabel -q compile -d $(WORDS) -D easy

sbom: $(VENV)/.test ## what Kith is made of, with hashes (CycloneDX 1.6), in instance/sbom.json
	$(BIN)/python -m tests.house.sbom instance/sbom.json

clean: ## remove the environment and every trace of the demonstration
	rm -rf $(VENV) instance .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Kith needs Python 3.11 or newer: make run PYTHON=python3.12'; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A stamp stands for a finished installation: the next run installs nothing until a lock or pyproject.toml changes.
$(VENV)/.core: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock -r requirements-build.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.multilingual: $(VENV)/.core
	$(PIP) --no-build-isolation -e ".[multilingual]"
	@touch $@

$(VENV)/.test: requirements-test.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements-test.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@
