"""Every key there is, and changing it; what the mouse does stands below."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions.keys import (
    PRESETS,
    all_keys,
    assigned,
    difference,
    owners,
    preset_in_use,
    shown_key,
    title_of,
    use_preset,
)
from app.actions.mouse import MOUSE
from app.actions.table import ACTIONS, MENUS
from app.settings import SETTINGS, Settings

_NAME = Qt.ItemDataRole.UserRole
_ROWS = {row.name: row for row in ACTIONS}


class ShortcutsDialog(QDialog):
    """A change counts at once; a key that another command has is taken only on a second press."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard and mouse"))
        self.resize(620, 640)
        self._settings = settings
        self._items: dict[str, QTreeWidgetItem] = {}
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self._preset = QComboBox()
        self._preset.setAccessibleName(self.tr("Keys and mouse as in"))
        self._preset.setPlaceholderText(self.tr("Your own"))
        for preset in PRESETS:
            self._preset.addItem(_translated(preset.title), preset.name)
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setAccessibleName(self.tr("Search commands and keys"))
        self._search.setClearButtonEnabled(True)
        self._tree = QTreeWidget()
        self._tree.setAccessibleName(self.tr("Keyboard and mouse"))
        self._tree.setHeaderLabels([self.tr("Does"), self.tr("Key")])
        self._tree.header().resizeSection(0, 360)
        self._tree.setUniformRowHeights(True)
        self._warning = QLabel()
        self._warning.setWordWrap(True)
        self._warning.setMinimumHeight(2 * self._warning.fontMetrics().lineSpacing())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow(self.tr("Keys and mouse as in"), self._preset)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._search)
        layout.addWidget(self._tree, 1)
        layout.addLayout(self._editor())
        layout.addWidget(self._warning)
        layout.addWidget(buttons)
        self._fill()
        self._show_keys()
        self._preset.activated.connect(self._use_preset)
        self._search.textChanged.connect(self._look_for)
        self._tree.currentItemChanged.connect(self._show_choice)
        settings.keys_changed.connect(self._show_keys)
        settings.changed.connect(self._show_keys)
        self._show_choice()

    def choose(self, name: str) -> None:
        """Take the command of that name in hand."""
        self._tree.setCurrentItem(self._items[name])

    def set_key(self, key: str) -> None:
        """Give a key to the command in hand; it keeps its others."""
        self._edit.setKeySequence(QKeySequence(key))
        self._add_key()

    @property
    def warning(self) -> str:
        return self._warning.text()

    def _editor(self) -> QHBoxLayout:
        self._edit = QKeySequenceEdit()
        self._edit.setMaximumSequenceLength(1)
        self._edit.setAccessibleName(self.tr("New key"))
        self._edit.setToolTip(self.tr("Press the new key here"))
        self._add = QPushButton(self.tr("Add key"))
        self._clear = QPushButton(self.tr("No key"))
        self._reset = QPushButton(self.tr("Reset"))
        self._reset.setToolTip(self.tr("The keys this command had at first"))
        self._edit.keySequenceChanged.connect(self._show_conflict)
        self._add.clicked.connect(self._add_key)
        self._clear.clicked.connect(self._clear_keys)
        self._reset.clicked.connect(self._reset_keys)
        row = QHBoxLayout()
        row.addWidget(self._edit, 1)
        for button in (self._add, self._clear, self._reset):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    def _fill(self) -> None:
        for title, rows in MENUS.items():
            if not rows:
                continue
            lines = [QTreeWidgetItem([title_of(row), ""]) for row in rows]
            for row, line in zip(rows, lines, strict=True):
                self._items[row.name] = line
                line.setData(0, _NAME, row.name)
            self._add_group(_translated(title).split("(&")[0].replace("&", ""), lines)
        self._mouse = [QTreeWidgetItem(["", ""]) for _ in MOUSE]
        self._add_group(self.tr("Mouse and held keys"), self._mouse)
        self._tree.expandAll()

    def _add_group(self, title: str, lines: list[QTreeWidgetItem]) -> None:
        top = QTreeWidgetItem([title])
        top.addChildren(lines)
        self._tree.addTopLevelItem(top)
        self._groups.append((top, lines))

    def _show_keys(self) -> None:
        keys = all_keys(self._settings.keys)
        for name, item in self._items.items():
            item.setText(1, ", ".join(map(shown_key, keys[name])))
        for item, row in zip(self._mouse, MOUSE, strict=True):
            does = QCoreApplication.translate("mouse", row.does)
            if row.setting:
                choices = next(one.choices for one in SETTINGS if one.name == row.setting)
                title = dict(choices)[self._settings.choice(row.setting)]
                does = QCoreApplication.translate("settings", title)
            item.setText(0, does)
            item.setText(1, QCoreApplication.translate("mouse", row.gesture))
        self._preset.setCurrentIndex(self._preset.findData(preset_in_use(self._settings)))
        self._show_choice()

    def _show_choice(self) -> None:
        name = self._name
        for part in (self._edit, self._add, self._clear, self._reset):
            part.setEnabled(bool(name))
        self._edit.clear()
        self._warning.clear()
        if name:
            self._clear.setEnabled(bool(all_keys(self._settings.keys)[name]))
            self._reset.setEnabled(name in self._settings.keys)

    @property
    def _name(self) -> str:
        """The command in hand, or ''."""
        item = self._tree.currentItem()
        return (item.data(0, _NAME) or "") if item else ""

    @property
    def _others(self) -> tuple[str, ...]:
        """The other commands that have the new key."""
        key = self._edit.keySequence().toString()
        found = owners(all_keys(self._settings.keys), key) if key else ()
        return tuple(name for name in found if name != self._name)

    def _show_conflict(self) -> None:
        others = self._others
        self._add.setText(self.tr("Take the key") if others else self.tr("Add key"))
        self._warning.clear()
        if others and self._name:
            told = self.tr("{} is the key of '{}'. If '{}' takes it, '{}' goes without.")
            other = title_of(_ROWS[others[0]])
            key = shown_key(self._edit.keySequence().toString())
            self._warning.setText(told.format(key, other, title_of(_ROWS[self._name]), other))

    def _add_key(self) -> None:
        key = self._edit.keySequence().toString()
        others, name = self._others, self._name
        if not key or not name:
            return
        if others and not self._warning.text():
            self._show_conflict()
            return
        keys = all_keys(self._settings.keys)
        own = tuple(one for one in keys[name] if QKeySequence(one) != QKeySequence(key))
        self._settings.set_keys(difference(assigned(keys, name, (key, *own))))

    def _clear_keys(self) -> None:
        keys = all_keys(self._settings.keys)
        self._settings.set_keys(difference({**keys, self._name: ()}))

    def _reset_keys(self) -> None:
        """Its keys of the table; whoever has them now goes without."""
        keys = all_keys(self._settings.keys)
        own = _ROWS[self._name].keys
        self._settings.set_keys(difference(assigned(keys, self._name, own)))

    def _use_preset(self, index: int) -> None:
        use_preset(PRESETS[index], self._settings)

    def _look_for(self, text: str) -> None:
        """Show the lines in which every word stands."""
        words = text.casefold().split()
        for top, lines in self._groups:
            for line in lines:
                whole = f"{line.text(0)} {line.text(1)}".casefold()
                line.setHidden(not all(word in whole for word in words))
            top.setHidden(all(line.isHidden() for line in lines))


def _translated(text: str) -> str:
    return QCoreApplication.translate("actions", text)
