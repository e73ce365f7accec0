# Two commands for a newcomer: `make demo` and `make test`. Both set up what they need in .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CHECKED := src tests bench tools

.PHONY: demo test lint bench docs clean
.DEFAULT_GOAL := test

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Litany needs Python 3.11 or later as $(PYTHON). Install it, or name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv. Install it (Debian, Ubuntu: sudo apt install python3-venv), then make again." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -e ".[dev,report]" -c constraints.txt
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/litany demo demo-case

test: $(STAMP) lint
	$(BIN)/python -m pytest -n 2

lint: $(STAMP)
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python -m bench
	$(BIN)/python -m bench.linkage
	$(BIN)/python -m bench.aapp_ucdp
	$(BIN)/python -m bench.linkage_bad
	$(BIN)/python -m bench.loglinear
	$(BIN)/python -m bench.latent
	$(BIN)/python -m bench.strata
	$(BIN)/python -m bench.strata_totals 480 601
	$(BIN)/python -m bench.estimates_coverage 510 20263 --processes 2

docs: $(STAMP)
	$(BIN)/python tools/build_docs.py

clean:
	rm -rf $(VENV) demo-case bench/out .mypy_cache .ruff_cache .pytest_cache .hypothesis
