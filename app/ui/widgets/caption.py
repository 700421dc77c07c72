"""Words on a photo, on dark ground so that they can be read on any."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

GROUND, TEXT = QColor(0, 0, 0, 205), QColor(240, 240, 240)


def write(painter: QPainter, text: str, inside: QRectF, top: QPointF) -> None:
    """Below the point `top`, centred there and moved as far as it takes to be inside; in as many lines as it takes."""
    flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    ground = painter.boundingRect(inside.adjusted(28, 20, -28, -20), flags, text).adjusted(-14, -7, 14, 7)
    left, highest = inside.right() - ground.width() - 12, inside.bottom() - ground.height() - 12
    ground.moveTo(
        max(inside.left() + 12, min(top.x() - ground.width() / 2, left)), max(inside.top() + 12, min(top.y(), highest))
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROUND)
    painter.drawRoundedRect(ground, 10, 10)
    painter.setPen(TEXT)
    painter.drawText(ground, flags, text)
