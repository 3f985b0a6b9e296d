"""SETTINGS: every preference in one table, kept as TOML in the user's folder.

Only what differs from the default is written, so that better defaults reach those who never chose.
"""

from __future__ import annotations

import json
import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import SulcusError
from engine.files import write_text

log = logging.getLogger(__name__)

Value = bool | float | str

_WRITE_AFTER_MS = 200  # a dragged slider is written once
_KEYS = "keys"


class Kind(Enum):
    """How a preference is set."""

    SWITCH = "switch"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One preference.

    Attributes:
        name: Unique and never changed, 'section.name'.
        section: Title of the part of the dialog that it stands in.
        title: What it sets.
        kind: How it is set.
        default: What it is until someone chooses.
        note: What it does, where the title does not say.
        low: Smallest number.
        high: Largest number.
        step: From one number to the next.
        choices: (value, title) of a choice, in order.
    """

    name: str
    section: str
    title: str
    kind: Kind
    default: Value
    note: str = ""
    low: float = 0.0
    high: float = 1.0
    step: float = 0.1
    choices: tuple[tuple[str, str], ...] = ()

    def accepts(self, value: object) -> bool:
        """Whether `value` may be chosen."""
        match self.kind:
            case Kind.SWITCH:
                return isinstance(value, bool)
            case Kind.NUMBER:
                if isinstance(value, bool) or not isinstance(value, int | float):
                    return False
                return self.low <= value <= self.high
            case Kind.CHOICE:
                return any(value == one for one, _ in self.choices)


_LOOK, _PLANES, _MOUSE = "Look", "Volumes", "Mouse"
_DRAG = (
    ("erase", "Erase"),
    ("pan", "Move the picture"),
    ("window", "Window and level"),
    ("zoom", "Zoom"),
)
_WHEEL = (("zoom", "Zoom"), ("slice", "Slice"), ("brush", "Brush size"))

SETTINGS: tuple[SettingRow, ...] = (
    SettingRow(
        "look.theme", _LOOK, "Theme", Kind.CHOICE, "dark",
        choices=(("dark", "Dark"), ("light", "Light"), ("system", "As the system")),
    ),
    SettingRow(
        "look.language", _LOOK, "Language", Kind.CHOICE, "system",
        choices=(("system", "As the system"), ("en", "English"), ("zh_CN", "简体中文")),
    ),
    SettingRow(
        "look.opacity", _LOOK, "Opacity of the mask", Kind.NUMBER, 0.5, step=0.05,
        note="How strongly the mask covers the image when a window opens",
    ),
    SettingRow(
        "look.hide-names", _LOOK, "Hide names of images", Kind.SWITCH, default=False,
        note="For a screen that others see: no names in the title and the lists",
    ),
    SettingRow(
        "look.recent", _LOOK, "Remember what was opened", Kind.SWITCH, default=True,
        note="Keeps the folders of the last projects for the File menu; never while names are "
        "hidden",
    ),
    SettingRow(
        "planes.layout", _PLANES, "Planes of a volume", Kind.CHOICE, "large",
        choices=(("one", "One"), ("three", "Three alike"), ("large", "Three, one of them large")),
    ),
    SettingRow(
        "planes.neurological", _PLANES, "Neurological", Kind.SWITCH, default=False,
        note="The patient's left is on the left of the screen; otherwise on the right, as "
        "radiologists look at it",
    ),
    SettingRow(
        "planes.nose-right", _PLANES, "Nose on the right", Kind.SWITCH, default=False,
        note="In sagittal slices",
    ),
    SettingRow(
        "planes.crosshair", _PLANES, "Crosshair", Kind.SWITCH, default=True,
        note="Lines that show where the planes cross",
    ),
    SettingRow(
        "surface.shown", _PLANES, "Surface of the mask", Kind.SWITCH, default=False,
        note="A pane beside the planes that shows the classes of a volume as solid bodies",
    ),
    SettingRow(
        "surface.automatic", _PLANES, "Build the surface by itself", Kind.SWITCH, default=True,
        note="Whenever the mask has changed; very large volumes wait until they are told to",
    ),
    SettingRow(
        "layers.pins", _LOOK, "Hatch what a person corrected", Kind.SWITCH, default=False,
        note="Pixels that neither a network nor the CRF changes unasked",
    ),
    SettingRow(
        "layers.grid", _LOOK, "Pixel grid", Kind.SWITCH, default=True,
        note="Lines between pixels that are at least 12 pixels of the screen large",
    ),
    SettingRow(
        "layers.minimap", _LOOK, "Minimap", Kind.SWITCH, default=True,
        note="The whole picture in a corner while only a part of it is seen",
    ),
    SettingRow(
        "layers.smooth", _LOOK, "Smooth pixels", Kind.SWITCH, default=False,
        note="Interpolates the image where it is enlarged; the mask never",
    ),
    SettingRow(
        "review.all-seen", "Review", "Approve only what was seen", Kind.SWITCH, default=True,
        note="A volume is approved once each slice with a mask was shown in one of the planes",
    ),
    SettingRow("mouse.wheel", _MOUSE, "Wheel", Kind.CHOICE, "zoom", choices=_WHEEL),
    SettingRow("mouse.ctrl-wheel", _MOUSE, "Ctrl + wheel", Kind.CHOICE, "slice", choices=_WHEEL),
    SettingRow("mouse.shift-wheel", _MOUSE, "Shift + wheel", Kind.CHOICE, "brush", choices=_WHEEL),
    SettingRow(
        "mouse.right", _MOUSE, "Right drag", Kind.CHOICE, "erase", choices=_DRAG,
        note="With the tool that moves the picture in hand, there is nothing to erase: window and "
        "level instead",
    ),
    SettingRow(
        "mouse.shift-right", _MOUSE, "Shift + right drag", Kind.CHOICE, "window", choices=_DRAG
    ),
    SettingRow("mouse.middle", _MOUSE, "Middle drag", Kind.CHOICE, "pan", choices=_DRAG),
    SettingRow("mouse.alt-left", _MOUSE, "Alt + left drag", Kind.CHOICE, "erase", choices=_DRAG),
)  # fmt: skip

_ROWS = {row.name: row for row in SETTINGS}


class Settings(QObject):
    """What the person chose; a change is told at once and written soon."""

    changed = Signal(str)  # name of the row
    keys_changed = Signal()
    failed = Signal(object)  # Exception: the file cannot be written

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        """Read `path`; what it says wrongly is left at its default and told in `told`."""
        super().__init__(parent)
        self._path = path
        self._chosen: dict[str, Value] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._foreign: dict[str, Any] = {}  # of a newer program: kept as it is
        self.told = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_WRITE_AFTER_MS)
        self._later.timeout.connect(self.flush)
        self._read()

    def is_on(self, name: str) -> bool:
        """A switch."""
        return self.value(name) is True

    def number(self, name: str) -> float:
        """A number."""
        return float(self.value(name))

    def choice(self, name: str) -> str:
        """The value of a choice."""
        return str(self.value(name))

    def value(self, name: str) -> Value:
        """What is chosen, or the default.

        Raises:
            KeyError: if there is no such row.
        """
        return self._chosen.get(name, _ROWS[name].default)

    def set(self, name: str, value: Value) -> None:
        """Choose; a value out of range is a fault of the program.

        Raises:
            ValueError: if the row does not accept it.
        """
        row = _ROWS[name]
        if not row.accepts(value):
            raise ValueError(f"{name} cannot be {value!r}")
        if value == self.value(name):
            return
        if value == row.default:
            del self._chosen[name]
        else:
            self._chosen[name] = value
        self._later.start()
        self.changed.emit(name)

    def flip(self, name: str) -> None:
        """Turn a switch."""
        self.set(name, not self.is_on(name))

    def reset(self, name: str) -> None:
        """Back to the default."""
        self.set(name, _ROWS[name].default)

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """Keys that were changed, by the names of commands."""
        return dict(self._keys)

    def set_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Change the keys of commands to these; all others have those of the table."""
        if dict(keys) != self._keys:
            self._keys = dict(keys)
            self._later.start()
            self.keys_changed.emit()

    def flush(self) -> None:
        """Write now what is still to be written."""
        self._later.stop()
        try:
            write_text(self._path, self._text())
        except SulcusError as error:
            self.failed.emit(error)

    def flush_if_due(self) -> None:
        """Write now if something is to be written."""
        if self._later.isActive():
            self.flush()

    def _read(self) -> None:
        try:
            found = tomllib.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError):
            self._set_aside()
            return
        keys = found.pop(_KEYS, {})
        wrong: list[str] = []
        for section, rows in found.items():
            for last, value in rows.items() if isinstance(rows, dict) else ():
                name = f"{section}.{last}"
                if name not in _ROWS:
                    self._foreign.setdefault(section, {})[last] = value
                elif _ROWS[name].accepts(value):
                    self._chosen[name] = value
                else:
                    wrong.append(name)
        for name, one in keys.items() if isinstance(keys, dict) else ():
            if isinstance(one, list) and all(isinstance(key, str) for key in one):
                self._keys[name] = tuple(one)
            else:
                wrong.append(f"{_KEYS}.{name}")
        if wrong:
            self.told = self.tr("Some settings cannot be: {}. Their defaults are used.").format(
                ", ".join(wrong)
            )

    def _set_aside(self) -> None:
        kept = self._path.with_name(f"{self._path.name}.damaged")
        self.told = self.tr(
            "The settings cannot be read; the defaults are used. The old file is kept as '{}'."
        ).format(kept.name)
        try:
            self._path.replace(kept)
        except OSError:
            log.warning("the damaged settings cannot be set aside")
            self.told = self.tr("The settings cannot be read; the defaults are used.")

    def _text(self) -> str:
        """The whole file; names are quoted, since a dot in TOML begins a table."""
        tables: dict[str, dict[str, Any]] = {name: dict(one) for name, one in self._foreign.items()}
        for name, value in self._chosen.items():
            section, _, last = name.partition(".")
            tables.setdefault(section, {})[last] = value
        if self._keys:
            tables[_KEYS] = {name: list(keys) for name, keys in self._keys.items()}
        blocks: list[str] = []
        for section, rows in sorted(tables.items()):
            lines = [f"{_quoted(name)} = {_toml(value)}" for name, value in sorted(rows.items())]
            blocks.append("\n".join([f"[{_quoted(section)}]", *lines, ""]))
        return "\n".join(blocks)


def _toml(value: object) -> str:
    """A scalar, list or table of scalars as TOML writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return f"{{{', '.join(f'{_quoted(k)} = {_toml(v)}' for k, v in value.items())}}}"
        case _:
            return _quoted(str(value))


def _quoted(text: str) -> str:
    """A basic string: JSON's, whose escapes TOML has too, but for the one TOML forbids bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
