"""Every preference, made from the table: found by a word, and at work as soon as it is changed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.settings import SETTINGS, Kind, SettingRow, Settings, Value
from app.widgets.value_slider import ValueSlider


class SettingsDialog(QDialog):
    """Nothing waits for an OK; each row has a button that takes it back to the default."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings")
        self.setWindowTitle(self.tr("Settings"))
        self.resize(560, 520)
        self._settings = settings
        self._parts: dict[str, _Part] = {}
        self._boxes: dict[str, QGroupBox] = {}
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setAccessibleName(self.tr("Search the settings"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self.look_for)
        self._none = QLabel(self.tr("No setting has this word."))
        self._none.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._search)
        layout.addWidget(self._rows(), 1)
        layout.addWidget(buttons)
        settings.changed.connect(self._show)

    def look_for(self, text: str) -> None:
        """Show the rows in which every word of `text` stands."""
        words = text.casefold().split()
        shown: set[str] = set()
        for row in SETTINGS:
            part = self._parts[row.name]
            matches = all(word in part.text for word in words)
            part.show(shown=matches)
            if matches:
                shown.add(row.section)
        for section, box in self._boxes.items():
            box.setVisible(section in shown)
        self._none.setVisible(not shown)

    def _rows(self) -> QScrollArea:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        for row in SETTINGS:
            if row.section not in self._boxes:
                box = self._boxes[row.section] = QGroupBox(_translated(row.section))
                grid = QGridLayout(box)
                grid.setColumnStretch(1, 1)
                layout.addWidget(box)
            grid = self._boxes[row.section].layout()
            assert isinstance(grid, QGridLayout)
            part = self._parts[row.name] = _Part(row, self._settings)
            part.add_to(grid)
        layout.addWidget(self._none)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        return scroll

    def _show(self, name: str) -> None:
        self._parts[name].show_value()


class _Part:
    """The widgets of one row."""

    def __init__(self, row: SettingRow, settings: Settings) -> None:
        self._row = row
        self._settings = settings
        self._title = QLabel(_translated(row.title))
        self._note = QLabel(_translated(row.note))
        self._note.setWordWrap(True)
        self._note.setForegroundRole(self._note.foregroundRole().PlaceholderText)
        self._control = self._made()
        self._title.setBuddy(self._control)
        self._control.setToolTip(self._note.text())
        self._reset = QToolButton()
        self._reset.setIcon(icon("reset"))
        self._reset.setAutoRaise(True)
        what = QCoreApplication.translate("SettingsDialog", "Back to the default: {}")
        self._reset.setAccessibleName(what.format(self._title.text()))
        self._reset.setToolTip(self._reset.accessibleName())
        self._reset.clicked.connect(self._take_back)
        titles = " ".join(_translated(title) for _, title in row.choices)
        texts = (_translated(row.section), self._title.text(), self._note.text(), titles, row.name)
        self.text = " ".join(texts).casefold()
        self.show_value()

    def add_to(self, grid: QGridLayout) -> None:
        at = grid.rowCount()
        grid.addWidget(self._title, at, 0)
        grid.addWidget(self._control, at, 1)
        grid.addWidget(self._reset, at, 2)
        if self._row.note:
            grid.addWidget(self._note, at + 1, 0, 1, 3)

    def show(self, *, shown: bool) -> None:
        for widget in (self._title, self._control, self._reset):
            widget.setVisible(shown)
        self._note.setVisible(shown and bool(self._row.note))

    def show_value(self) -> None:
        """Show what is chosen, without telling of a change."""
        value = self._settings.value(self._row.name)
        with QSignalBlocker(self._control):
            match self._control:
                case QCheckBox():
                    self._control.setChecked(value is True)
                case QComboBox():
                    self._control.setCurrentIndex(self._control.findData(value))
                case ValueSlider():
                    self._control.set_value(float(value))
                case _:
                    raise AssertionError(self._row.kind)
        self._reset.setEnabled(value != self._row.default)

    def _made(self) -> QWidget:
        title = self._title.text()
        if self._row.kind is Kind.SWITCH:
            switch = QCheckBox()
            switch.setAccessibleName(title)
            switch.toggled.connect(self._choose)
            return switch
        if self._row.kind is Kind.NUMBER:
            row = self._row
            slider = ValueSlider(title, low=row.low, high=row.high, step=row.step)
            slider.changed.connect(self._choose)
            return slider
        choice = QComboBox()
        choice.setAccessibleName(title)
        for value, one in self._row.choices:
            choice.addItem(_translated(one), value)
        choice.activated.connect(self._choose_item)
        return choice

    def _choose(self, value: Value) -> None:
        self._settings.set(self._row.name, value)

    def _choose_item(self, index: int) -> None:
        assert isinstance(self._control, QComboBox)
        self._settings.set(self._row.name, self._control.itemData(index))

    def _take_back(self) -> None:
        self._settings.reset(self._row.name)


def _translated(text: str) -> str:
    return QCoreApplication.translate("settings", text) if text else ""
