"""Says, above everything else, what becomes of the thing that is dragged there when it is dropped."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

FRAME = 4
# Of its strength; what is below stays to be seen.
VEIL = 40


class DropHint(QWidget):
    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.text = ""
        # What is dragged goes to what is below.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self.setFont(font)
        self.hide()

    def offer(self, *, folders: bool, pictures: bool) -> None:
        """Says which of these may be dropped."""
        if not pictures:
            self.text = self.tr("Drop a folder here to find the people in its photos")
        elif folders:
            self.text = self.tr("Drop a folder here to add its photos, or a picture to search for the faces in it")
        else:
            self.text = self.tr("Drop the picture here to search for the faces in it")
        self.setGeometry(self._over.rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        veil = self.palette().color(QPalette.ColorRole.Highlight)
        veil.setAlpha(VEIL)
        painter.setPen(QPen(colour, FRAME))
        painter.setBrush(veil)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(FRAME, FRAME, -FRAME, -FRAME), 8, 8)
        line = self.fontMetrics().height()
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        words: QRect = painter.boundingRect(self.rect().adjusted(3 * line, 0, -3 * line, 0), flags, self.text)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(words.adjusted(-line, -line, line, line), 8, 8)
        painter.setPen(self.palette().color(QPalette.ColorRole.HighlightedText))
        painter.drawText(words, flags, self.text)
