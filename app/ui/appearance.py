"""Light and dark: the system's choice or the user's own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


def choose(app: QApplication, appearance: str) -> None:
    """`appearance` is one of `app.settings.APPEARANCES`."""
    scheme = SCHEMES.get(appearance, Qt.ColorScheme.Unknown)
    app.setPalette(QPalette())
    app.styleHints().setColorScheme(scheme)
    # Platforms without a theme of their own (bare X11) stay light whatever they are asked for.
    is_dark = app.palette().color(QPalette.ColorRole.Window).lightness() < 128
    if scheme is Qt.ColorScheme.Dark and not is_dark:
        app.setPalette(dark_palette())


def dark_palette() -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    text, faint = QColor(235, 235, 235), QColor(235, 235, 235, 140)
    for which, colour in (
        (role.Window, QColor(43, 43, 46)),
        (role.Base, QColor(30, 30, 32)),
        (role.AlternateBase, QColor(38, 38, 41)),
        (role.Button, QColor(58, 58, 62)),
        (role.ToolTipBase, QColor(64, 64, 70)),
        (role.Light, QColor(84, 84, 90)),
        (role.Midlight, QColor(70, 70, 75)),
        (role.Mid, QColor(36, 36, 39)),
        (role.Dark, QColor(24, 24, 26)),
        (role.Shadow, QColor(0, 0, 0)),
        (role.WindowText, text),
        (role.Text, text),
        (role.ButtonText, text),
        (role.ToolTipText, text),
        (role.BrightText, QColor(255, 255, 255)),
        (role.PlaceholderText, faint),
        (role.Highlight, QColor(56, 132, 214)),
        (role.Accent, QColor(56, 132, 214)),
        (role.HighlightedText, QColor(255, 255, 255)),
        (role.Link, QColor(110, 176, 245)),
        (role.LinkVisited, QColor(176, 150, 240)),
    ):
        palette.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, which, QColor(235, 235, 235, 90))
    palette.setColor(group.Disabled, role.Highlight, QColor(84, 84, 90))
    return palette
