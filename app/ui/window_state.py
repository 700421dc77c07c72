"""How the window was left: its size and place, and the width of the sidebar."""

from __future__ import annotations

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from app.settings import SettingsFile

# What a first window takes of the screen.
PART_OF_SCREEN = 0.75


def restore(window: QWidget, splitter: QSplitter, sidebar: QWidget, settings: SettingsFile) -> None:
    state = settings.current
    geometry = QByteArray.fromBase64(state.window_geometry.encode())
    if geometry.isEmpty() or not window.restoreGeometry(geometry):
        screen = QGuiApplication.primaryScreen().availableSize() * PART_OF_SCREEN
        window.resize(screen.width(), screen.height())
    # As wide as what is in it: a small window had no room for it.
    width = max(state.sidebar_width, sidebar.sizeHint().width())
    splitter.setSizes([width, max(1, window.width() - width)])


def save(window: QWidget, splitter: QSplitter, settings: SettingsFile) -> None:
    # A window that was never shown on the first page's account has no sidebar to measure.
    width = splitter.sizes()[0] or settings.current.sidebar_width
    geometry = bytes(window.saveGeometry().toBase64().data()).decode()
    settings.change(window_geometry=geometry, sidebar_width=width)
