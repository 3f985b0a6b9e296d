"""Fusion with a quiet dark or light palette; no style sheets."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

DARK, LIGHT, SYSTEM = "dark", "light", "system"

_Role = QPalette.ColorRole
_DARK = {
    _Role.Window: "#202329",
    _Role.WindowText: "#e4e6ea",
    _Role.Base: "#2e333c",
    _Role.AlternateBase: "#343a44",
    _Role.Text: "#e4e6ea",
    _Role.Button: "#343a44",
    _Role.ButtonText: "#e4e6ea",
    _Role.BrightText: "#ffffff",
    _Role.ToolTipBase: "#2a2e35",
    _Role.ToolTipText: "#e4e6ea",
    _Role.PlaceholderText: "#a3a9b3",
    _Role.Highlight: "#2f6fb3",
    _Role.HighlightedText: "#ffffff",
    _Role.Link: "#7dbaf5",
    _Role.LinkVisited: "#b9a6f2",
    _Role.Accent: "#3d8bd9",
}
_LIGHT = {
    _Role.Window: "#eef0f3",
    _Role.WindowText: "#1e2228",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#f4f6f8",
    _Role.Text: "#1e2228",
    _Role.Button: "#e3e6eb",
    _Role.ButtonText: "#1e2228",
    _Role.BrightText: "#000000",
    _Role.ToolTipBase: "#fdf6de",
    _Role.ToolTipText: "#1e2228",
    _Role.PlaceholderText: "#636a75",
    _Role.Highlight: "#2a6cb5",
    _Role.HighlightedText: "#ffffff",
    _Role.Link: "#1b5ea8",
    _Role.LinkVisited: "#6a3fa0",
    _Role.Accent: "#2a6cb5",
}
_FAINT = {DARK: "#7a808a", LIGHT: "#979da7"}
_SCHEMES = {
    DARK: Qt.ColorScheme.Dark,
    LIGHT: Qt.ColorScheme.Light,
    SYSTEM: Qt.ColorScheme.Unknown,
}


def use_theme(application: QApplication, name: str) -> None:
    """Dark, light, or as the system says; a system that says nothing is taken for dark."""
    if application.style().name() != "fusion":
        application.setStyle("Fusion")
    hints = application.styleHints()
    hints.setColorScheme(_SCHEMES[name])
    is_light = hints.colorScheme() is Qt.ColorScheme.Light
    if name == SYSTEM:
        name = LIGHT if is_light else DARK
    palette = palette_of(name)
    if palette != application.palette():
        application.setPalette(palette)


def palette_of(name: str) -> QPalette:
    """The colours of the dark or the light theme."""
    colours = _DARK if name == DARK else _LIGHT
    palette = QPalette(QColor(colours[_Role.Button]), QColor(colours[_Role.Window]))
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_FAINT[name]))
    return palette
