# Every command of the project. `make demo` and `make test` set up what they need.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# rdk and the scripts see each folder as a root of its own, so mypy must too.
export MYPYPATH := $(subst $() $(),:,$(strip $(wildcard src tests benchmarks rules/* ssm_docs/*)))

# A file's tests share an account, so a file goes to one worker. xdist would begin with the files of most tests and
# end with the longest tests, one worker idle; in their order the folders end with the short tests of the pairs.
# Many tests wait for processes of their own, so there is a worker more than cores.
SHARED := -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --dist loadfile --no-loadscope-reorder

# Tests start Python hundreds of times: let it keep what it compiled, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-long audit check format build lock bench mutants simulator clean help
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

demo: $(READY) ## show the whole loop in an embedded account
	@$(BIN)/rulebook demo

test: $(READY) ## run every test but the longest
	@$(BIN)/pytest $(SHARED)

test-long: $(READY) ## run every test, the properties with 2,000 examples
	@HYPOTHESIS_PROFILE=nightly $(BIN)/pytest $(SHARED) -m ""

check: $(READY) ## lint, types, and everything that must hold for the pairs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/rulebook check

format: $(READY) ## lay out and tidy the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

build: $(READY) ## render parameters.json, the documents, and the pages that tell of them
	@$(BIN)/rulebook build
	@$(BIN)/python tests/docs/generated.py
	@$(BIN)/python -m rulebook.authoring.lint.page docs/lint.md

lock: $(READY) ## resolve requirements.lock anew, for every Python from 3.11 (UPGRADE=--upgrade takes newer versions)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras $(UPGRADE) --no-emit-index-url \
	    --no-emit-find-links --no-header --no-annotate --quiet --output-file requirements.lock pyproject.toml

# pip-audit calls whatever it could not look up "skipped" and succeeds; --strict does not.
audit: build/audit/.ready ## look for known vulnerabilities in requirements.lock (asks PyPI)
	@found=$$(build/audit/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock \
	    --progress-spinner off 2>build/audit/said); code=$$?; \
	if [ -n "$$found" ]; then echo "$$found"; exit $$code; fi; \
	if [ $$code -eq 0 ]; then cat build/audit/said; exit 0; fi; \
	echo "Not audited: $$(tail -n 1 build/audit/said)" >&2; exit 2

build/audit/.ready:
	@$(PYTHON) -m venv --clear build/audit
	@build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	@touch $@

bench: $(READY) ## measure what an evaluation costs, beside other tools (some minutes)
	@$(MAKE) --silent .venv-bench/.ready || echo "Its own environment cannot be set up: measuring without Cloud Custodian, drawing nothing" >&2
	@$(BIN)/python benchmarks/bench.py

# An environment of its own for Cloud Custodian, which pins its dependencies, and for what draws.
.venv-bench/.ready: benchmarks/requirements.txt
	@echo "Setting up .venv-bench (once)" >&2
	@rm -rf .venv-bench
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install -qq --disable-pip-version-check --requirement $< || { rm -rf .venv-bench; exit 1; }
	@touch $@

mutants: $(READY) .venv-mutants/.ready ## change rules and scripts place by place: each time a test must fail (hours)
	@bash tests/mutation/run.sh $(FOLDERS)

# cosmic-ray's own environment: the tests run in the project's.
.venv-mutants/.ready: tests/mutation/requirements.txt
	@echo "Setting up .venv-mutants (once)" >&2
	@$(PYTHON) -m venv --clear .venv-mutants
	@.venv-mutants/bin/python -m pip install -qq --disable-pip-version-check --requirement $<
	@touch $@

# A stamp, so that a second run starts at once and a changed lock file installs anew.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "rulebook needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Setting up $(VENV) (once, about a minute)" >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

simulator: build/simulator/.ready ## set up the simulator of cdk-ssm-documents, which tests run the documents in (needs npm)

build/simulator/.ready: tests/simulator/package.json tests/simulator/package-lock.json
	@mkdir -p build/simulator
	@cp tests/simulator/package.json tests/simulator/package-lock.json build/simulator
	@npm ci --prefix build/simulator --ignore-scripts --no-audit --no-fund --silent
	@touch $@

clean: ## remove the virtual environment and every cache
	rm -rf $(VENV) .venv-bench .venv-mutants build dist src/*.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
