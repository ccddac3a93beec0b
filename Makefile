# `make chat` and `make test` are all that is needed; each sets up .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
export HF_HUB_OFFLINE := 1

PYTEST := $(BIN)/pytest --quiet --numprocesses 4 --dist loadfile --no-loadscope-reorder

# torch for processors: the one of the ordinary index brings 2.5 GB for graphics cards to a Linux machine.
CPU_TORCH := install --no-deps --no-compile --timeout 8 --retries 1 --index-url https://download.pytorch.org/whl/cpu torch

.PHONY: chat bot test check lint rebuild bench audit vectors adapter tables

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -m venv .venv
	@echo "Installing what AskFirst needs into .venv; this takes a few minutes the first time." >&2
	@$(BIN)/pip $(CPU_TORCH) >/dev/null 2>&1 || echo "PyTorch's index cannot be reached: torch comes from the ordinary one." >&2
	@$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	@touch $@

chat: .venv/ready
	@$(BIN)/askfirst chat

bot: .venv/ready
	@$(BIN)/askfirst bot

rebuild: .venv/ready
	@$(BIN)/askfirst rebuild

lint: .venv/ready
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy

# What to run after each change: everything but what is slow or needs the real model.
check: lint
	@$(PYTEST) -m "not slow and not model"

test: lint
	@$(BIN)/askfirst patterns check
	@$(PYTEST)

bench: .venv/ready
	@$(BIN)/python -m bench.table

audit: .venv/ready
	@$(BIN)/python -m bench.audit

vectors: .venv/ready
	@$(BIN)/python -m index.model.shipped_vectors

adapter: .venv/ready
	@$(BIN)/python -m index.training.training

tables: .venv/ready
	@$(BIN)/python -m index.training.tables
