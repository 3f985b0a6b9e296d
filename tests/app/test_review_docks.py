"""History, Review, status bar, paint mode and the operations of the Mask menu in a real window."""

from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListView, QPushButton, QWidget

from app.dialogs.operation import OperationDialog
from app.dialogs.saying import RejectDialog
from app.panels.history import HistoryPanel
from app.panels.paint_mode import PaintModeStrip
from app.panels.review import ReviewPanel
from app.panels.status import StatusPanel
from app.presenters.paint_modes import Over
from app.start import open_window
from engine.core.sources import Origin, PixelSource
from engine.editing.operations.table import OPERATIONS


@pytest.fixture
def window(qtbot, tmp_path):
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path))
    QSettings().clear()
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("one", "two"):
        values = np.arange(960).reshape(12, 10, 8).astype(np.int16)
        image = nib.Nifti1Image(values, np.diag([1.0, 1.0, 2.0, 1.0]))
        image.header.set_xyzt_units("mm", "sec")
        nib.save(image, folder / f"{name}.nii.gz")
    made = open_window(tmp_path / "home")
    qtbot.addWidget(made)
    made.resize(1400, 900)
    made.open_paths([folder])
    p = made.presenters
    qtbot.waitUntil(lambda: p.case.case is not None and not p.runner.is_busy, timeout=20_000)
    p.review.set_reader("Ada")
    rest(qtbot, made)
    yield made
    made.close()


def rest(qtbot, window) -> None:
    qtbot.waitUntil(lambda: not window.presenters.runner.is_busy, timeout=20_000)
    qtbot.wait(200)  # volumes are counted a little later
    qtbot.waitUntil(lambda: not window.presenters.runner.is_busy, timeout=20_000)


def put(qtbot, window, slices: slice, label: int) -> None:
    case = window.presenters.case
    box = (slice(2, 8), slice(2, 7), slices)
    labels = np.full(case.history.labels[box].shape, label, np.uint8)
    case.replace(labels, box, Origin(PixelSource.PAINTED, "brush", label))
    rest(qtbot, window)


def text_of(widget: QWidget) -> str:
    """All that stands in a widget, from top to bottom."""
    parts = [one for one in widget.findChildren(QWidget) if one.isVisibleTo(widget)]
    return " | ".join(one.text() for one in parts if hasattr(one, "text") and one.text())


def button(widget: QWidget, text: str) -> QPushButton:
    return next(one for one in widget.findChildren(QPushButton) if text in one.text())


def test_a_click_in_the_history_goes_there_and_back(qtbot, window):
    for index, label in enumerate((1, 2, 3)):
        put(qtbot, window, slice(index, index + 1), label)
    panel = window.findChild(HistoryPanel)
    panel.raise_()
    rows = panel.findChild(QListView)
    assert rows.model().rowCount() == 4
    labels = window.presenters.case.history.labels
    for row, drawn in ((2, 1), (3, 0), (0, 3)):
        place = rows.visualRect(rows.model().index(row, 0)).center()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
        rest(qtbot, window)
        assert np.count_nonzero(labels.any(axis=(0, 1))) == drawn
    assert "3 steps" in text_of(panel)
    rows.setCurrentIndex(rows.model().index(2, 0))
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Return)
    rest(qtbot, window)
    assert "3 steps, 2 undone" in text_of(panel), "by keyboard too"


def test_the_status_bar_tells_of_the_pixel_the_state_and_what_is_saved(qtbot, window):
    bar = window.findChild(StatusPanel)
    assert "[1/2] one" in text_of(bar)
    assert "BRUSH 10 px" in text_of(bar)
    assert " new" in text_of(bar)
    put(qtbot, window, slice(4, 5), 2)
    assert "in review" in text_of(bar)
    assert "Saved " in text_of(bar)
    case = window.presenters.case
    view = case.view
    place = next(
        (r, c)
        for r in range(view.sides[0])
        for c in range(view.sides[1])
        if view.voxel(r, c) == (4, 4, 4)
    )
    window.presenters.pointing.point(place)
    qtbot.wait(200)
    rest(qtbot, window)
    told = text_of(bar)
    assert "(4, 4, 4)  4.0 4.0 8.0 mm" in told
    assert "| 356 |" in told
    assert "GM · painted by you, " in told
    window.presenters.pointing.point(None)
    assert "painted by" not in text_of(bar)
    window.presenters.settings.set("look.hide-names", value=True)
    assert "[1/2]" in text_of(bar)
    assert "one" not in text_of(bar).replace("Tool", "")


