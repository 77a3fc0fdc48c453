# make run: index the sample site and serve it on http://127.0.0.1:8000/search     make test: lint, types, every test
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
BIN := .venv/bin

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /make \1 — /p' $(MAKEFILE_LIST)

setup: .venv/installed ## create .venv and install zhsearch into it

run: setup ## index the sample site in content/ and serve the search page (PORT=8000)
	@echo "indexing the sample site in content/ (zhsearch reindex)"
	@trap 'sleep 0.1; exit 0' INT; $(BIN)/zhsearch reindex  # after Ctrl-C make stops anyway, and has no error to tell
	@echo "starting the server (zhsearch serve --port $(PORT))"
	@$(BIN)/zhsearch serve --port $(PORT)

test: .venv/installed-test ## lint, types and every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

bench: .venv/installed-test ## compare with other engines and static searches and their boxes, interleaved; five minutes (CORPUS=folder, ARGS=--help)
	$(BIN)/python -m tests.bench.compare $(CORPUS) $(ARGS)
	$(if $(ARGS),,$(BIN)/python -m tests.static.static_bench $(CORPUS) --posts 200 --visits 5)
	$(if $(ARGS),,$(BIN)/python -m tests.browser.box_cost $(CORPUS))

RESULTS = tests/bench/results
bench-full: .venv/installed-test ## the same at 2,000 and 100,000 documents, also served, with charts; builds the peers that are programs (Rust, Go, Node); two hours, the first time three
	mkdir -p $(RESULTS)
	for size in "0" "100000 --grow"; do \
		$(BIN)/python -m tests.bench.compare $(CORPUS) --posts $$size --rounds 1 --serve --build $(ARGS) \
			--json $(RESULTS)/$${size%% *}.json > $(RESULTS)/$${size%% *}.md || exit 1; done
	$(BIN)/python -m tests.bench.chart $(RESULTS)/*.json --out $(RESULTS)/cost.svg
	$(BIN)/python -m tests.bench.sizes $(RESULTS)/*.json > $(RESULTS)/sizes.md && cat $(RESULTS)/sizes.md
	mkdir -p $(RESULTS)/static
	$(BIN)/python -m tests.static.static_bench $(CORPUS) --posts 500 2000 5980 --queries 2 --json $(RESULTS)/static > $(RESULTS)/static.md
	$(BIN)/python -m tests.bench.chart $(RESULTS)/static/*.json --out $(RESULTS)/static.svg

bench-cluster: .venv/installed-test ## the embedded engine beside OpenSearch clusters (ARGS="--posts 100000 --nodes 1 3"; Java, Maven)
	TESTS_CLUSTER=1 $(BIN)/python -m tests.bench.cluster $(ARGS)

cluster: .venv/installed-test ## tests on real OpenSearch nodes, faults included; ten minutes (needs Java and Maven)
	TESTS_CLUSTER=1 $(BIN)/python -m pytest -n 1 tests/search/opensearch tests/contract $(ARGS)

generators: .venv/installed-test ## small sites built by Hexo, VitePress, Docusaurus and others; five minutes (needs Node and the package registries)
	TESTS_GENERATORS=1 $(BIN)/python -m pytest -n 2 tests/generators tests/browser/test_generators.py $(ARGS)

text: .venv/installed-test ## compare our text of pages with what real Hugo renders; a minute (SITES="folder …")
	$(BIN)/python -m tests.bench.rendered $(or $(SITES),$(wildcard ../shared/corpus/*))

ranking: .venv/installed-test ## measure relevance, the parts of the ranking, and readers' writings; five minutes
	$(BIN)/python -m tests.bench.ranking $(ARGS)
	TESTS_RANKING=1 $(BIN)/python -m pytest -q tests/bench/test_ranking.py

ROUNDS ?= 240
faults: .venv/installed-test ## the long form of the fault tests and of the pairs of Hugo rules; a quarter of an hour (ROUNDS=240)
	FAULT_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest -n auto tests/robustness/faults tests/robustness/test_soak.py tests/index/hugo/test_rules_like_hugo.py -rA $(ARGS)

pictures: .venv/installed-test ## take the pictures of the README and the lab anew (HUGO_THEMES=folder that contains Mainroad)
	$(BIN)/python -m tests.browser.pictures

gallery: .venv/installed-test ## draw docs/search-box.webp, every state of the box, anew (HUGO_THEMES=folder with Mainroad, PaperMod, Stack)
	$(BIN)/python -m tests.browser.gallery

widget: .venv/installed-test ## bundle and minify the scripts: widget.js, search.js
	$(BIN)/python -m tests.browser.bundle
	$(BIN)/python -m tests.static.bundle

messages: .venv/installed-test ## collect the texts of the command line, and compile their translations
	$(BIN)/python -m tests.packaging.messages

docs: .venv/installed-test ## write the table of settings into docs/configuration.md
	$(BIN)/python -m tests.packaging.settings_table

browsers: .venv/installed-test ## what readers get in Chromium, Firefox and WebKitGTK, and the parts of the box in Chromium; six minutes (what is not installed is skipped, and named)
	TESTS_BROWSERS=1 $(BIN)/python -m pytest -n 0 tests/browser/engines $(ARGS)
	TESTS_BROWSERS=1 $(BIN)/python -m pytest -n 2 tests/browser --ignore tests/browser/engines $(ARGS)

SECONDS_EACH ?= 60
fuzz: .venv/installed-test ## fuzz every reader of outside data with atheris; minutes (SECONDS_EACH=60)
	$(PIP) pip install --editable '.[fuzz]'
	for target in front_matter markdown configuration query parameters manifest segment; do \
		$(BIN)/python -m tests.robustness.fuzz.run $$target $(SECONDS_EACH) || exit 1; done

soak: .venv/installed-test ## a server under load and one fault after the other; ten minutes (SECONDS=600)
	$(BIN)/python -m tests.robustness.soak --seconds $(or $(SECONDS),600)

hostile: .venv/installed-test ## time hostile queries on 100,000 documents; five minutes (ARGS="--budget-ms 100")
	$(BIN)/python -m tests.bench.hostile $(ARGS)

COMPILE = $(BIN)/python -m piptools compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-options pyproject.toml
lock: .venv/installed-test ## update the locked versions, hashes and licences
	$(COMPILE) --extra fast --output-file $(LOCK)
	@# Python 3.14 has Zstandard, and the package that brings it to older ones does not install there.
	sed -i.old 's/^backports-zstd==[^ ]*/& ; python_version < "3.14"/' $(LOCK) && rm $(LOCK).old
	$(COMPILE) --only-build-deps --build-deps-for wheel --build-deps-for editable --output-file $(BUILD)
	$(BIN)/pip-licenses --from=mixed --format=markdown --order=license --output-file .ci/licences.md --packages \
		$$(sed -n 's/^\([a-z0-9-]*\)==.*/\1/p' $(LOCK))

