"""A field that narrows down what the page shows while somebody types."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.ui.widgets.line_edit import LineEdit
from app.ui.widgets.search_line import look_like_a_search


class FilterEdit(LineEdit):
    """Escape empties it; Escape again, Return and Down say `left`, to go on with what is shown."""

    left = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(text)
        self.setAccessibleName(text)
        look_like_a_search(self)
        # As long as the longest names.
        self.setMaxLength(60)
        self.setMaximumWidth(self.fontMetrics().averageCharWidth() * 40)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """With room for what it says while it is empty, beside its symbols."""
        text = self.fontMetrics().horizontalAdvance(self.placeholderText())
        return QSize(text + 4 * self.sizeHint().height() // 2, super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        match event.key():
            case Qt.Key.Key_Escape if self.text():
                # Other than `clear` this leaves nothing for Ctrl+Z to bring back.
                self.setText("")
            case Qt.Key.Key_Escape | Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Down:
                self.left.emit()
            case _:
                super().keyPressEvent(event)
