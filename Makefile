# Everything runs in .venv, which the first command makes. `make PYTHON=python3.12 site` picks another Python.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: site live check schema test bench clean

site: .venv/site.stamp  ## check the data, run the notebooks, build the site in _build/html
	$(BIN)/policykb site

live: .venv/site.stamp  ## serve the site on http://127.0.0.1:8000 and rebuild on save
	$(BIN)/policykb live

check: .venv/site.stamp  ## check the data
	$(BIN)/policykb check

schema: .venv/site.stamp  ## write data/schema/ from the code and the vocabularies
	$(BIN)/policykb schema

test: .venv/test.stamp  ## everything that CI demands
	$(BIN)/ruff check scripts tests benchmarks
	$(BIN)/mypy scripts/policykb
	$(BIN)/policykb schema --check
	$(BIN)/policykb check
	$(BIN)/python -m pytest

bench: .venv/test.stamp  ## the figures in docs and notes; some minutes
	$(BIN)/python benchmarks/build.py

clean:  ## remove what was built; the environment stays
	rm -rf _build book/catalogue

.venv/site.stamp: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is %s" % sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps -e .
	touch $@

.venv/test.stamp: .venv/site.stamp requirements-test.txt
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements-test.txt
	touch $@
