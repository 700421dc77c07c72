"""The first page anybody sees: one thing to do, and one promise."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.ui.delegates.cell import faint
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.icons import set_symbol


class FirstStartPage(QWidget):
    """`add` says that the button was pressed; folders are dropped on the window."""

    add = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state = EmptyState("photos")
        self._state.say(
            self.tr("See who is in your photos"),
            self.tr("Drop a folder of photos here, or choose one. Photos and faces never leave this computer."),
        )
        self.button = QPushButton(self.tr("Add a photo folder"))
        set_symbol(self.button, "folder-add")
        font = self.button.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.button.setFont(font)
        self.button.setMinimumHeight(round(self.fontMetrics().height() * 2.8))
        self.button.setMinimumWidth(self.fontMetrics().averageCharWidth() * 34)
        self.button.setDefault(True)
        self.button.clicked.connect(self.add)
        self._state.add(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 32, 32, 32)
        layout.addWidget(self._state)
        self.setFocusProxy(self.button)

    def title(self) -> str:
        return self._state.title()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(faint(self.palette(), 60), 2, painter.pen().style().DashLine))
        painter.drawRoundedRect(self.rect().adjusted(20, 20, -20, -20), 16, 16)
