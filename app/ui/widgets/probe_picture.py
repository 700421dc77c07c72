"""The picture somebody searches with, with a box around each face to pick one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QVBoxLayout, QWidget

from app.library.records import Box

# Smaller faces are as easy to hit as this, in pixels.
SMALLEST = 28
SHADOW = QColor(0, 0, 0, 150)


class ProbePicture(QWidget):
    """`picked` carries the number of a face. Tab and the arrow keys go from face to face, from left to right."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._best = 0
        self.question = QLabel(wordWrap=True)
        self.question.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = self.question.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        self.question.setFont(font)
        self.canvas = Canvas()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 14, 14)
        column.addWidget(self.question)
        column.addWidget(self.canvas, 1)

    def show_picture(self, pixels: NDArray[np.uint8], boxes: Sequence[Box], best: int) -> None:
        """RGB uint8 [h, w, 3] and the faces on it; the `best` is the one that is most likely meant."""
        self._best = best
        self.canvas.show_picture(pixels, boxes)
        self.question.setText(self.tr("Which of these %Ln faces? Click on one.", None, len(boxes)))
        for number, button in enumerate(self.canvas.buttons):
            button.clicked.connect(lambda _=False, number=number: self.picked.emit(number))

    def focus_best(self) -> None:
        if self.canvas.buttons:
            self.canvas.buttons[self._best].setFocus(Qt.FocusReason.TabFocusReason)


class Canvas(QWidget):
    """The picture as large as fits; `buttons` are its faces in the order given, `order` from left to right."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.buttons: list[_FaceBox] = []
        self.order: list[_FaceBox] = []

    def show_picture(self, pixels: NDArray[np.uint8], boxes: Sequence[Box]) -> None:
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        height, width = pixels.shape[:2]
        pixels = np.ascontiguousarray(pixels)
        self._image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self.buttons = [_FaceBox(box, self) for box in boxes]
        self.order = sorted(self.buttons, key=lambda button: button.box.x)
        for number, button in enumerate(self.order, 1):
            name = self.tr("Face %1 of %2, from the left").replace("%1", str(number))
            button.setAccessibleName(name.replace("%2", str(len(boxes))))
            button.show()
        for one, other in zip(self.order, self.order[1:], strict=False):
            QWidget.setTabOrder(one, other)
        self._place()
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the whole picture is in sight; small ones are not blown up beyond double."""
        size = self._image.size().toSizeF()
        if size.isEmpty():
            return QRectF()
        scale = min(self.width() / size.width(), self.height() / size.height(), 2.0)
        size *= scale
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(160, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        forward = event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down)
        here = next((place for place, button in enumerate(self.order) if button.hasFocus()), None)
        if here is None or not (forward or event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up)):
            super().keyPressEvent(event)
            return
        there = min(max(here + (1 if forward else -1), 0), len(self.order) - 1)
        self.order[there].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.picture_rect(), self._image)

    def _place(self) -> None:
        picture = self.picture_rect()
        for button in self.buttons:
            box = button.box
            rect = QRectF(
                picture.x() + box.x * picture.width(),
                picture.y() + box.y * picture.height(),
                box.width * picture.width(),
                box.height * picture.height(),
            )
            across, down = max(0.0, SMALLEST - rect.width()) / 2, max(0.0, SMALLEST - rect.height()) / 2
            button.setGeometry(rect.adjusted(-across, -down, across, down).toAlignedRect())


class _FaceBox(QAbstractButton):
    def __init__(self, box: Box, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = box
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Search for this face"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.click()
            case Qt.Key.Key_Left | Qt.Key.Key_Right | Qt.Key.Key_Up | Qt.Key.Key_Down:
                # The picture knows who is beside it.
                event.ignore()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        corner = min(10.0, rect.width() * 0.12)
        here = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(SHADOW, 5.0 if here else 3.0))
        painter.drawRoundedRect(rect, corner, corner)
        focused = self.palette().highlight().color().lighter(125)
        painter.setPen(QPen(focused if self.hasFocus() else QColor(255, 255, 255), 3.0 if here else 1.5))
        painter.drawRoundedRect(rect, corner, corner)
