# Putright's commands. `make help` lists them.
.DEFAULT_GOAL := help
PUTRIGHT = .venv/bin/putright

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: ## build both environments and what the app needs (quick when nothing changed)
	@scripts/setup app

run: setup ## start everything, with the settings in .env if there is one; Ctrl-C ends it
	@set -a; if [ -f .env ]; then . ./.env; fi; exec $(PUTRIGHT) run

test: ## every test, from nothing
	@scripts/setup test
	@$(MAKE) --no-print-directory lint
	@$(PUTRIGHT) train
	@.venv-rasa/bin/python -m pytest -c tests/bot/pytest.ini tests/bot tests/data
	@.venv/bin/python -m pytest -n 2 --dist loadfile --ignore=tests/bot --ignore=tests/data

lint: ## style and names
	@.venv/bin/ruff check .

train: setup ## train the model if its data changed
	@$(PUTRIGHT) train

evaluate: setup ## measure the understanding on the evaluation messages (minutes)
	@.venv-rasa/bin/python -m evaluation.evaluate

bench: setup ## speeds, as ratios measured in one run
	@.venv/bin/python -m bench

chaos: setup ## kill the processes at random while residents talk; nothing may be lost or doubled
	@.venv/bin/python -m tests.chaos.kill

pictures: setup ## take the pictures of the README again, from the running house
	@.venv/bin/python -m tests.whole.pictures
	@$(PUTRIGHT) policy clocks milestone --received 2026-12-18T18:30 --svg > docs/pictures/timeline.svg

lock: ## renew the pinned requirement files
	@scripts/lock

.PHONY: help setup run test lint train evaluate bench chaos pictures lock
