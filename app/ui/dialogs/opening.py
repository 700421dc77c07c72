"""How dialogs open: once they are closed the keyboard is where it was before."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid


def open_dialog(dialog: QDialog) -> None:
    parent = dialog.parentWidget()
    assert parent is not None
    window = parent.window()
    before = window.focusWidget()

    def give_back() -> None:
        # Not every system does so by itself.
        window.activateWindow()
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    dialog.finished.connect(give_back)
    dialog.open()
