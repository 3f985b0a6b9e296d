"""Where strokes may paint, as a tool bar that an options strip can take in too."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QToolBar, QWidget

from app.presenters.bundle import Presenters
from app.presenters.paint_modes import Over
from app.widgets.intensity_range import IntensityRange
from app.widgets.swatch import swatch_icon


class PaintModeStrip(QWidget):
    """Over what, and between which intensities."""

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._modes, self._case = presenters.modes, presenters.case
        self._over = QComboBox()
        self._over.setAccessibleName(self.tr("What strokes may cover"))
        self._over.setToolTip(self.tr("What strokes may cover"))
        self._over.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._limits = QCheckBox(self.tr("Only intensities"))
        self._limits.setToolTip(self.tr("Paint only pixels between two intensities"))
        self._limits.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._range = IntensityRange()
        self._locked = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(QLabel(self.tr("Paint over")))
        layout.addWidget(self._over)
        layout.addWidget(self._limits)
        layout.addWidget(self._range)
        layout.addWidget(self._locked)
        layout.addStretch(1)
        self._over.activated.connect(self._choose)
        self._limits.toggled.connect(self._limit)
        self._range.changed.connect(self._modes.set_limits)
        self._range.picking.connect(self._pick)
        self._modes.changed.connect(self._show)
        self._case.opened.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        project = self._case.project
        with QSignalBlocker(self._over):
            self._over.clear()
            self._over.addItem(self.tr("everything"), (Over.ALL, None))
            self._over.addItem(self.tr("background only"), (Over.BACKGROUND, None))
            for one in project.label_set if project else ():
                if one.index:
                    text = self.tr("{} only").format(one.name)
                    chosen = (Over.CLASS, one.index)
                    self._over.addItem(swatch_icon(one.colour), text, chosen)
        self._show()

    def _show(self) -> None:
        modes = self._modes
        row = {Over.ALL: 0, Over.BACKGROUND: 1, Over.CLASS: modes.only + 1}[modes.over]
        with QSignalBlocker(self._over), QSignalBlocker(self._limits):
            self._over.setCurrentIndex(min(row, self._over.count() - 1))
            self._limits.setChecked(modes.is_limited)
        self._range.setVisible(modes.is_limited)
        self._range.show_range(*modes.limits)
        self._range.show_picking(on=modes.is_picking)
        count = len(modes.locked)
        self._locked.setText(self.tr("{} locked").format(count) if count else "")
        self._locked.setToolTip(self._names())

    def _names(self) -> str:
        project = self._case.project
        if project is None:
            return ""
        return ", ".join(project.label_set[index].name for index in sorted(self._modes.locked))

    def _choose(self) -> None:
        self._modes.paint_over(*self._over.currentData())

    def _limit(self, on: bool) -> None:
        self._modes.limit(on=on)

    def _pick(self, on: bool) -> None:
        self._modes.pick(on=on)


class PaintModeBar(QToolBar):
    """The strip as a tool bar of its own."""

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Paint mode"))
        self.setObjectName("paint-mode")
        self.addWidget(PaintModeStrip(presenters))
