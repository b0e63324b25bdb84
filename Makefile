# Every verb installs what it needs first. ARGS passes options on: make demo ARGS="--seed 7"

PYTHON ?=
ARGS ?=
WORKERS ?= 2

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The command ends when this make does, however that ends.
TIED := INNOVOUCHER_PARENT=$$PPID

ROOMS := services/**/domain/**,services/**/domain.py,services/**/operations/**,services/**/operations.py

.PHONY: help
help: ## show this list
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

.PHONY: run
run: .venv/run-ready ## serve everything on this machine (a sandbox, unless INNOVOUCHER_DATABASE_URL or ARGS=--live)
	@$(TIED) exec .venv/bin/innovoucher run $(ARGS)

.PHONY: demo
demo: .venv/run-ready ## play the Jiangmen year of 2020 through the public API, from its budget to the bank
	@$(TIED) exec .venv/bin/innovoucher demo $(ARGS)

.PHONY: bench
bench: .venv/run-ready ## measure how fast it is beside plain SQL on the same machine (a while; ARGS=--quick: a minute)
	@.ci/bootstrap wrk
	@$(TIED) exec .venv/bin/innovoucher bench $(ARGS)

.PHONY: tour
tour: .venv/dev-ready ## play the README's tour on a sandbox of its own, and write down what it prints
	@.venv/bin/python -m tests.docs.tour

.PHONY: test
test: .venv/dev-ready ## run every test; domain and operations must be covered to the last branch
	@.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report= $(ARGS)
	@$(if $(ARGS),echo 'coverage is judged when all tests run',.venv/bin/python -m coverage report --include='$(ROOMS)' --fail-under=100)

.PHONY: check
check: .venv/dev-ready ## run everything that reads the code instead of running it
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .
	@.venv/bin/python -m mypy --strict services tests migrations bench
	@.venv/bin/lint-imports
	@.venv/bin/python -m deptry .
	@.venv/bin/python -m pytest -q -p no:cacheprovider tests/test_tidy.py
	@.venv/bin/python .ci/secrets.py
	@.venv/bin/innovoucher migrate --check
	@.venv/bin/python -m services.standalone.openapi --check docs/openapi/innovoucher.json

.PHONY: format
format: .venv/dev-ready ## lay the code out and repair what can be repaired safely
	@.venv/bin/python -m ruff check --fix .
	@.venv/bin/python -m ruff format .

.PHONY: migrate
migrate: .venv/run-ready ## bring the database to the newest schema (INNOVOUCHER_DATABASE_URL, or the embedded one)
	@$(TIED) exec .venv/bin/innovoucher migrate $(ARGS)

.PHONY: migration
migration: .venv/dev-ready ## write the next migration: make migration SERVICE=voucher MESSAGE="Claims and their lines"
	@$(TIED) exec .venv/bin/innovoucher migrate --new '$(SERVICE)' --message '$(MESSAGE)'

.PHONY: clean
clean: ## remove what was installed and cached; data stays
	@rm -rf .venv .coverage .coverage.* htmlcov dist mutants .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find services tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run-ready: pyproject.toml uv.lock
	@PYTHON='$(PYTHON)' .ci/bootstrap run

.venv/dev-ready: pyproject.toml uv.lock
	@PYTHON='$(PYTHON)' .ci/bootstrap dev
