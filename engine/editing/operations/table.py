"""Every operation on a whole mask or a slice of it, in the order of the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.core.arrays import Labels
from engine.registry import Registry


class Operation(Protocol):
    """What a row points at: a dataclass of options that can be called."""

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:
        """The labels afterwards.

        Args:
            labels: (rows, columns) of a slice or (*shape) of a volume, uint8; not changed.
            spacing: Size of a pixel along each axis.
        """
        ...


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation.

    Attributes:
        name: Short and unique.
        title: What the menu says.
        note: What it does, in one clause.
        target: 'module:Class'.
        needs_volume: Whether it does nothing on a single slice.
    """

    name: str
    title: str
    note: str
    target: str
    needs_volume: bool = False


_AT = "engine.editing.operations."

OPERATIONS: Registry[OperationRow, Callable[..., Operation]] = Registry(
    "operation",
    OperationRow("keep-largest", "Keep the largest part", "removes all other parts of a class",
                 f"{_AT}keep_largest:KeepLargest"),
    OperationRow("remove-small", "Remove small parts", "removes parts below a size",
                 f"{_AT}remove_small:RemoveSmall"),
    OperationRow("fill-holes", "Fill holes", "fills background that a class encloses",
                 f"{_AT}fill_holes:FillHoles"),
    OperationRow("smooth", "Smooth", "smooths the outlines of all classes", f"{_AT}smooth:Smooth"),
    OperationRow("grow", "Grow", "grows a class into the background", f"{_AT}grow:Grow"),
    OperationRow("shrink", "Shrink", "takes the rim of a class away", f"{_AT}shrink:Shrink"),
    OperationRow("interpolate", "Fill between slices", "draws a class between two drawn slices",
                 f"{_AT}interpolate:Interpolate", needs_volume=True),
    OperationRow("copy-slice", "Copy to the next slices", "copies the mask some slices further",
                 f"{_AT}copy_slice:CopySlice", needs_volume=True),
    OperationRow("relabel", "Merge into another class", "turns one class into another",
                 f"{_AT}relabel:Relabel"),
    OperationRow("swap", "Swap two classes", "each becomes the other", f"{_AT}swap:Swap"),
    OperationRow("clear", "Clear a class", "turns a class into background", f"{_AT}clear:Clear"),
    OperationRow("boolean", "Combine with a mask", "unites, intersects or subtracts a mask",
                 f"{_AT}boolean:Boolean"),
)  # fmt: skip
