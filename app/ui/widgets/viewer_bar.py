"""The bar above a photo: to the photos beside it, closer or further away, and what is shown with it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app.ui.widgets.icons import set_symbol


class ViewerBar(QWidget):
    """What its buttons do is connected by the page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.position = QLabel()
        self.previous = self._tool("back", self.tr("Previous photo"))
        self.next = self._tool("forward", self.tr("Next photo"))
        self.add = self._tool("face-add", self.tr("Add a face that was missed (A), or drag with Ctrl"))
        self.further = self._tool("zoom-out", self.tr("Zoom out (-)"))
        self.fit = self._tool("fit", self.tr("Whole photo (0), or pixel by pixel (1)"))
        self.closer = self._tool("zoom-in", self.tr("Zoom in (+)"))
        self.boxes = self._tool("boxes", self.tr("Face boxes (B)"))
        self.information = self._tool("information", self.tr("Details (I)"))
        self.more = self._tool("more", self.tr("More for this photo"))
        for button in (self.boxes, self.information):
            button.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 10, 5)
        row.setSpacing(4)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        row.addSpacing(6)
        row.addWidget(self.position, 1)
        for group in (self.add,), (self.further, self.fit, self.closer), (self.boxes, self.information, self.more):
            for button in group:
                row.addWidget(button)
            if self.more not in group:
                row.addSpacing(10)

    def show_position(self, row: int, count: int) -> None:
        """Which of so many photos is in sight, counted from 0."""
        number = QLocale().toString
        self.position.setText(self.tr("%1 of %2").replace("%1", number(row + 1)).replace("%2", number(count)))
        self.previous.setEnabled(row > 0)
        self.next.setEnabled(row + 1 < count)

    def _tool(self, symbol: str, text: str) -> QToolButton:
        button = QToolButton(autoRaise=True)
        set_symbol(button, symbol)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