def test_the_review_dock_shows_state_volumes_and_what_is_void(qtbot, window):
    panel = window.findChild(ReviewPanel)
    panel.raise_()
    assert "No object" in text_of(panel)
    put(qtbot, window, slice(3, 6), 2)
    assert "In review" in text_of(panel)
    assert "0.18 ml" in text_of(panel), "90 voxels of 2 cubic millimetres"
    window.presenters.settings.set("review.all-seen", value=False)
    button(panel, "Approve").click()
    rest(qtbot, window)
    assert window.presenters.project.position == 1
    assert "1 of 2 to review" in text_of(panel)
    window.presenters.project.choose(0)
    rest(qtbot, window)
    assert "Approved" in text_of(panel)
    put(qtbot, window, slice(0, 1), 1)
    assert "'approved' by Ada is void: the mask was changed after it." in text_of(panel)


def test_a_rejection_is_asked_for_its_reason(qtbot, window):
    panel = window.findChild(ReviewPanel)
    button(panel, "Reject").click()
    (dialog,) = window.findChildren(RejectDialog)
    reject = button(dialog, "Reject")
    assert not reject.isEnabled()
    dialog.findChild(QComboBox).setCurrentText("cut off")
    assert reject.isEnabled()
    reject.click()
    rest(qtbot, window)
    assert window.presenters.project.cases[0].state.value == "rejected"


def test_another_reader_is_named_in_the_dock(qtbot, window):
    panel = window.findChild(ReviewPanel)
    put(qtbot, window, slice(3, 6), 2)
    button(panel, "Second reader").click()
    rest(qtbot, window)
    window.presenters.project.choose(0)
    rest(qtbot, window)
    edit = panel.findChild(QLineEdit)
    edit.setText("Bob")
    edit.editingFinished.emit()
    rest(qtbot, window)
    assert "You read second" in text_of(panel)
    assert "Ada" not in text_of(panel)
    assert not window.presenters.case.history.labels.any()
    assert window.findChild(HistoryPanel).findChild(QListView).model().rowCount() == 1


def test_the_paint_mode_is_chosen_above_the_picture(qtbot, window):
    strip = window.findChild(PaintModeStrip)
    over = strip.findChild(QComboBox)
    titles = [over.itemText(row) for row in range(over.count())]
    assert titles == ["everything", "background only", "CSF only", "GM only", "WM only"]
    for row, chosen in ((1, Over.BACKGROUND), (3, Over.CLASS), (0, Over.ALL)):
        over.setCurrentIndex(row)
        over.activated.emit(row)
        assert window.presenters.modes.over is chosen
    assert window.presenters.modes.only == 2
    window.presenters.modes.lock(1, locked=True)
    assert "1 locked" in text_of(strip)


@pytest.mark.parametrize("name", [row.name for row in OPERATIONS])
def test_every_operation_is_reached_from_the_menu_and_leaves_nothing_when_cancelled(
    qtbot, window, name
):
    put(qtbot, window, slice(3, 6), 1)
    before = window.presenters.case.history.labels.copy()
    window.actions_by_name[f"mask.{name}"].trigger()
    (dialog,) = window.findChildren(OperationDialog)
    assert dialog.windowTitle() == OPERATIONS[name].title
    for box in dialog.findChildren(QComboBox):
        assert box.accessibleName()
    dialog._preview.setChecked(True)
    rest(qtbot, window)
    dialog.reject()
    rest(qtbot, window)
    assert not window.presenters.operations.is_previewing
    assert np.array_equal(window.presenters.case.history.labels, before)


def test_an_operation_is_done_from_its_dialog_and_undone_by_a_key(qtbot, window):
    put(qtbot, window, slice(3, 6), 1)
    before = window.presenters.case.history.labels.copy()
    window.presenters.case.go_to(4)
    window.actions_by_name["mask.clear"].trigger()
    (dialog,) = window.findChildren(OperationDialog)
    button(dialog, "Do it").click()
    rest(qtbot, window)
    labels = window.presenters.case.history.labels
    assert np.flatnonzero(labels.any(axis=(0, 1))).tolist() == [3, 5], "this slice alone"
    window.actions_by_name["edit.undo"].trigger()
    assert np.array_equal(labels, before)
