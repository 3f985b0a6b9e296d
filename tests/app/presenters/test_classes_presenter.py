from __future__ import annotations

from dataclasses import replace

import pytest

from engine.core.label_set import LabelSet
from engine.workflow.checkpoint import hold_project, read_only
from engine.workflow.project import describe_project


def add(desk):
    known = len(desk.p.project.project.label_set)
    desk.p.classes.add()
    desk.qtbot.waitUntil(
        lambda: desk.p.case.case is not None and len(desk.p.case.project.label_set) > known,
        timeout=20_000,
    )
    desk.rest()


def test_a_class_is_added_with_a_name_of_its_own_and_the_case_stays_as_it_is(at_work):
    at_work.put(slice(1, 3), 1)
    at_work.put(slice(4, 5), 1)
    labels, stacks, name = (at_work.history.labels.copy(), at_work.history.stacks, at_work.name)
    names = at_work.p.case.project.label_set.names
    add(at_work)
    found = at_work.p.case.project.label_set.names
    assert found == (*names, f"class {len(names)}")
    assert describe_project(at_work.p.case.project.folder).label_set.names == found
    assert at_work.name == name
    assert (at_work.history.labels == labels).all()
    assert at_work.history.stacks == stacks
    assert at_work.p.classes.take_fresh() == len(names)
    assert at_work.p.classes.take_fresh() is None, "it is told once"
    add(at_work)
    assert at_work.p.case.project.label_set.names[-1] == f"class {len(names) + 1}"
    at_work.p.editing.choose_label(len(names))
    assert at_work.p.editing.label == len(names)
    at_work.put(slice(6, 7), len(names))
    at_work.restart()
    assert at_work.p.case.project.label_set.names[:-1] == found
    assert (at_work.history.labels == len(names)).sum() == 6 * 5


def test_a_name_that_is_taken_is_not_given_again(at_work):
    count = len(at_work.p.case.project.label_set)
    at_work.p.classes.rename(1, f"Class {count}")
    at_work.qtbot.waitUntil(lambda: at_work.p.case.project.label_set[1].name == f"Class {count}")
    at_work.rest()
    add(at_work)
    assert at_work.p.case.project.label_set.names[count] == f"class {count + 1}"


def test_two_quick_wishes_add_two_classes(at_work):
    names = at_work.p.case.project.label_set.names
    at_work.p.classes.add()
    at_work.p.classes.add()
    at_work.qtbot.waitUntil(
        lambda: len(at_work.p.case.project.label_set) == len(names) + 2, timeout=20_000
    )
    at_work.rest()
    assert len(set(at_work.p.case.project.label_set.names)) == len(names) + 2


def test_a_project_that_another_has_gets_no_class(at_work):
    project = at_work.p.case.project
    other = hold_project(project.folder, take_over=True)
    at_work.qtbot.waitUntil(lambda: at_work.p.project.read_only is not None, timeout=20_000)
    at_work.rest()
    at_work.errors.clear()
    at_work.p.classes.add()
    at_work.p.classes.rename(1, "other")
    at_work.rest()
    assert [str(error) for error in at_work.errors] == [str(read_only())] * 2
    assert describe_project(project.folder).label_set == project.label_set
    at_work.errors.clear()
    other.release()


def test_costs_in_hand_get_1_for_the_new_class(at_work):
    refinement = at_work.p.refinement
    count = len(at_work.p.case.project.label_set)
    stated = tuple(tuple(2.0 * (a != b) for b in range(count)) for a in range(count))
    refinement.set("compatibility", stated)
    add(at_work)
    costs = refinement.parameters.compatibility
    assert costs[-1] == (*[1.0] * count, 0.0)
    assert tuple(row[:count] for row in costs[:count]) == stated


@pytest.mark.parametrize(
    ("names", "model"),
    [
        (("background", "object", "extra"), "unet-objects"),
        (("extra", "Object", "background"), "unet-objects"),
        (("background", "CSF", "gm", "wm", "object"), "unet-brain"),
    ],
)
def test_the_model_in_hand_gives_most_classes_of_the_project_and_no_others(
    desk, case, prediction, names, model
):
    brain = next(one for one in prediction.models if one.name == "unet-brain").label_set.names
    wanted = names if model == "unet-objects" else (*brain, "object")
    project = replace(case.project, label_set=LabelSet.named(wanted))
    case.open(project, "abc")
    assert prediction.model == model
