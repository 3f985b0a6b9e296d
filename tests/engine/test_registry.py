from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UnknownName
from engine.registry import Registry, unknown


@dataclass(frozen=True)
class Row:
    name: str
    target: str


def make_table() -> Registry[Row, type]:
    return Registry(
        "tool",
        Row("brush", "collections:OrderedDict"),
        Row("eraser", "collections:Counter"),
        Row("absent", "engine.no_such_module:Nothing"),
    )


def test_rows_come_in_the_order_of_the_table() -> None:
    assert [row.name for row in make_table()] == ["brush", "eraser", "absent"]
    assert len(make_table()) == 3


def test_a_row_is_found_by_its_name_and_its_part_loaded() -> None:
    import collections

    assert make_table()["eraser"].target == "collections:Counter"
    assert make_table().load("eraser") is collections.Counter


def test_a_near_miss_is_answered_with_the_name_that_was_meant() -> None:
    with pytest.raises(UnknownName) as caught:
        make_table()["brusch"]
    assert str(caught.value) == "There is no tool 'brusch'. Did you mean 'brush'?"


def test_a_name_like_no_other_is_answered_with_all_there_are() -> None:
    with pytest.raises(UnknownName) as caught:
        make_table().load("zzz")
    assert caught.value.remedy == "There are: brush, eraser, absent."


def test_a_part_is_imported_only_when_it_is_loaded() -> None:
    name = "this"
    sys.modules.pop(name, None)
    table: Registry[Row, str] = Registry("poem", Row("zen", f"{name}:s"))
    assert table["zen"].target == "this:s"
    assert list(table)
    assert name not in sys.modules


def test_a_row_whose_module_is_missing_fails_on_loading() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        make_table().load("absent")


def test_two_rows_of_one_name_are_a_bug() -> None:
    with pytest.raises(ValueError, match="share a name"):
        Registry("tool", Row("a", "x:y"), Row("a", "x:z"))


@given(st.dictionaries(st.text(min_size=1), st.none(), min_size=1, max_size=5), st.text())
def test_the_hint_always_names_something_that_exists(known: dict[str, None], name: str) -> None:
    error = unknown("thing", name, known)
    assert any(one in error.remedy for one in known)
    assert name in error.what
