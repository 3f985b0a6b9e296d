from __future__ import annotations

import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.crf.parameters import CrfParameters, parse_parameters, range_of
from engine.errors import ParameterError


@pytest.mark.parametrize("name", [one.name for one in fields(CrfParameters)])
def test_every_parameter_has_a_title_and_a_range_that_holds_its_default(name):
    limits = range_of(name)
    assert limits.title
    assert limits.note
    default = getattr(CrfParameters(), name)
    if limits.is_matrix:
        assert default == ()
        assert parse_parameters([f"{name}=potts"]) == {name: default}
        return
    assert default in limits.choices or limits.low <= default <= limits.high
    assert parse_parameters([f"{name}={default}"]) == {name: default}


@given(st.floats(1, 100))
def test_what_is_written_is_read_back(width):
    assert parse_parameters([f"appearance_colour={width!r}"]) == {"appearance_colour": width}


def test_none_leaves_the_reach_out():
    assert parse_parameters(["appearance_position=none"]) == {"appearance_position": math.inf}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("iterations", "name=value"),
        ("iteration=5", "Did you mean 'iterations'"),
        ("iterations=0", "from 1 to 20"),
        ("iterations=2.5", "from 1 to 20"),
        ("filter_size=4", "3 to 21 in steps of 2"),
        ("blur=3", "one of 1, 2, 4"),
        ("window=round", "manhattan, square"),
        ("appearance_weight=nan", "from 0 to 30"),
        ("smoothness_position=none", "from 0.5 to 30"),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_it_may_be(text, said):
    with pytest.raises(ParameterError, match=said):
        parse_parameters([text])


def test_parameters_that_make_no_sense_cannot_be_made():
    with pytest.raises(ParameterError):
        CrfParameters(iterations=0)
    with pytest.raises(ParameterError):
        CrfParameters().changed({"nothing": 1})


def test_a_compatibility_matrix_is_read_from_a_text_file(tmp_path):
    path = tmp_path / "costs.txt"
    path.write_text("0 1, 2\n1 0 0.5\n2 0.5 0\n", encoding="utf-8")

    values = parse_parameters([f"compatibility={path}"])

    assert values == {"compatibility": ((0, 1, 2), (1, 0, 0.5), (2, 0.5, 0))}
    assert CrfParameters().changed(values).changed({"compatibility": ()}) == CrfParameters()


@pytest.mark.parametrize("text", ["0 1\n1", "0 x\nx 0", "0 1\n1 nan", "0 1 2\n1 0 2"])
def test_what_is_no_square_matrix_is_refused(tmp_path, text):
    path = tmp_path / "costs.txt"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ParameterError, match="compatibility cannot be"):
        parse_parameters([f"compatibility={path}"])
