"""A round portrait of one face."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.library.records import FaceId
from app.ui.delegates.cell import faint
from app.ui.models.images import Images, Shape, outline


class Portrait(QWidget):
    """`side` in line heights of the font."""

    def __init__(self, images: Images, side: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = images
        self._face: FaceId | None = None
        self._side = side
        images.arrived.connect(self.update)

    def show_face(self, face: FaceId | None) -> None:
        self._face = face
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        side = round(self.fontMetrics().height() * self._side)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        side = min(self.width(), self.height())
        rect = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        image = None
        if self._face is not None:
            image = self._images.portrait(self._face, round(side * self.devicePixelRatioF()), Shape.CIRCLE)
        if image is not None:
            painter.drawImage(rect, image)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faint(self.palette(), 22))
            painter.drawPath(outline(rect, Shape.CIRCLE))
