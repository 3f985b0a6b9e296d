from __future__ import annotations

from pathlib import Path

from engine.core.case import ImageRef
from engine.core.found import Found, FoundCase

A, B = Path("a.tif"), Path("b.png")
FOUND = Found(
    (FoundCase(ImageRef(A, "0")), FoundCase(ImageRef(A, "1")), FoundCase(ImageRef(B), A)), ("x",)
)


def test_several_images_of_one_file_are_parts() -> None:
    assert FOUND.has_parts
    assert not Found(FOUND.cases[1:]).has_parts
    assert not Found(()).has_parts


def test_what_a_person_leaves_out_is_gone_and_all_else_stays() -> None:
    left = FOUND.only([ImageRef(B), ImageRef(A, "1")])
    assert left.cases == FOUND.cases[1:]
    assert left.notes == FOUND.notes
