"""The page of networks names each row there is, with its parameters and its published figures."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.models.encoder import ENCODERS, make_encoder
from engine.models.measure import parameter_count
from engine.models.table import MODELS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "models.md"


@pytest.fixture(scope="module")
def rows():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line[:3] == "| `"
    ]
    return {row[0].strip("`"): row[1:] for row in cells}


def test_the_page_has_the_rows_of_the_tables_and_no_others(rows):
    assert list(rows) == [row.name for row in (*MODELS, *ENCODERS)]


@pytest.mark.parametrize("row", [*MODELS, *ENCODERS], ids=lambda row: row.name)
def test_a_row_of_the_page_says_what_the_network_is(rows, row):
    title, parameters, _, published = rows[row.name][:4]
    assert title == f"{row.title}; {row.paper}"
    said = (f"{what.capitalize()} {value}" for what, value in row.published.items())
    assert published == ". ".join(said)
    with torch.device("meta"):
        network = (
            MODELS.load(row.name)(classes=row.classes) if row in MODELS else make_encoder(row.name)
        )
    assert parameters == f"{parameter_count(network):,}"
