from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QDoubleSpinBox, QRadioButton

from app.dialogs.compatibility import CompatibilityDialog


@pytest.fixture
def dialog(desk):
    _, case, refinement = desk
    made = CompatibilityDialog(refinement, case)
    made.show()
    yield made
    made.close()  # which deletes it


def cell(dialog, name):
    return next(one for one in dialog.findChildren(QDoubleSpinBox) if one.accessibleName() == name)


def test_it_begins_with_potts_and_states_it_when_asked(desk, dialog):
    refinement = desk[2]
    potts, stated = dialog.findChildren(QRadioButton)
    assert potts.isChecked()
    assert not cell(dialog, "Cost of object beside background").isEnabled()
    stated.click()
    assert refinement.parameters.compatibility == ((0.0, 1.0), (1.0, 0.0))
    potts.click()
    assert refinement.parameters.compatibility == ()


def test_a_cost_counts_at_once_and_both_ways(desk, dialog):
    refinement = desk[2]
    dialog.findChildren(QRadioButton)[1].click()
    cell(dialog, "Cost of object beside background").setValue(2.5)
    assert refinement.parameters.compatibility == ((0.0, 2.5), (2.5, 0.0))
    dialog.findChild(QCheckBox).click()
    cell(dialog, "Cost of background beside object").setValue(-1.0)
    assert refinement.parameters.compatibility == ((0.0, -1.0), (2.5, 0.0))


def test_cancelling_brings_back_what_was(desk):
    _, case, refinement = desk
    before = ((0.0, 3.0), (1.0, 0.0))
    refinement.set("compatibility", before)
    dialog = CompatibilityDialog(refinement, case)
    assert not dialog.findChild(QCheckBox).isChecked(), "it is not the same both ways"
    cell(dialog, "Cost of object beside background").setValue(9.0)
    assert refinement.parameters.compatibility != before
    buttons = dialog.findChild(QDialogButtonBox)
    buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    assert refinement.parameters.compatibility == before
