# Everything the README asks you to type. Needs Python 3.11 or newer with venv; nothing else is installed
# outside this folder.

PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	command -v $$python >/dev/null 2>&1 && $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: help run test eval check lint lock audit vectors model doctor clean

help:
	@echo "make run    sæt op, byg indekset, hvis det mangler, og vis adressen"
	@echo "make test   sæt op og kør alle tests"
	@echo "make eval   mål svarene, og sammenlign med den gemte måling"
	@echo "make check  formatering, kodetjek, typer og importer, og så alle tests"
	@echo "make audit  slå kendte sårbarheder i pakkerne op (kræver net)"
	@echo "make clean  fjern alt, der er bygget (ikke jeres egne dokumenter)"

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 eller nyere mangler. Installér den (fx: apt install python3 python3-venv), og prøv igen."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Modulet venv mangler i $(PYTHON). Installér det (fx: apt install python3-venv), og prøv igen."; exit 1; }
	@echo "Opretter miljøet i $(VENV) med $(PYTHON) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installerer pakker (første gang tager det nogle minutter) …"
	@$(BIN)/pip install --quiet -r requirements/run.txt
	@$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@echo "Installerer pakker til test …"
	@$(BIN)/pip install --quiet -r requirements/test.txt
	@touch $@

run: $(VENV)/.run
	@$(BIN)/proev serve

test: $(VENV)/.test
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

eval: $(VENV)/.run
	@$(BIN)/proev eval

lint: $(VENV)/.test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint test

vectors: $(VENV)/.run
	@$(BIN)/python -m ingest --ship-vectors

model: $(VENV)/.run
	@$(BIN)/pip install --quiet torch==2.13.0
	@$(BIN)/pip install --quiet --editable '.[train]'
	@$(BIN)/proev ingest
	@$(BIN)/python -m evals train
	@$(MAKE) --no-print-directory vectors
	@$(BIN)/proev ingest
	@$(BIN)/python -m evals calibrate
	@$(BIN)/python -m evals learn-actions

doctor: $(VENV)/.run
	@$(BIN)/proev doctor

lock: | $(VENV)/bin/python
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate \
		--no-header pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate \
		--no-header --extra test -c requirements/run.txt pyproject.toml -o requirements/test.txt

audit: | $(VENV)/bin/python
	@$(BIN)/python -m venv .audit
	@.audit/bin/pip install --quiet pip-audit==2.10.1
	@.audit/bin/pip-audit --strict --no-deps --disable-pip -r requirements/run.txt
	@.audit/bin/pip-audit --strict --no-deps --disable-pip -r requirements/test.txt

clean:
	@rm -rf $(VENV) .audit build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis data/index data/cache
