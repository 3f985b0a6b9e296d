from __future__ import annotations

import pytest

from engine.core.synonyms import are_tissues, meaning


@pytest.mark.parametrize(
    ("name", "other"),
    [("GM", "Grey_Matter"), ("gray matter", "grey-matter"), ("CSF", "Cerebrospinal  Fluid"),
     ("BG", "Background"), ("WM", " white matter "), ("void", "ignore")],
)  # fmt: skip
def test_names_that_mean_the_same_are_one(name: str, other: str) -> None:
    assert meaning(name) == meaning(other)


def test_other_names_stay_apart() -> None:
    assert len({meaning(name) for name in ("GM", "WM", "CSF", "background", "cell", "cells")}) == 6


def test_tissues_are_known_by_whatever_names() -> None:
    assert are_tissues(["x", "Grey Matter", "WM", "csf"])
    assert not are_tissues(["background", "GM", "WM"])
