# Every command a person or CI needs; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo run check test browser bench lock format translations pictures soak soak-kill soak-chaos soak-abuse soak-rotate
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
T ?= tests
# Where Python may keep nothing that it compiled, each of a thousand processes compiles everything anew, for five seconds.
unexport PYTHONDONTWRITEBYTECODE

##@ Use it
help: ## List the commands
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with the locked packages
	@command -v $(PYTHON) >/dev/null || { echo "setup: $(PYTHON) was not found; Python 3.11 or newer is needed" >&2; exit 69; }
	@$(PYTHON) scripts/setup.py runtime

demo: setup ## The whole product on this machine, with no account: http://127.0.0.1:8080/
	@exec $(BIN)/python -m sandbox --data demo.data --speed $(or $(SPEED),3) --port $(or $(PORT),8080)

run: setup ## Run the bot with the settings in .env
	@exec $(BIN)/vtbot run

##@ Work on it
setup-dev:
	@command -v $(PYTHON) >/dev/null || { echo "setup: $(PYTHON) was not found; Python 3.11 or newer is needed" >&2; exit 69; }
	@$(PYTHON) scripts/setup.py dev

check: setup-dev ## Format, lint, types, import contracts, catalogues, sizes of rooms
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache && $(BIN)/python scripts/catalogues.py check && $(BIN)/python scripts/rooms.py

test: setup-dev ## Every test, with branch coverage (T=path for some, without coverage)
	@$(BIN)/python scripts/run_tests.py $(T)

browser: ## Install Debian's chromium for the browser tests
	@sh scripts/install_browser.sh

bench: setup-dev ## Run the benchmarks
	@for file in benchmarks/bench_*.py; do $(BIN)/python "$$file" || exit 1; done

format: setup-dev ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

translations: setup-dev ## Bring the catalogues up to date with the code
	@$(BIN)/python scripts/catalogues.py update

pictures: setup-dev ## Make the README's pictures of the pages
	@$(BIN)/python scripts/pictures.py

lock: setup-dev ## Compile the locks from requirements/*.in
	@for name in runtime dev; do $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt || exit 1; done

soak: soak-kill soak-chaos soak-abuse soak-rotate ## The long campaigns

soak-kill: setup-dev ## Kill, stop and end the bot at random points, on both databases
	@$(BIN)/python -m tests.soak.kill $(if $(SEED),--seed $(SEED))

soak-chaos: setup-dev ## Every fault of both neighbours, and a clock that jumps
	@$(BIN)/python -m tests.soak.chaos $(if $(SEED),--seed $(SEED))

soak-abuse: setup-dev ## One person sends 200 updates a second for a minute
	@$(BIN)/python -m tests.soak.abuse

soak-rotate: setup-dev ## Kill the rotation of keys, on both databases
	@$(BIN)/python -m tests.soak.rotate $(if $(SEED),--seed $(SEED))
