from __future__ import annotations

import numpy as np
import pytest

from engine.core.case import CaseState
from engine.core.planes import Plane
from engine.project.store import Project


def reviews(desk):
    return Project(desk.p.project.project.folder).reviews()


def read(desk, decide) -> None:
    """See all slices, decide, and wait for the next case."""
    desk.look_at_all()
    decide()
    desk.rest()


def test_approving_goes_on_to_the_next_case_and_an_empty_mask_may_be_right(at_work):
    first = at_work.name
    at_work.put(slice(2, 4), 1)
    read(at_work, at_work.p.review.approve)
    assert at_work.states == ["approved", "new", "new"]
    assert at_work.name != first
    assert at_work.p.review.state is CaseState.NEW
    read(at_work, at_work.p.review.approve)
    last = reviews(at_work)[-1]
    assert last.facts["no_object"] is True
    assert last.facts["seen"]["axial"] == [8, 8]
    assert (last.reader, last.state) == ("Ada", CaseState.APPROVED)


def test_what_was_not_seen_is_not_approved(at_work):
    at_work.put(slice(0, 5), 1)
    missed = []
    at_work.p.review.missed_slices.connect(missed.append)
    at_work.p.review.approve()
    at_work.rest()
    assert missed == [4], "one of the five slices is on screen"
    assert at_work.p.review.state is CaseState.IN_REVIEW
    while not at_work.p.seen.slices[Plane.AXIAL].all():
        before = at_work.p.seen.share(Plane.AXIAL)[0]
        at_work.p.seen.next_unseen()
        assert at_work.p.seen.share(Plane.AXIAL)[0] == before + 1
    at_work.p.review.approve()
    at_work.rest()
    assert at_work.states[0] == "approved"


def test_whether_all_must_be_seen_is_a_setting(at_work):
    at_work.put(slice(0, 5), 1)
    at_work.p.settings.set("review.all-seen", value=False)
    at_work.p.review.approve()
    at_work.rest()
    assert at_work.states[0] == "approved"


def test_a_rejection_needs_a_reason_and_offers_it_again(at_work):
    at_work.p.review.reject("  ")
    at_work.rest()
    assert at_work.states[0] == "new"
    at_work.p.review.reject("cut off")
    at_work.rest()
    assert at_work.states == ["rejected", "new", "new"]
    assert at_work.p.review.reasons == ("cut off",)
    assert reviews(at_work)[-1].reason == "cut off"


def test_skipping_decides_nothing_and_comes_round_again(at_work):
    names = []
    for _ in range(4):
        names.append(at_work.name)
        at_work.p.review.skip()
        at_work.rest()
    assert names[0] == names[3]
    assert len(set(names)) == 3
    assert at_work.states == ["new"] * 3


def test_decided_cases_are_passed_over_both_ways(at_work):
    at_work.show(1)
    at_work.p.review.reject("r")
    at_work.rest()
    assert at_work.p.project.position == 2
    at_work.p.review.go_to_open(-1)
    at_work.rest()
    assert at_work.p.project.position == 0
    at_work.p.review.go_to_open(1)
    at_work.rest()
    assert at_work.p.project.position == 2
    assert at_work.p.review.left == 2


def test_when_all_are_decided_it_says_so(at_work):
    for _ in range(3):
        at_work.p.review.reject("r")
        at_work.rest()
    assert at_work.said == ["No other case is left to review"]
    assert at_work.p.review.state is CaseState.REJECTED


def test_an_edit_voids_an_approval_and_undo_does_not_bring_it_back(at_work):
    read(at_work, at_work.p.review.approve)
    at_work.show(0)
    assert at_work.p.review.state is CaseState.APPROVED
    at_work.put(slice(2, 4), 1)
    assert at_work.p.review.state is CaseState.IN_REVIEW
    assert at_work.states[0] == "in review"
    states = [one.state for one in at_work.p.review.told]
    assert states == [CaseState.APPROVED, CaseState.IN_REVIEW]
    at_work.p.case.undo()
    at_work.rest()
    assert at_work.p.review.state is CaseState.IN_REVIEW


def test_a_comment_stands_at_its_place_and_is_gone_to(at_work):
    at_work.p.case.put_cursor((3, 4, 5))
    at_work.p.review.comment("a bright spot")
    at_work.rest()
    (one,) = at_work.p.review.told
    assert (one.comment, one.place, one.reader) == ("a bright spot", (3, 4, 5), "Ada")
    at_work.p.case.put_cursor((0, 0, 0))
    at_work.p.review.show_comment(one.number)
    assert at_work.p.case.cursor == (3, 4, 5)
    assert at_work.states[0] == "new", "a comment is no decision"


