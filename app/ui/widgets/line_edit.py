"""A line of text that leaves undo and redo to the window where it has no typing of its own to take back."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

Keys = QKeySequence.StandardKey


class LineEdit(QLineEdit):
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        undo, redo = event.matches(Keys.Undo), event.matches(Keys.Redo)
        if self.isUndoAvailable() or not (undo or (redo and not self.isRedoAvailable())):
            super().keyPressEvent(event)
            return
        # Qt's own line keeps these keys to itself, and a list that drops down from it keeps them from the window.
        pressed = QKeySequence(event.keyCombination())
        for action in self.window().actions():
            if action.isEnabled() and pressed in action.shortcuts():
                self.make_way(action)

    def make_way(self, action: QAction) -> None:
        """Lets the window do it."""
        action.trigger()
