from __future__ import annotations

import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.settings import SETTINGS, Kind, Settings


@pytest.fixture
def path(tmp_path, qapp):
    return tmp_path / "sub" / "settings.toml"


def other_than_default(row):
    match row.kind:
        case Kind.SWITCH:
            return not row.default
        case Kind.NUMBER:
            return row.low if row.default != row.low else row.high
        case Kind.CHOICE:
            return next(value for value, _ in row.choices if value != row.default)


def test_every_row_accepts_its_default_and_has_a_name_of_its_own():
    assert len({row.name for row in SETTINGS}) == len(SETTINGS)
    for row in SETTINGS:
        assert row.accepts(row.default)
        assert row.name.count(".") == 1


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row.name)
def test_what_is_chosen_is_told_at_once_and_read_again(path, row):
    mine = Settings(path)
    told = []
    mine.changed.connect(told.append)
    value = other_than_default(row)
    mine.set(row.name, value)
    assert told == [row.name]
    mine.flush()
    assert Settings(path).value(row.name) == value
    mine.reset(row.name)
    mine.flush()
    assert Settings(path).value(row.name) == row.default


def test_only_what_differs_from_the_defaults_is_written(path):
    mine = Settings(path)
    mine.set("look.theme", "light")
    mine.set("look.hide-names", value=True)
    mine.set("look.hide-names", value=False)
    mine.flush()
    assert tomllib.loads(path.read_text("utf-8")) == {"look": {"theme": "light"}}


def test_a_change_is_written_soon_without_being_asked(path, qtbot):
    mine = Settings(path)
    mine.set("look.theme", "light")
    qtbot.waitUntil(path.exists)
    assert Settings(path).choice("look.theme") == "light"


@pytest.mark.parametrize(
    "data", [b"[look\ntheme = 1", b"\xff\xfe\x00", b"a = 1\na = 2"], ids=["cut", "binary", "twice"]
)
def test_a_damaged_file_gives_the_defaults_and_is_kept(path, data):
    path.parent.mkdir()
    path.write_bytes(data)
    mine = Settings(path)
    assert all(mine.value(row.name) == row.default for row in SETTINGS)
    assert "settings.toml.damaged" in mine.told
    assert path.with_name("settings.toml.damaged").read_bytes() == data
    mine.set("look.theme", "light")
    mine.flush()
    again = Settings(path)
    assert again.told == ""
    assert again.choice("look.theme") == "light"


def test_a_value_out_of_range_is_left_at_its_default_and_told(path):
    path.parent.mkdir()
    path.write_text('[look]\nopacity = 7\ntheme = "light"\n[keys]\n"file.open" = 3\n')
    mine = Settings(path)
    assert mine.number("look.opacity") == 0.5
    assert mine.choice("look.theme") == "light"
    assert "look.opacity" in mine.told
    assert "keys.file.open" in mine.told
    with pytest.raises(ValueError, match="cannot be"):
        mine.set("look.opacity", 7)


def test_what_a_newer_program_wrote_is_kept(path):
    path.parent.mkdir()
    path.write_text('[look]\nfuture = ["a", 1.5]\n[other]\n"b c" = true\n')
    mine = Settings(path)
    mine.set("look.theme", "light")
    mine.flush()
    assert tomllib.loads(path.read_text("utf-8")) == {
        "look": {"future": ["a", 1.5], "theme": "light"},
        "other": {"b c": True},
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    keys=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3).map(tuple),
        max_size=4,
    )
)
def test_keys_of_any_text_come_back(path, keys):
    mine = Settings(path)
    mine.set_keys(keys)
    mine.flush()
    assert Settings(path).keys == keys


def test_a_file_that_cannot_be_written_is_told_and_the_choice_holds(path, tmp_path):
    (tmp_path / "sub").write_text("a file where the folder should be")
    mine = Settings(path)
    told = []
    mine.failed.connect(told.append)
    mine.set("look.theme", "light")
    mine.flush()
    assert len(told) == 1
    assert mine.choice("look.theme") == "light"
