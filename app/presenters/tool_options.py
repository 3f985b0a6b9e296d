"""The options of the tools: what they are set to, remembered from run to run."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QObject, QSettings, Signal

from engine.editing.options import Option, Value, options_of
from engine.editing.pointer import Tool
from engine.editing.tools.table import TOOLS


class Memory(Protocol):
    """Where values are kept between runs."""

    def recall(self, key: str) -> object:
        """What is kept under a key; None if nothing is."""
        ...

    def keep(self, key: str, value: Value) -> None:
        """Keep a value."""
        ...


class Forgetful:
    """Keeps nothing beyond the run."""

    def recall(self, key: str) -> object:  # noqa: ARG002
        return None

    def keep(self, key: str, value: Value) -> None:
        """Nothing is kept."""


class Lasting:
    """Keeps values where the window keeps its layout."""

    def recall(self, key: str) -> object:
        return QSettings().value(f"tools/{key}")

    def keep(self, key: str, value: Value) -> None:
        QSettings().setValue(f"tools/{key}", value)


class ToolOptions(QObject):
    """A value for each option of each tool; shared ones have one for all tools."""

    changed = Signal(str, object)  # name of the option, value

    def __init__(self, memory: Memory | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory or Forgetful()
        self._values: dict[str, Value] = {}

    def recall(self, key: str) -> object:
        """What is remembered of the tools besides their options."""
        return self._memory.recall(key)

    def keep(self, key: str, value: Value) -> None:
        self._memory.keep(key, value)

    def of(self, tool: str) -> dict[str, Option]:
        """What the options of a tool may be, in the order they are shown."""
        return {name: option for name, (option, _) in _options(tool).items()}

    def values(self, tool: str) -> dict[str, Value]:
        """What the options of a tool are set to."""
        return {name: self.value(tool, name) for name in _options(tool)}

    def value(self, tool: str, name: str) -> Value:
        """What one option is set to; there must be one of that name."""
        option, default = _options(tool)[name]
        key = _key(tool, name, option)
        if key not in self._values:
            kept = _as(self._memory.recall(key), default)
            self._values[key] = default if kept is None else option.suited(kept, default)
        return self._values[key]

    def set(self, tool: str, name: str, value: Value) -> None:
        """Set an option to the nearest value it may have."""
        option, default = _options(tool)[name]
        suited = option.suited(value, default)
        if suited == self.value(tool, name):
            return
        key = _key(tool, name, option)
        self._values[key] = suited
        self._memory.keep(key, suited)
        self.changed.emit(name, suited)

    def make(self, tool: str) -> Tool:
        """The tool as it is set."""
        return TOOLS.load(tool)(**self.values(tool))


def _options(tool: str) -> dict[str, tuple[Option, Value]]:
    part: Any = TOOLS.load(tool)
    return options_of(part)


def _key(tool: str, name: str, option: Option) -> str:
    return name if option.is_shared else f"{tool}/{name}"


def _as(kept: object, default: Value) -> Value | None:
    """What was read, as text in some systems, in the kind of the default; None if it is none."""
    if isinstance(default, bool):
        return {"true": True, "false": False}.get(str(kept).lower())
    if isinstance(default, str):
        return kept if isinstance(kept, str) else None
    try:
        return float(str(kept))
    except ValueError:
        return None
