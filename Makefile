# Run from a checkout with Python 3.11 or newer and make; everything else is installed into VENV.
#   make demo            what it does, on shipped cases
#   make test            the test suite
#   make docs            the documentation as a site, in build/docs
# PYTHON=python3.12 chooses the interpreter, VENV=folder the environment.

VENV ?= .venv
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --quiet --quiet --disable-pip-version-check install
# Editable: a change of the code needs no new installation, a change of these files does.
SETUP := setup.cfg pyproject.toml

.DELETE_ON_ERROR:
.PHONY: help demo test docs examples lint format types clean distclean

help:
	@echo "make demo      solve three shipped cases"
	@echo "make test      run the test suite"
	@echo "make examples  run the examples in docstrings, documentation and notebooks"
	@echo "make docs      build the documentation site in build/docs"
	@echo "make lint      ruff: rules and format        make format   mend what ruff can mend"
	@echo "make types     mypy --strict"
	@echo "make clean     remove what tools leave behind; make distclean removes $(VENV) too"

demo: $(VENV)/installed-run
	$(VENV)/bin/coalitions solve libya-2011
	$(VENV)/bin/coalitions solve syria-2012
	$(VENV)/bin/coalitions packages council-of-seven
	$(VENV)/bin/coalitions winning un-security-council

# One file stays on one worker: what it sets up, it sets up once.
test: $(VENV)/installed-test
	$(RUN) -m pytest --numprocesses auto --maxprocesses 8 --dist loadfile

examples: $(VENV)/installed-test
	$(RUN) -m pytest --doctest-modules solvers coalitions
	$(RUN) -m pytest tests/project/test_docs.py
	@set -e; notebooks=$$(find . -path './.venv*' -prune -o -path '$(VENV)' -prune -o \
		-name .ipynb_checkpoints -prune -o -name '*.ipynb' -print); \
	if [ -n "$$notebooks" ]; then $(RUN) -m pytest --nbmake $$notebooks; \
	else echo "no notebooks"; fi

docs: $(VENV)/installed-docs
	$(RUN) -m sphinx --quiet --nitpicky --fail-on-warning --keep-going docs build/docs
	@echo "open build/docs/index.html"

lint: $(VENV)/installed-dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

format: $(VENV)/installed-dev
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

types: $(VENV)/installed-dev
	$(RUN) -m mypy

$(RUN):
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer was not found; name it with make PYTHON=/path/to/python" >&2; exit 1; fi
	@echo "creating $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv "$(VENV)"

$(VENV)/installed-run: $(SETUP) | $(RUN)
	@echo "installing the package"
	@$(PIP) --editable .
	@touch $@

$(VENV)/installed-%: $(SETUP) | $(RUN)
	@echo "installing the package and what [$*] needs"
	@$(PIP) --editable ".[$*]"
	@touch $@

clean:
	rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean
	@if [ -f "$(VENV)/pyvenv.cfg" ]; then rm -rf "$(VENV)"; echo "removed $(VENV)"; fi
