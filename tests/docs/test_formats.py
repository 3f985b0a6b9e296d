from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from engine.export.table import EXPORT_FORMATS
from engine.io.table import IMAGE_FORMATS

SCRIPT = Path(__file__).parents[2] / "packaging" / "write_formats.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_formats", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_formats_is_the_one_that_the_tables_give(script: ModuleType) -> None:
    written = script.PAGE.read_text(encoding="utf-8")
    assert written == script.page(), "run 'make docs-formats'"


def test_the_page_has_every_format_with_its_endings(script: ModuleType) -> None:
    text = script.page()
    for row in IMAGE_FORMATS:
        assert row.title in text
        assert all(f"`{suffix}`" in text for suffix in row.suffixes)
    for row in EXPORT_FORMATS:
        assert f"`{row.name}`" in text


@pytest.mark.parametrize("row", [*IMAGE_FORMATS, *EXPORT_FORMATS], ids=lambda row: row.name)
def test_every_format_says_what_it_keeps(row: object) -> None:
    keeps = getattr(row, "keeps", "")
    assert keeps.endswith(".")
    assert "|" not in keeps