clean: ## remove the environment, caches and the sample's index
	rm -rf .venv .zhsearch .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info

define PIP
@pip() { if $(BIN)/python -m pip --version >/dev/null 2>&1; then set -- $(BIN)/python -m pip "$$@"; \
	else set -- $(PYTHON) -m pip --python $(BIN)/python "$$@"; fi; "$$@" --disable-pip-version-check --quiet --use-pep517; };
endef

define LINK
@mkdir -p .venv/src/zhsearch && ln -sfn ../../../index .venv/src/zhsearch/index && \
	ln -sfn ../../../search .venv/src/zhsearch/search && echo ../../../src > "$$(echo .venv/lib/python3.*/site-packages)/zhsearch.pth"
endef

# The versions and files that all of this was tested with. If one of them is not available (another kind of machine,
# a newer Python), versions that pyproject.toml allows are installed. rjieba has wheels for common machines; elsewhere
# jieba alone does the same, slower.
LOCK = .ci/requirements.txt
BUILD = .ci/build.txt
# The file `installed` is removed first and written last: what a run left that was killed is begun anew, never trusted.
# Debian keeps venv's pip in a package of its own; where it is missing, the system's pip installs into .venv.
.venv/installed: pyproject.toml $(LOCK) $(BUILD)
	@$(or $(PYTHON),python3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@[ -f $@ ] || { echo "creating the environment .venv with $$($(PYTHON) --version)"; rm -rf .venv; \
		$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; $(PYTHON) -m venv --without-pip .venv; }; }
	@rm -f $@
	@echo "downloading and installing $$(grep -c '^[a-z].*==' $(LOCK)) packages; half a minute, longer on a slow line"
	$(PIP) { pip install --require-hashes -r $(BUILD) && pip install --no-build-isolation --require-hashes -r $(LOCK) && \
		echo "installing zhsearch itself" && pip install --no-build-isolation --no-deps --editable .; } || \
		{ echo "without the locked versions"; pip install --editable '.[fast]'; } || \
		{ echo "without rjieba; jieba alone is slower"; pip install --editable .; }
	$(LINK)
	@touch $@

.venv/installed-test: .venv/installed
	@rm -f $< $@
	@echo "installing what the tests need; a minute or two"
	$(PIP) pip install --editable '.[fast,test]'
	@touch $< $@

.PHONY: help setup run test bench bench-full bench-cluster cluster docs generators ranking faults text fuzz soak hostile lock messages widget pictures gallery browsers clean
