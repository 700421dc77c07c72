"""A push button that shows plainly that it has the keyboard, also where it is flat or coloured."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QPushButton

RING = 2.0


class RingedButton(QPushButton):
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self.hasFocus():
            # What is chosen has the colour of selections already.
            role = QPalette.ColorRole.HighlightedText if self.isChecked() else QPalette.ColorRole.Highlight
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(role), RING))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(RING, RING, -RING, -RING), RING, RING)
