"""A field that narrows down what the page shows while somebody types."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.widgets.icons import set_symbol


class FilterEdit(QLineEdit):
    """Escape empties it; Escape again, Return and Down say `left`, to go on with what is shown."""

    left = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(text)
        self.setAccessibleName(text)
        self.setClearButtonEnabled(True)
        # As long as the longest names.
        self.setMaxLength(60)
        set_symbol(self.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition), "search")
        self.setMaximumWidth(self.fontMetrics().averageCharWidth() * 40)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        match event.key():
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case Qt.Key.Key_Escape | Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Down:
                self.left.emit()
            case _:
                super().keyPressEvent(event)
