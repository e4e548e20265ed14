# `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON_BIN := .venv/bin/python
VIVA := .venv/bin/viva

MINUTES ?= 30
RECORDS ?= 10000
SEED ?= 1
PICTURES ?= .viva/pictures

.PHONY: help setup setup-tests demo test thorough up down bench questions torture fuzz lint format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:
	@deploy/setup.sh

setup-tests:
	@deploy/setup.sh tests

demo: setup ## install what is needed, let three simulated candidates take an interview, print reports
	@$(VIVA) demo

test: setup-tests ## lint, types, import contract and the tests, with real services
	@$(MAKE) --no-print-directory lint
	@$(PYTHON_BIN) -m pytest -m "not e2e and not thorough" --numprocesses 2 --dist loadfile
	@$(PYTHON_BIN) -m pytest -m "e2e and not thorough"

thorough: setup-tests ## every page in both languages and what takes minutes; pictures go to PICTURES
	@$(PYTHON_BIN) -m pytest -m "e2e or thorough" --basetemp $(PICTURES)

up: setup ## run the whole stack here until Ctrl-C
	@$(VIVA) up

down: ## stop a stack that runs in the background
	@$(VIVA) down

bench: setup ## compare each process with the bare parts inside it
	@$(PYTHON_BIN) -m pytest -s tests/bench --results tests/bench/RESULTS.md

questions: setup ## hold invented interviews with the packaged model and print every question
	@$(PYTHON_BIN) -m tests.bench.questions

torture: setup-tests ## break everything at random for MINUTES=30 (SEED=1) and check every score
	@$(PYTHON_BIN) -m tests.integration.faults.torture --minutes $(MINUTES) --seed $(SEED)

fuzz: setup-tests ## RECORDS=10000 hostile records a topic (SEED=1) and the API's schema
	@$(PYTHON_BIN) -m tests.integration.hostile.fuzz --records $(RECORDS) --seed $(SEED)

lint: ## ruff, types of programs and pages, oxlint, import contract
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/oxlint --config gateway/oxlint.json --quiet gateway/web
	@$(PYTHON_BIN) -m deploy.page_types check
	@.venv/bin/lint-imports

format: ## let ruff rewrite what it can
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

lock: setup ## renew the hashed requirement locks
	@deploy/locks/compile.sh

clean: ## remove the environment and all state (models, jars, data)
	@-[ ! -x $(VIVA) ] || $(VIVA) down
	@rm -rf .venv .viva .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
