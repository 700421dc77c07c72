"""A face with a name, and perhaps a second line of text, beside it, to click on."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.library.records import FaceId
from app.ui.delegates.cell import faint
from app.ui.models.images import Images, Shape, outline


class FaceButton(QAbstractButton):
    def __init__(
        self, images: Images, face: FaceId, name: str, parent: QWidget | None = None, *, detail: str = ""
    ) -> None:
        super().__init__(parent)
        self._images, self._face, self._detail = images, face, detail
        self.setText(name)
        self.setAccessibleName(", ".join(part for part in (name, detail) if part))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # A long name is cut, not the panel around it.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        images.arrived.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        height = round(self.fontMetrics().height() * 2.4)
        wide = max(self.fontMetrics().horizontalAdvance(text) for text in (self.text(), self._detail))
        return QSize(height + 16 + wide, height)

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
        line = self.fontMetrics().height()
        lines = [(self.text(), QPalette.ColorRole.WindowText), (self._detail, QPalette.ColorRole.PlaceholderText)]
        lines = [(text, role) for text, role in lines if text]
        where = QRect(side + 14, (self.height() - len(lines) * line) // 2, self.width() - side - 18, line)
        for text, role in lines:
            painter.setPen(self.palette().color(role))
            shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, where.width())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            where.translate(0, line)
