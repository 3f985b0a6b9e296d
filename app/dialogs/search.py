"""Command search: everything that can be done or chosen, found by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.actions.keys import all_keys, shown_key, title_of
from app.actions.row import Screen
from app.actions.table import ACTIONS
from app.presenters.bundle import Presenters
from app.settings import SETTINGS, Kind, SettingRow
from app.widgets.matching import best

_MOST = 40
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """One line: what it is, where it belongs, its key, and what choosing it does."""

    title: str
    kind: str
    key: str
    run: Callable[[], object]


class SearchDialog(QDialog):
    """Type, go up and down, press Enter; the pointer works too."""

    def __init__(self, screen: Screen, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Search commands"))
        self.resize(560, 420)
        self._screen = screen
        self._entries = [(f"{one.title} {one.kind}", one) for one in self._all()]
        self._shown: list[_Entry] = []
        self._text = QLineEdit()
        self._text.setPlaceholderText(self.tr("A command, class, case or setting"))
        self._text.setAccessibleName(self.tr("Search commands"))
        self._text.installEventFilter(self)
        self._list = QTreeWidget()
        self._list.setAccessibleName(self.tr("What was found"))
        self._list.setRootIsDecorated(False)
        self._list.setHeaderLabels([self.tr("Name"), self.tr("Where"), self.tr("Key")])
        self._list.setUniformRowHeights(True)
        self._list.header().resizeSection(0, 300)
        self._list.header().resizeSection(1, 120)
        layout = QVBoxLayout(self)
        layout.addWidget(self._text)
        layout.addWidget(self._list, 1)
        self._text.textChanged.connect(self._find)
        self._text.returnPressed.connect(self._choose)
        self._list.itemActivated.connect(self._choose)
        self._find("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The keys that move in a list move in the list, while the text keeps the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._move(event)
        return super().eventFilter(watched, event)

    def _move(self, event: QKeyEvent) -> bool:
        if event.key() not in _MOVES:
            return False
        QCoreApplication.sendEvent(self._list, event)
        return True

    def _find(self, typed: str) -> None:
        self._shown = best(typed, self._entries, _MOST)
        self._list.clear()
        lines = [QTreeWidgetItem([one.title, one.kind, one.key]) for one in self._shown]
        self._list.addTopLevelItems(lines)
        if lines:
            self._list.setCurrentItem(lines[0])

    def _choose(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            entry = self._shown[self._list.indexOfTopLevelItem(item)]
            self.accept()
            entry.run()

    def _all(self) -> Iterator[_Entry]:
        presenters, screen = self._screen.presenters, self._screen
        keys = all_keys(presenters.settings.keys)
        kind = self.tr("Command")
        for row in ACTIONS:
            if row.name == "help.search" or row.name.startswith("class."):
                continue
            own = keys[row.name]
            title = title_of(row).removesuffix("...").removesuffix("…")
            key = shown_key(own[0]) if own else ""
            yield _Entry(title, kind, key, lambda row=row: row.run(screen))
        yield from self._classes(presenters, keys)
        yield from self._cases(presenters)
        for setting in SETTINGS:
            yield from self._settings(setting)

    def _classes(
        self, presenters: Presenters, keys: dict[str, tuple[str, ...]]
    ) -> Iterator[_Entry]:
        project = presenters.case.project
        for one in project.label_set if project else ():
            own = keys.get(f"class.{one.index}", ())
            key = shown_key(own[0]) if own else ""

            def choose(index: int = one.index) -> None:
                presenters.editing.choose_label(index)

            yield _Entry(one.name, self.tr("Class"), key, choose)

    def _cases(self, presenters: Presenters) -> Iterator[_Entry]:
        is_hidden = presenters.settings.is_on("look.hide-names")
        for position, case in enumerate(presenters.project.cases):
            state = QCoreApplication.translate("states", case.state.value)
            name = self.tr("Case {}").format(position + 1) if is_hidden else case.name

            def choose(position: int = position) -> None:
                presenters.project.choose(position)

            yield _Entry(f"{name} [{state}]", self.tr("Case"), "", choose)

    def _settings(self, row: SettingRow) -> Iterator[_Entry]:
        """A switch turns and a choice is made from here; a number is set in its dialog."""
        settings, kind = self._screen.presenters.settings, self.tr("Setting")
        title = QCoreApplication.translate("settings", row.title)
        if row.kind is Kind.SWITCH:
            yield _Entry(title, kind, "", lambda: settings.flip(row.name))
        elif row.kind is Kind.CHOICE:
            for value, one in row.choices:
                choice = QCoreApplication.translate("settings", one)

                def choose(value: str = value) -> None:
                    settings.set(row.name, value)

                yield _Entry(f"{title}: {choice}", kind, "", choose)
        else:
            yield _Entry(title, kind, "", lambda: self._screen.show_dialog("settings"))
