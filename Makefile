# Every command there is. Each one makes what it needs: a virtual environment in .venv, installed
# from the versions in constraints.txt.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt

.PHONY: run test check lint types walls demo bench-crf bench-inference bench-window docs-formats docs-models docs-pitfalls translations screenshots samples weights wheel clean help

help:
	@sed -n 's/^## //p' Makefile

## make run          install, then open the window on the sample (without a display: the demo)
run: .venv/installed
	$(BIN)/sulcus --sample

## make test         install what tests need, then lint, types, walls and tests; screenshots of the
##                   journeys through the window go into artefacts
test: check
	QT_QPA_PLATFORM=offscreen SULCUS_ARTEFACTS=artefacts $(BIN)/python -m pytest

## make check        lint, types and walls only
check: lint types walls

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-dev
	$(BIN)/basedpyright --pythonpath $(BIN)/python

walls: .venv/installed-dev
	$(BIN)/lint-imports --no-cache

## make demo         the whole way on the shipped samples, measured, without a window
demo: .venv/installed
	$(BIN)/sulcus demo

## make bench-inference  tiled prediction beside the network alone and MONAI's sliding window
bench-inference: .venv/installed
	$(PIP) -e ".[peers]"
	$(BIN)/python benchmarks/bench_inference.py
	$(BIN)/python benchmarks/bench_inference.py --streams 4096 16384 32768
	$(BIN)/python benchmarks/predict_gigapixel.py
	$(BIN)/python benchmarks/bench_first_tile.py

## make docs-formats write docs/reference/formats.md from the tables of formats
docs-formats: .venv/installed
	$(BIN)/python packaging/write_formats.py

## make docs-models  measure each network and write docs/reference/models.md
docs-models: .venv/installed
	$(BIN)/python packaging/write_models.py

## make translations read the texts of the window into resources/translations
translations: .venv/installed
	$(BIN)/python packaging/translate.py

## make docs-pitfalls print the table of pitfalls, run, and write docs/reference/pitfalls.md from it
docs-pitfalls: .venv/installed-dev
	$(BIN)/python benchmarks/pitfalls_matrix.py --out docs/reference/pitfalls.md

## make screenshots  draw the main states of the window into docs/images
screenshots: .venv/installed
	QT_QPA_PLATFORM=offscreen $(BIN)/python packaging/screenshots.py --out docs/images

## make bench-crf    the ConvCRF beside its textbook forms, and a slider dragged in the window
bench-crf: .venv/installed
	$(BIN)/python benchmarks/bench_crf.py --volumes
	$(BIN)/python benchmarks/bench_crf_backward.py
	$(BIN)/python benchmarks/bench_densecrf.py
	$(BIN)/python benchmarks/bench_slider.py

## make bench-window the start, what the window takes from an event to the frame, gaps of its loop
bench-window: .venv/installed
	QT_QPA_PLATFORM=offscreen $(BIN)/python benchmarks/bench_startup.py
	QT_QPA_PLATFORM=offscreen $(BIN)/python benchmarks/bench_window.py
	$(BIN)/python benchmarks/bench_event_loop.py

## make samples      make resources/samples anew from what nilearn and scikit-image bundle
samples: .venv/installed-samples
	$(BIN)/python packaging/make_samples.py --out resources/samples

## make weights      train the shipped weights anew (about an hour)
weights: .venv/installed-samples
	OPENBLAS_NUM_THREADS=1 $(BIN)/python packaging/train_brain.py
	OPENBLAS_NUM_THREADS=1 $(BIN)/python packaging/train_objects.py

## make wheel        build the wheel into dist
wheel: .venv/installed
	$(BIN)/python -m pip wheel . --no-deps --wheel-dir dist --quiet

## make clean        remove what was built
clean:
	rm -rf .venv build dist artefacts *.egg-info

.venv/made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sulcus needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/made pyproject.toml constraints.txt
	$(PIP) --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	$(PIP) --editable '.[dev]'
	@touch $@

.venv/installed-samples: .venv/installed
	$(PIP) --editable '.[samples]'
	@touch $@