def test_the_second_reader_sees_nothing_of_the_first(at_work):
    at_work.put(slice(0, 6), 1, by_hand=False)
    at_work.put(slice(0, 3), 2)
    at_work.p.review.comment("I doubt this")
    at_work.rest()
    at_work.p.review.ask_second()
    at_work.rest()
    assert at_work.p.project.position == 1
    at_work.p.review.go_to_open(-1)
    at_work.rest()
    assert at_work.p.project.position == 2, "it waits for somebody else"
    at_work.show(0)
    assert len(at_work.p.review.told) == 2
    at_work.p.review.set_reader("Bob")
    at_work.rest()
    assert at_work.p.review.is_blind
    assert at_work.p.review.told == ()
    assert at_work.p.history.steps == ()
    assert (at_work.history.labels[3, 3, :6] == 1).all()
    assert not at_work.history.touched.any()
    assert not at_work.history.can_undo, "undo would show what the first did"
    at_work.put(slice(5, 6), 3)
    assert [step.person for step in at_work.p.history.steps] == ["Bob"]
    read(at_work, at_work.p.review.approve)
    at_work.show(0)
    assert not at_work.p.review.is_blind
    assert len(at_work.p.review.told) == 3
    assert at_work.p.review.can_adjudicate


def two_readings(desk) -> None:
    desk.put(slice(0, 6), 1, by_hand=False)
    desk.put(slice(0, 3), 2)
    desk.p.review.ask_second()
    desk.rest()
    desk.p.review.set_reader("Bob")
    desk.rest()
    desk.show(0)
    desk.put(slice(5, 6), 3)
    desk.p.review.reject("too much")
    desk.rest()
    desk.p.review.set_reader("Cy")
    desk.rest()
    desk.show(0)


def test_who_adjudicates_sees_both_masks_and_takes_one_or_a_third(at_work):
    two_readings(at_work)
    adjudication, comparison = at_work.p.adjudication, at_work.p.comparison
    adjudication.toggle()
    at_work.rest()
    assert adjudication.compared.readings.readers == ("Ada", "Bob")
    assert adjudication.compared.differing == 6 * 5 * 4
    assert adjudication.compared.dice["WM"] == 0.0
    assert comparison.names == ("Ada", "Bob")
    at_work.p.case.go_to(1)
    first, second = comparison.sides
    assert set(np.unique(first)) == {0, 2}
    assert set(np.unique(second)) == {0, 1}
    assert comparison.changes.any()
    adjudication.take(0)
    at_work.rest()
    assert comparison.names is None
    assert (at_work.history.labels[3, 3, :6] == [2, 2, 2, 1, 1, 1]).all()
    at_work.p.review.adjudicate()
    at_work.rest()
    assert at_work.states[0] == "adjudicated"
    at_work.show(0)
    at_work.p.case.undo()
    at_work.rest()
    assert (at_work.history.labels[3, 3, :6] == [1, 1, 1, 1, 1, 3]).all(), "one step of undo"


def test_who_only_looks_decides_nothing(at_work, qtbot):
    other = type(at_work)(qtbot, at_work._home, at_work._paths)
    other.open()
    for decide in (
        other.p.review.approve,
        lambda: other.p.review.reject("r"),
        other.p.review.ask_second,
    ):
        decide()
        other.rest()
    assert len(other.errors) == 3
    other.p.review.comment("x")
    other.rest()
    assert reviews(at_work) == ()
    other.stop()


def test_strokes_carry_the_name_of_the_reader(at_work):
    at_work.put(slice(0, 1), 1)
    at_work.p.review.set_reader("Bob")
    at_work.rest()
    at_work.put(slice(1, 2), 1)
    assert [step.person for step in at_work.p.history.steps] == ["Bob", "Ada"]


def test_what_was_seen_is_kept_for_each_reader(at_work):
    at_work.p.case.go_to(1)
    seen = at_work.p.seen.share(Plane.AXIAL)
    at_work.restart()
    assert at_work.p.review.reader == "Ada"
    assert at_work.p.seen.share(Plane.AXIAL) == seen
    at_work.p.review.set_reader("Bob")
    at_work.rest()
    assert at_work.p.seen.share(Plane.AXIAL)[0] == 1


@pytest.mark.parametrize("name", ["", "  ", "Ada"])
def test_a_reader_without_a_name_is_none(at_work, name):
    before = at_work.p.case.case
    at_work.p.review.set_reader(name)
    at_work.rest()
    assert at_work.p.review.reader == "Ada"
    assert at_work.p.case.case is before
