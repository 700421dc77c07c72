"""A face with a name beside it, to click on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.library.records import FaceId
from app.ui.delegates.cell import faint
from app.ui.models.images import Images, Shape, outline


class FaceButton(QAbstractButton):
    def __init__(self, images: Images, face: FaceId, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images, self._face = images, face
        self.setText(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # A long name is cut, not the panel around it.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        images.arrived.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        height = round(self.fontMetrics().height() * 2.4)
        return QSize(height + 16 + self.fontMetrics().horizontalAdvance(self.text()), height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self.underMouse() or self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faint(self.palette(), 28))
            painter.drawRoundedRect(self.rect(), 6, 6)
        side = self.height() - 8
        rect = QRectF(4, 4, side, side)
        image = self._images.portrait(self._face, round(side * self.devicePixelRatioF()), Shape.CIRCLE)
        if image is not None:
            painter.drawImage(rect, image)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faint(self.palette(), 22))
            painter.drawPath(outline(rect, Shape.CIRCLE))
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        text = self.rect().adjusted(side + 14, 0, -4, 0)
        name = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
