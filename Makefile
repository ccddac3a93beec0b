# `make chat` and `make test` are all that is needed; each sets up .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
export HF_HUB_OFFLINE := 1

.PHONY: chat bot test check rebuild bench adapter

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -m venv .venv
	@echo "Installing what AskFirst needs into .venv; this takes a few minutes the first time." >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	@touch $@

chat: .venv/ready
	@$(BIN)/askfirst chat

bot: .venv/ready
	@$(BIN)/askfirst bot

rebuild: .venv/ready
	@$(BIN)/askfirst rebuild

check: .venv/ready
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/pytest --quiet -m "not model"

test: .venv/ready
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/askfirst patterns check
	@$(BIN)/pytest --quiet

bench: .venv/ready
	@$(BIN)/python -m bench.figures

adapter: .venv/ready
	@$(BIN)/python -m index.training.training
