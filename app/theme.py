"""Fusion with a quiet dark or light palette; no style sheets."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

_Role = QPalette.ColorRole
_DARK = {
    _Role.Window: "#202329",
    _Role.WindowText: "#e4e6ea",
    _Role.Base: "#2e333c",
    _Role.AlternateBase: "#343a44",
    _Role.Text: "#e4e6ea",
    _Role.Button: "#343a44",
    _Role.ButtonText: "#e4e6ea",
    _Role.ToolTipBase: "#2a2e35",
    _Role.ToolTipText: "#e4e6ea",
    _Role.PlaceholderText: "#878d97",
    _Role.Highlight: "#2f6fb3",
    _Role.HighlightedText: "#ffffff",
    _Role.Link: "#6fb1f0",
    _Role.Accent: "#3d8bd9",
}
_FAINT = "#7a808a"


def use_dark(application: QApplication) -> None:
    """Dark, as radiologists and most annotators work."""
    application.setStyle("Fusion")
    application.styleHints().setColorScheme(Qt.ColorScheme.Dark)
    palette = QPalette()
    for role, colour in _DARK.items():
        palette.setColor(role, QColor(colour))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_FAINT))
    application.setPalette(palette)
