# Every target sets up what it needs. Python 3.11+, make and a package index are enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=
JOBS   ?= 3

.DEFAULT_GOAL := help
.PHONY: help setup dev demo run test check bench servers servers-stop lock clean

help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "monitor needs Python 3.11 or newer; say which one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "No virtual environment could be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.setup: $(VENV)/.python requirements.lock pyproject.toml
	@echo "installing monitor into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.setup requirements-dev.lock
	@echo "installing the development tools ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.setup ## make .venv with the monitor command in it
	@echo "ready: $(BIN)/monitor --help"

dev: $(VENV)/.dev ## the same, with everything tests and checks need

ifeq ($(MODE),cluster)
demo: $(VENV)/.dev
	@deploy/local/with_servers.sh $(BIN)/python sh -c '$(BIN)/monitor demo \
	  --kafka "$$KAFKA_FOR_TESTS" --elasticsearch "$$ELASTICSEARCH_FOR_TESTS" \
	  --prefix monitor $(ARGS)'
else
demo: $(VENV)/.setup ## sample feeds, matched, stored, alerted to real receivers (ARGS=--serve, MODE=cluster)
	@$(BIN)/monitor demo $(ARGS)
endif

run: $(VENV)/.setup ## the service on config/, with live feeds
	@$(BIN)/monitor run --config config $(ARGS)

check: $(VENV)/.dev ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(VENV)/.dev ## everything that must hold before a change lands
	@tests/tools.sh
	@$(MAKE) --no-print-directory check
	deploy/local/with_servers.sh $(BIN)/python $(BIN)/python -m pytest -n $(JOBS) $(ARGS)

bench: $(VENV)/.dev ## how fast it is on this machine, on SQLite and on the servers
	deploy/local/with_servers.sh $(BIN)/python $(BIN)/python -m pytest -m benchmark tests/benchmarks $(ARGS)

servers: $(VENV)/.python ## a real Kafka and Elasticsearch here, without containers (needs mvn and Java 21)
	@$(BIN)/python deploy/local/servers.py start

servers-stop: $(VENV)/.python ## stop what `make servers` started; its data stays
	@$(BIN)/python deploy/local/servers.py stop

lock: $(VENV)/.dev ## resolve the dependencies again
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate --upgrade --extra demo pyproject.toml build-requirements.in -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate --extra dev -c requirements.lock pyproject.toml build-requirements.in -o requirements-dev.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate --extra cluster --extra full-text -c requirements-dev.lock pyproject.toml -o deploy/requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate -c requirements.lock build-requirements.in -o deploy/build.lock

clean: ## remove what make made, the local servers and their data too
	@if [ -d deploy/local/.servers ]; then $(PYTHON) deploy/local/servers.py stop; fi
	rm -rf deploy/local/.servers
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
