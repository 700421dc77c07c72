"""A push button that shows plainly that it has the keyboard, also where it is flat or coloured."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QPushButton, QWidget

RING = 2.0


class RingedButton(QPushButton):
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self.hasFocus():
            # What is chosen has the colour of selections already.
            role = QPalette.ColorRole.HighlightedText if self.isChecked() else QPalette.ColorRole.Highlight
            paint_ring(self, role)


def paint_ring(widget: QWidget, role: QPalette.ColorRole) -> None:
    """Along the edge of what has the keyboard, in this colour of its palette."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(widget.palette().color(role), RING))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(RING, RING, -RING, -RING), RING, RING)
