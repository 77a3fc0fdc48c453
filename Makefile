# make run: the sample site, indexed, on http://127.0.0.1:8000/search      make test: lint, types, every test
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
BIN := .venv/bin

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):[^#]*## /make \1 — /p' $(MAKEFILE_LIST)

setup: .venv/installed ## create .venv with zhsearch in it

run: setup ## index the sample site in content/ and serve the search page (PORT=8000)
	$(BIN)/zhsearch reindex
	$(BIN)/zhsearch serve --port $(PORT)

test: .venv/installed-test ## lint, types and every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto $(ARGS)

bench: .venv/installed-test ## compare with other engines, side by side, in two minutes (CORPUS=folder, ARGS=--help)
	$(BIN)/python -m tests.bench.compare $(CORPUS) $(ARGS)

RESULTS = tests/bench/results
bench-full: .venv/installed-test ## the same at 2,000 and 100,000 documents, served as well, with a picture; an hour
	mkdir -p $(RESULTS)
	for size in "0" "100000 --grow"; do \
		$(BIN)/python -m tests.bench.compare $(CORPUS) --posts $$size --rounds 1 --serve $(ARGS) \
			--json $(RESULTS)/$${size%% *}.json > $(RESULTS)/$${size%% *}.md || exit 1; done
	$(BIN)/python -m tests.bench.picture $(RESULTS)/*.json --out $(RESULTS)/cost.svg

text: .venv/installed-test ## our text against what the real Hugo shows (SITES="folder …"); a minute
	$(BIN)/python -m tests.rendered $(or $(SITES),$(wildcard ../shared/corpus/*))

ranking: .venv/installed-test ## how well pages are ranked, and what each means of it is good for; five minutes
	$(BIN)/python -m tests.bench.ranking $(ARGS)

ROUNDS ?= 240
faults: .venv/installed-test ## break runs, files and disks on purpose, at length; a quarter of an hour (ROUNDS=240 kills)
	FAULT_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest -n auto tests/faults -rA $(ARGS)

widget: .venv/installed-test ## join the sources of the search box into search/static/widget.js
	$(BIN)/python -m tests.browser.join

clean: ## remove the environment, caches and the sample's index
	rm -rf .venv .zhsearch .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info

# Debian keeps venv's pip in a package of its own; where it is missing, the system's pip installs into .venv.
.venv/bin/python:
	@$(or $(PYTHON),python3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; $(PYTHON) -m venv --without-pip .venv; }

define INSTALL
@pip() { if $(BIN)/python -m pip --version >/dev/null 2>&1; then set -- $(BIN)/python -m pip "$$@"; \
	else set -- $(PYTHON) -m pip --python $(BIN)/python "$$@"; fi; "$$@" --disable-pip-version-check --quiet --use-pep517; }; \
	pip install --editable
endef

# rjieba comes as a wheel for common machines; elsewhere jieba alone does the same, slower.
.venv/installed: .venv/bin/python pyproject.toml
	@echo "setting up .venv (once)"
	$(INSTALL) '.[fast]' || { echo "without rjieba: jieba alone will do"; pip install --editable .; }
	@touch $@

.venv/installed-test: .venv/installed
	$(INSTALL) '.[fast,test]'
	@touch $@

.PHONY: help setup run test bench bench-full ranking faults text widget clean
