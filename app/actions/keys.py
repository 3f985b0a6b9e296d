"""Which keys commands have: those of the table, a preset's, or a person's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.actions.row import ActionRow
from app.actions.table import ACTIONS
from app.settings import SETTINGS, Settings, Value

Keys = Mapping[str, tuple[str, ...]]

_FIRST_NAMED = 0x01000000  # Qt.Key: below stand those that write a letter, digit or sign
_HELD = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


@dataclass(frozen=True, slots=True)
class KeyPreset:
    """A map of keys and mouse as people know it from elsewhere.

    Attributes:
        name: Unique.
        title: What the dialog shows.
        keys: Where it differs from the table, by names of commands.
        mouse: Where it differs from the defaults, by names of settings.
    """

    name: str
    title: str
    keys: Keys = field(default_factory=dict[str, tuple[str, ...]])
    mouse: Mapping[str, Value] = field(default_factory=dict[str, Value])


_SLICE_FIRST: Mapping[str, Value] = {"mouse.wheel": "slice", "mouse.ctrl-wheel": "zoom"}
_MEDICAL = {**_SLICE_FIRST, "mouse.right": "window", "mouse.shift-right": "erase"}
_ZOOM_RIGHT = {**_SLICE_FIRST, "mouse.right": "zoom"}

PRESETS: tuple[KeyPreset, ...] = (
    KeyPreset("sulcus", "Sulcus"),
    KeyPreset("medical", "Medical", mouse=_MEDICAL),
    KeyPreset(
        "itk-snap",
        "ITK-SNAP-like",
        {
            "view.mask": ("S",),
            "view.fainter": ("A",),
            "view.stronger": ("D",),
            "view.crosshair": ("X",),
            "view.split": ("Shift+T",),
            "go.next-image": ("Shift+D",),
            "go.previous-image": ("Shift+A",),
        },
        _ZOOM_RIGHT,
    ),
    KeyPreset(
        "slicer",
        "3D Slicer-like",
        {
            "go.next-slice": ("Up", "F"),
            "go.previous-slice": ("Down", "B"),
            "view.fit": ("R", "Ctrl+F"),
            "view.mask": ("G", "T"),
            "tools.brush": ("P",),
            "tools.polygon": ("Shift+P",),
            "tools.fill": ("Shift+F",),
            "tools.box": ("Shift+R",),
        },
        _ZOOM_RIGHT,
    ),
)


_OF_TABLE: Keys = {row.name: row.keys for row in ACTIONS}


def all_keys(chosen: Keys) -> dict[str, tuple[str, ...]]:
    """The keys of every command, with what was chosen over the table's."""
    return {row.name: chosen.get(row.name, row.keys) for row in ACTIONS}


def owners(keys: Keys, key: str) -> tuple[str, ...]:
    """The commands that have a key, however it is spelled."""
    wanted = QKeySequence(key)
    return tuple(
        name for name, own in keys.items() if any(QKeySequence(one) == wanted for one in own)
    )


def conflicts(keys: Keys) -> dict[str, tuple[str, ...]]:
    """Keys that several commands have, with the names of those."""
    found: dict[str, tuple[str, ...]] = {}
    for own in keys.values():
        for key in own:
            both = owners(keys, key)
            if len(both) > 1:
                found[QKeySequence(key).toString()] = both
    return found


def assigned(keys: Keys, name: str, own: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """All keys once the command has these; no other command keeps one of them."""
    taken = [QKeySequence(key) for key in own]
    rest = {
        other: tuple(key for key in theirs if QKeySequence(key) not in taken)
        for other, theirs in keys.items()
    }
    return {**rest, name: own}


def difference(keys: Keys) -> dict[str, tuple[str, ...]]:
    """What of these keys is not as the table has it: what the settings keep."""
    table = {row.name: row.keys for row in ACTIONS}
    return {name: own for name, own in keys.items() if own != table.get(name)}


def keys_of_preset(preset: KeyPreset) -> dict[str, tuple[str, ...]]:
    """Its keys over the table's; what it gives to one command it takes from the others."""
    keys = all_keys({})
    for name, own in preset.keys.items():
        if name in keys:
            keys = assigned(keys, name, own)
    return difference(keys)


def use_preset(preset: KeyPreset, settings: Settings) -> None:
    """Have the keys and the mouse of a preset."""
    settings.set_keys(keys_of_preset(preset))
    for row in SETTINGS:
        if row.name.startswith("mouse."):
            settings.set(row.name, preset.mouse.get(row.name, row.default))


def preset_in_use(settings: Settings) -> str:
    """The name of the preset that the settings are as; '' if they are a person's own."""
    mouse = [row for row in SETTINGS if row.name.startswith("mouse.")]
    for preset in PRESETS:
        is_mouse = all(
            settings.value(row.name) == preset.mouse.get(row.name, row.default) for row in mouse
        )
        if is_mouse and settings.keys == keys_of_preset(preset):
            return preset.name
    return ""


def writes(key: str) -> bool:
    """Whether pressing it in a text field would write something; such a key needs the canvas."""
    sequence = QKeySequence(key)
    if sequence.isEmpty():
        return False
    first = sequence[0]  # type: ignore[index] - the stubs do not know it
    return first.key().value < _FIRST_NAMED and not first.keyboardModifiers() & _HELD


class KeyBinder(QObject):
    """Gives actions their keys, and again whenever the settings change."""

    def __init__(
        self, actions: Mapping[str, QAction], canvas: QWidget, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._canvas = canvas
        self._settings = settings
        settings.keys_changed.connect(self.bind)
        self.bind()

    def bind(self) -> None:
        """Keys, where they count, and the tool tip that names the first of them."""
        keys = all_keys(self._settings.keys)
        for row in ACTIONS:
            self._bind(row, keys[row.name])

    def _bind(self, row: ActionRow, keys: tuple[str, ...]) -> None:
        action = self._actions[row.name]
        action.setShortcuts([QKeySequence(key) for key in keys])
        needs_canvas = row.on_canvas or any(writes(key) for key in keys)
        context = Qt.ShortcutContext
        action.setShortcutContext(
            context.WidgetWithChildrenShortcut if needs_canvas else context.WindowShortcut
        )
        if needs_canvas:
            self._canvas.addAction(action)
        shown = f" ({shown_key(keys[0])})" if keys else ""
        action.setToolTip(f"{title_of(row).removesuffix('...')}{shown}")


def title_of(row: ActionRow) -> str:
    """The title of a command in the language of the window."""
    return QCoreApplication.translate(row.context, row.title)


def key_of(name: str, settings: Settings) -> str:
    """The first key of a command as a person has chosen it; '' without one or such a command."""
    own = settings.keys.get(name, _OF_TABLE.get(name, ()))
    return shown_key(own[0]) if own else ""


def shown_key(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
