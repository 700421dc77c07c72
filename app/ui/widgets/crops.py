"""A few faces of one person side by side, as large as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.library.records import Face
from app.ui.delegates.cell import GAP, RING, faint
from app.ui.models.images import Images, Shape, outline

# The side of a portrait as it is kept (`app.crops`): larger it would only be blurred.
LARGEST = 256


class Crop(QAbstractButton):
    """Opened by a double click or the space bar: a mere click must not lead away."""

    menu_wanted = Signal(QPoint)

    def __init__(self, images: Images, face: Face, parent: QWidget) -> None:
        super().__init__(parent)
        self.face = face
        self._images = images
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        images.arrived.connect(self.update)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.click()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.menu_wanted.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        inside = QRectF(self.rect()).adjusted(RING, RING, -RING, -RING)
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        image = self._images.portrait(
            self.face.id, picture_side(inside.width() * self.devicePixelRatioF()), Shape.ROUNDED
        )
        if image is not None:
            painter.drawImage(inside, image)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faint(self.palette(), 22))
            painter.drawPath(outline(inside, Shape.ROUNDED))
        if self.hasFocus() or self.underMouse():
            colour = (
                self.palette().color(QPalette.ColorRole.Highlight) if self.hasFocus() else faint(self.palette(), 70)
            )
            painter.setPen(QPen(colour, RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(outline(inside, Shape.ROUNDED))


class Crops(QWidget):
    """`opened` carries the face whose photo is wanted, `menu_wanted` a face and where to open its menu."""

    opened = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, images: Images, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = images
        self._crops: list[Crop] = []

    def crops(self) -> Sequence[Crop]:
        return self._crops

    def faces(self) -> list[Face]:
        return [crop.face for crop in self._crops]

    def show_faces(self, faces: Sequence[Face], who: str) -> None:
        if list(faces) == self.faces():
            return
        for crop in self._crops:
            crop.hide()
            crop.deleteLater()
        self._crops = [Crop(self._images, face, self) for face in faces]
        for number, crop in enumerate(self._crops, 1):
            crop.setAccessibleName(self.tr("Face %1 of %2").replace("%1", str(number)).replace("%2", who))
            crop.setToolTip(self.tr("Double-click to see the photo"))
            crop.clicked.connect(lambda _=False, face=crop.face: self.opened.emit(face))
            crop.menu_wanted.connect(lambda where, face=crop.face: self.menu_wanted.emit(face, where))
            crop.show()
        self._lay_out()

    def sizeHint(self) -> QSize:  # noqa: N802
        side = self.fontMetrics().height() * 7
        return QSize(3 * side, 2 * side)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        side = self.fontMetrics().height() * 2
        return QSize(3 * side, 2 * side)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        count = len(self._crops)
        if not count:
            return

        def side_with(columns: int) -> int:
            rows = -(-count // columns)
            return min((self.width() - GAP * (columns - 1)) // columns, (self.height() - GAP * (rows - 1)) // rows)

        columns = max(range(1, count + 1), key=side_with)
        rows = -(-count // columns)
        side = min(side_with(columns), LARGEST)
        left = (self.width() - columns * side - (columns - 1) * GAP) // 2
        top = (self.height() - rows * side - (rows - 1) * GAP) // 2
        for number, crop in enumerate(self._crops):
            row, column = divmod(number, columns)
            crop.setGeometry(left + column * (side + GAP), top + row * (side + GAP), side, side)


def picture_side(pixels: float) -> int:
    """One of two sizes in which pictures are asked for, so that a window that is resized need not read them anew."""
    return LARGEST if pixels > LARGEST / 2 else LARGEST // 2
