"""The strip above the canvas: the options of the tool in hand, made from what they say."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolBar, QWidget

from app.icons import icon, known
from app.presenters.case import CasePresenter
from app.presenters.editing import EditingPresenter
from app.widgets.option_controls import NumberControl, OptionControl, control_of
from app.widgets.sign import Sign

_translated = partial(QCoreApplication.translate, "tools")
_SIDE = 18
_HEIGHT = 34


class ToolOptionsPanel(QToolBar):
    """What the tool is, its options, and how it is used; made anew for another tool."""

    def __init__(
        self, editing: EditingPresenter, case: CasePresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tool options"))
        self.setObjectName("tool options")
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setMinimumHeight(_HEIGHT)
        self._editing = editing
        self._case = case
        self._controls: dict[str, OptionControl] = {}
        self._strip: QWidget | None = None
        editing.tool_changed.connect(self._fill)
        editing.option_changed.connect(self._show_option)
        case.opened.connect(self._fill)
        self._fill()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another theme: the picture of the tool is drawn anew."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._strip is not None:
            self._fill()

    @Slot()
    def _fill(self) -> None:
        """The controls of the tool in hand."""
        if self._strip is not None:
            self.clear()
            self._strip.deleteLater()
        self._controls = {}
        self._strip = strip = QWidget()
        layout = QHBoxLayout(strip)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(8)
        row = self._editing.row
        picture = Sign(_SIDE)
        picture.show_icon(icon(row.icon))
        title = QLabel(_translated(row.title))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        for part in (picture, title):
            part.setToolTip(_translated(row.hint))  # where there is no room for it in the strip
            layout.addWidget(part)
        for name in self._shown():
            self._add(name, layout)
        hint = QLabel(_translated(row.hint))
        hint.setEnabled(False)
        hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        hint.setToolTip(hint.text())
        layout.addWidget(hint, 1)
        self.addWidget(strip)

    def _shown(self) -> list[str]:
        """The options that mean something here."""
        case = self._case.case
        is_photo = case is not None and not case.image.geometry.is_volume
        return [
            name
            for name, option in self._editing.options.items()
            if not (option.for_volumes and is_photo)
        ]

    def _add(self, name: str, layout: QHBoxLayout) -> None:
        value, option = self._editing.option(name), self._editing.options[name]
        assert value is not None
        control = control_of(option, value, tr=_translated, icon_of=_icon_of)

        def take(changed: object) -> None:
            if isinstance(changed, bool | int | float | str):
                self._editing.set_option(name, changed)

        control.changed.connect(take)
        self._controls[name] = control
        layout.addWidget(control)
        self._note(name)

    @Slot(str, object)
    def _show_option(self, name: str, value: object) -> None:
        control = self._controls.get(name)
        if control is not None and isinstance(value, bool | int | float | str):
            control.show_value(value)
            self._note(name)

    def _note(self, name: str) -> None:
        """Sizes of brushes are told in millimetres too."""
        control, option = self._controls[name], self._editing.options[name]
        case, value = self._case.case, self._editing.option(name)
        if option.unit != "brush" or not isinstance(control, NumberControl):
            return
        has_size = case is not None and case.image.geometry.affine is not None
        if case is None or not has_size or value is None:
            control.show_note("")
            return
        unit = min(case.image.geometry.spacing)
        control.show_note(f"{float(value) * unit:.3g} mm")


def _icon_of(name: str) -> QIcon | None:
    return icon(name) if name in known() else None
