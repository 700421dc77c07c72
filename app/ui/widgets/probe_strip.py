"""The faces of the picture somebody searches with, to pick one of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from app.ui.models.images import Shape, cut


class ProbeStrip(QWidget):
    """`picked` carries the number of the face."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._group.idToggled.connect(lambda number, on: self.picked.emit(number) if on else None)

    def show_portraits(self, portraits: Sequence[bytes], chosen: int = -1) -> None:
        """Encoded pictures; `chosen` is the one that is searched for already."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        side = round(self.fontMetrics().height() * 3.6)
        for number, portrait in enumerate(portraits):
            button = QToolButton()
            button.setCheckable(True)
            button.setAutoRaise(True)
            image = cut(portrait, round(side * self.devicePixelRatioF()), Shape.CIRCLE)
            if image is not None:
                image.setDevicePixelRatio(self.devicePixelRatioF())
                button.setIcon(QIcon(QPixmap.fromImage(image)))
            button.setIconSize(QSize(side, side))
            button.setAccessibleName(self.tr("Face %1 of the picture").replace("%1", str(number + 1)))
            button.setToolTip(self.tr("Search for this face"))
            self._row.addWidget(button)
            self._group.addButton(button, number)
        if 0 <= chosen < len(portraits):
            self._group.blockSignals(True)
            self._group.button(chosen).setChecked(True)
            self._group.blockSignals(False)

    def count(self) -> int:
        return len(self._group.buttons())

    def button(self, number: int) -> QToolButton:
        button = self._group.button(number)
        assert isinstance(button, QToolButton)
        return button
