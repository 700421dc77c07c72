"""Above the faces that a search found: how many and who, what can be done with them, and how alike they must be."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.widgets.flow import Flow
from app.ui.widgets.likeness_slider import LikenessSlider
from app.ui.widgets.ringed_button import RingedButton

# In a narrower window than this, in letters, the slider stands below what it filters by.
BESIDE = 100


class FoundBar(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.status.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.name_button = QPushButton(self.tr("Name…"))
        self.name_button.setToolTip(self.tr("Names the selected faces"))
        self.copy_button = QPushButton(self.tr("Copy to a folder…"))
        self.copy_button.setToolTip(self.tr("Copies the photos of the selected faces, or of all that were found"))
        self.show_picture = RingedButton(self.tr("Show the picture"))
        self.show_picture.setCheckable(True)
        self.likeness = LikenessSlider()
        buttons = Flow()
        for button in (self.name_button, self.copy_button, self.show_picture):
            buttons.add(button)
        left = QVBoxLayout()
        left.addWidget(self.status)
        left.addWidget(buttons)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addLayout(left, 1)
        self._row.addWidget(self.likeness)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        beside = self.width() > self.fontMetrics().averageCharWidth() * BESIDE
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
