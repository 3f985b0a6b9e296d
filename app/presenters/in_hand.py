"""What is in hand: a tool with its options, and a class."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.presenters.case import CasePresenter
from app.presenters.tool_options import ToolOptions
from engine.editing.options import Option, Value
from engine.editing.tools.table import TOOLS, ToolRow

DEFAULT_TOOL = "brush"


class InHand(QObject):
    """One tool, one class, and the options of the tools.

    Attributes:
        tool: The tool in hand.
        label: The class in hand.
    """

    tool_changed = Signal(str)
    label_changed = Signal(int)
    radius_changed = Signal(float)
    option_changed = Signal(str, object)  # name and value, of the tool in hand

    def __init__(
        self, case: CasePresenter, options: ToolOptions, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._case = case
        self._options = options
        self._edited_with = DEFAULT_TOOL
        kept = options.recall("tool")
        self.tool = str(kept) if kept in {row.name for row in TOOLS} else DEFAULT_TOOL
        self.label = 1
        options.changed.connect(self._option_was_set)
        case.opened.connect(self._fit_label)

    @property
    def row(self) -> ToolRow:
        """What the table says of the tool in hand."""
        return TOOLS[self.tool]

    @property
    def radius(self) -> float:
        """Of the brush of the tool in hand, in smallest sides of a voxel; 0 if it has none."""
        return float(self._options.value(self.tool, "radius")) if "radius" in self.options else 0.0

    @property
    def options(self) -> dict[str, Option]:
        """What the options of the tool in hand may be."""
        return self._options.of(self.tool)

    def option(self, name: str) -> Value | None:
        """What an option of the tool in hand is set to; None if it has none of that name."""
        return self._options.value(self.tool, name) if name in self.options else None

    def set_option(self, name: str, value: Value) -> None:
        """Set an option of the tool in hand, if it has one of that name."""
        if name in self.options:
            self._options.set(self.tool, name, value)

    def choose_tool(self, name: str) -> None:
        """Take a tool in hand.

        Raises:
            UnknownName: if there is none of that name.
        """
        row = TOOLS[name]
        if self.row.edits:
            self._edited_with = self.tool
        self.tool = row.name
        self._options.keep("tool", name)
        self.tool_changed.emit(name)
        self.radius_changed.emit(self.radius)

    def go_back(self) -> None:
        """Take the tool in hand that painted last."""
        self.choose_tool(self._edited_with)

    def choose_label(self, index: int) -> None:
        """Choose the class to paint with; unknown ones are left alone."""
        project = self._case.project
        if project and 0 <= index < len(project.label_set) and index != self.label:
            self.label = index
            self.label_changed.emit(index)

    def set_radius(self, radius: float) -> None:
        self.set_option("radius", radius)

    def scale_radius(self, steps: int) -> None:
        """10 % larger for each step, at least half a pixel; smaller if negative."""
        change = max(0.5, round(self.radius * 0.1 * 2) / 2)
        self.set_radius(self.radius + steps * change)

    @Slot()
    def toggle_solid(self) -> None:
        """The ball, or the disc."""
        self.set_option("is_solid", not self.option("is_solid"))

    def _option_was_set(self, name: str, value: object) -> None:
        if name in self.options:
            self.option_changed.emit(name, value)
            if name == "radius":
                self.radius_changed.emit(self.radius)

    @Slot()
    def _fit_label(self) -> None:
        """Another case is open, which may have fewer classes."""
        project = self._case.project
        if project and self.label >= len(project.label_set):
            self.label = 1
        self.label_changed.emit(self.label)
