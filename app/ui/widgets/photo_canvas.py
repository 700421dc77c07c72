"""A photo with the faces on it: zoom, pan, boxes, and which face is pointed at or current."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from app.library.records import Face, FaceKind
from app.ui.widgets import caption
from app.ui.widgets.announcing import announce
from app.ui.widgets.face_drawing import FaceDrawing

CLOSEST = 8.0
ZOOM_STEP = 1.25
# A wheel click is 120 eighths of a degree; touchpads send less and more often.
WHEEL_CLICK = 120
SHADOW = QColor(0, 0, 0, 150)
# The part of what is in sight that an arrow key moves the photo by.
PAN = 0.2
NOTE_MS = 2500


class PhotoCanvas(QWidget):
    """Sizes are in device independent pixels; the photo's own are those of the whole photo, however it was decoded.

    `clicked` carries the number of the face, `menu_wanted` also where to open it; -1 is the photo itself. `closer` says
    that the photo is shown larger than it was decoded for. Dragging with Ctrl draws a box, where `drawable`.
    """

    clicked = Signal(int)
    menu_wanted = Signal(int, QPoint)
    closer = Signal()
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._image: QImage | None = None
        self._size = QSizeF(1, 1)
        self._faces: list[Face] = []
        self._message = self._note = ""
        self._note_ends = QTimer(self, singleShot=True, interval=NOTE_MS)
        self._note_ends.timeout.connect(lambda: self.note(""))
        self._boxes = True
        self._zoom = self._enlarged = 1.0
        self._offset = QPointF()
        self._hovered: int | None = None
        self.current: int | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self.drawable = False
        self.drawing = FaceDrawing(self, self)
        self.grabGesture(Qt.GestureType.PinchGesture)

    def show_photo(self, image: QImage | None, width: int, height: int, message: str = "") -> None:
        """`image` is the upright photo, perhaps reduced; `width` and `height` those of the whole. Fits it in.

        `message` says what is wrong with it.
        """
        self.drawing.end()
        self._image, self._message, self._note = image, message, ""
        self.setAccessibleDescription(message)
        self._size = QSizeF(max(1, width), max(1, height))
        self._hovered = None
        self.fit()

    def note(self, text: str) -> None:
        """Says something for a moment."""
        self._note = text
        if text:
            announce(self, text)
            self._note_ends.start()
        self.update()

    def say(self, message: str) -> None:
        """What has become wrong with the photo in sight."""
        self._message = message
        self.setAccessibleDescription(message)
        self.update()

    def replace_image(self, image: QImage) -> None:
        """The same photo with more pixels; what is looked at stays."""
        self._image = image
        self.update()

    def show_faces(self, faces: Sequence[Face], current: int | None = None) -> None:
        self._faces = list(faces)
        self.current = current if current is not None and current < len(faces) else None
        self._hovered = None
        self.update()

    def faces(self) -> Sequence[Face]:
        return self._faces

    def show_boxes(self, shown: bool) -> None:
        self._boxes = shown
        self.update()

    def enlarge(self, most: float) -> None:
        """How many times as large as it is a photo may be shown to fit."""
        self._enlarged = most
        self._moved()

    def fit(self) -> None:
        self._zoom, self._offset = 1.0, QPointF()
        self._moved()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Keeps the point of the photo under `at` (the middle) where it is."""
        at = at or QPointF(self.rect().center())
        # On a dense screen a small photo is shown larger than pixel by pixel.
        least = min(1.0, 1 / (self._fitted() * self.devicePixelRatioF()))
        zoom = min(max(self._zoom * factor, least), max(CLOSEST, CLOSEST / self._fitted()))
        centre = QPointF(self.rect().center())
        self._offset = (self._offset - (at - centre)) * (zoom / self._zoom) + (at - centre)
        self._zoom = zoom
        self._moved()

    def actual_size(self) -> None:
        """One pixel of the photo on one of the screen."""
        self.zoom_by(1 / (self._fitted() * self.devicePixelRatioF()) / self._zoom)

    def pan(self, across: int, down: int) -> bool:
        """Looks further to a side; False where all of the photo is in sight that way."""
        photo = self.photo_rect()
        free = photo.width() - self.width() if across else photo.height() - self.height()
        if free <= 0.5:
            return False
        self._offset -= QPointF(across * self.width(), down * self.height()) * PAN
        self._moved()
        return True

    def reveal(self, rect: QRectF) -> None:
        """Moves the photo as far as it takes to have this part of the canvas in sight."""
        inside = QRectF(self.rect())
        self._offset += QPointF(
            max(0.0, inside.left() - rect.left()) - max(0.0, rect.right() - inside.right()),
            max(0.0, inside.top() - rect.top()) - max(0.0, rect.bottom() - inside.bottom()),
        )
        self._moved()

    def scale(self) -> float:
        """Device independent pixels a pixel of the photo."""
        return self._fitted() * self._zoom

    def photo_rect(self) -> QRectF:
        size = self._size * self.scale()
        centre = QPointF(self.width() / 2, self.height() / 2) + self._offset
        return QRectF(centre.x() - size.width() / 2, centre.y() - size.height() / 2, size.width(), size.height())

    def face_rect(self, number: int) -> QRectF:
        photo, box = self.photo_rect(), self._faces[number].box
        return QRectF(
            photo.x() + box.x * photo.width(),
            photo.y() + box.y * photo.height(),
            box.width * photo.width(),
            box.height * photo.height(),
        )

    def face_at(self, point: QPointF) -> int | None:
        """The smallest face there, counting its label."""
        if not self._boxes:
            return None
        hits = [n for n in range(len(self._faces)) if self.face_rect(n).adjusted(-4, -4, 4, 4).contains(point)]
        hits = hits or [n for n in range(len(self._faces)) if self._label(n) and self.label_rect(n).contains(point)]
        return min(hits, key=lambda n: self.face_rect(n).width(), default=None)

    def label_rect(self, number: int) -> QRectF:
        """Under the face, kept inside the canvas."""
        face, metrics = self.face_rect(number), QFontMetricsF(self._label_font())
        width = max(metrics.horizontalAdvance(self._label(number)) + 16, 40.0)
        rect = QRectF(face.center().x() - width / 2, face.bottom() + 5, width, metrics.height() + 6)
        if rect.bottom() > self.height():
            rect.moveBottom(min(face.top() - 5, self.height() - 2.0))
        rect.moveLeft(min(max(2.0, rect.left()), max(2.0, self.width() - width - 2)))
        return rect

    def step(self, by: int) -> bool:
        """Makes the next face current, from left to right; False past the last one."""
        order = sorted(range(len(self._faces)), key=lambda n: self._faces[n].box.x)
        if not order or not self._boxes:
            return False
        if self.current is None:
            self.current = order[0 if by > 0 else -1]
        else:
            there = order.index(self.current) + by
            if not 0 <= there < len(order):
                self.current = None
                self.update()
                return False
            self.current = order[there]
        # Who it is, for those who do not see the box.
        self.setAccessibleDescription(self._label(self.current))
        announce(self, self._label(self.current))
        self.update()
        return True

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(24, 24, 26))
        if self._image is not None:
            painter.drawImage(self.photo_rect(), self._image)
        if self._boxes and self._image is not None:
            for number in range(len(self._faces)):
                self._paint_face(painter, number)
        painter.setFont(self.font())
        inside = QRectF(self.rect())
        if self._message:
            middle = inside.center() - QPointF(0, painter.fontMetrics().height())
            caption.write(painter, self._message, inside, middle if self._image is None else QPointF(middle.x(), 0))
        if self._note:
            caption.write(painter, self._note, inside, QPointF(inside.center().x(), inside.bottom()))

    def _paint_face(self, painter: QPainter, number: int) -> None:
        face, rect = self._faces[number], self.face_rect(number)
        here = number in (self._hovered, self.current)
        corner = min(10.0, rect.width() * 0.12)
        style = Qt.PenStyle.SolidLine if face.kind is FaceKind.FACE else Qt.PenStyle.DotLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(SHADOW, 4.5 if here else 3.0))
        painter.drawRoundedRect(rect, corner, corner)
        colour = self.palette().highlight().color().lighter(125) if number == self.current else QColor(255, 255, 255)
        colour.setAlpha(255 if here else 190)
        painter.setPen(QPen(colour, 2.5 if here else 1.5, style))
        painter.drawRoundedRect(rect, corner, corner)
        text = self._label(number)
        if not text:
            return
        label = self.label_rect(number)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 205 if here else 170))
        painter.drawRoundedRect(label, label.height() / 2, label.height() / 2)
        painter.setPen(QColor(255, 255, 255, 255 if face.person is not None else 205))
        painter.setFont(self._label_font())
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)

    def _label(self, number: int) -> str:
        """Names always, the question only where somebody points."""
        face = self._faces[number]
        here = number in (self._hovered, self.current)
        if face.kind is FaceKind.NOT_A_FACE:
            return self.tr("Not a face") if here else ""
        if face.kind is FaceKind.IGNORED:
            return self.tr("Ignored") if here else ""
        if face.name:
            return face.name
        if face.automatic_name:
            return self.tr("%1?").replace("%1", face.automatic_name)
        return self.tr("Who is this?") if here else ""

    def _label_font(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    # Moving about

    def _fitted(self) -> float:
        """The scale at which the whole photo is in sight; small ones are enlarged so far, and tiny ones a little."""
        fitting = min(self.width() / self._size.width(), self.height() / self._size.height())
        return max(1e-6, min(fitting, max(self._enlarged, fitting / 4)))

    def _moved(self) -> None:
        photo = self._size * self.scale()
        across, down = max(0.0, photo.width() - self.width()) / 2, max(0.0, photo.height() - self.height()) / 2
        self._offset = QPointF(min(max(self._offset.x(), -across), across), min(max(self._offset.y(), -down), down))
        if (
            self._image is not None
            and not self._message
            and photo.width() * self.devicePixelRatioF() > self._image.width() * 1.05
        ):
            self.closer.emit()
        self.moved.emit()
        self.drawing.update()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.drawing.setGeometry(self.rect())
        self._moved()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        clicks = event.angleDelta().y() / WHEEL_CLICK
        if clicks:
            self.zoom_by(ZOOM_STEP**clicks, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        left = event.button() == Qt.MouseButton.LeftButton
        if left and self.drawable and (self._draws(event) or self.drawing.wanted()):
            self.drawing.begin(event.position())
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if left:
            self._pressed, self._dragged = event.position(), False
        else:
            super().mousePressEvent(event)

    def _draws(self, event: QMouseEvent) -> bool:
        return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.drawing.dragged():
            self.drawing.stretch(event.position())
            return
        if self.drawable and self._pressed is None and (self._draws(event) or self.drawing.wanted()):
            self.setCursor(Qt.CursorShape.CrossCursor)
            return
        if self._pressed is not None:
            way = event.position() - self._pressed
            if self._dragged or way.manhattanLength() > 6:
                self._dragged = True
                self._pressed = event.position()
                self._offset += way
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._moved()
            return
        self._hover(self.face_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.drawing.dragged():
            self.drawing.finish(event.position())
            return
        if self._pressed is None or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        clicked = not self._dragged
        self._pressed, self._dragged = None, False
        self._hover(self.face_at(event.position()))
        if clicked:
            self.current = self._hovered
            self.update()
            if self.current is not None:
                self.clicked.emit(self.current)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.face_at(event.position()) is None:
            if self._zoom > 1:
                self.fit()
            else:
                self.zoom_by(1 / (self._fitted() * self.devicePixelRatioF()), event.position())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        number, where = self.face_at(QPointF(event.pos())), event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.current is not None:
            number, where = self.current, self.mapToGlobal(self.face_rect(self.current).center().toPoint())
        if number is not None:
            self.current = number
            self.update()
        elif event.reason() == QContextMenuEvent.Reason.Keyboard:
            where = self.mapToGlobal(self.rect().center())
        self.menu_wanted.emit(-1 if number is None else number, where)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._hover(None)

    def event(self, event: QEvent) -> bool:
        # Tab goes from face to face, and past the last one on to the next part of the window.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(Qt.Key(event.key()))
            if step is not None and self.step(step):
                return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1 + event.value(), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                at = self.mapFromGlobal(pinch.hotSpot()) if pinch.hasHotSpot() else pinch.centerPoint()
                self.zoom_by(pinch.scaleFactor(), at)
                return True
        return super().event(event)

    def _hover(self, number: int | None) -> None:
        self.setCursor(
            Qt.CursorShape.PointingHandCursor
            if number is not None
            else Qt.CursorShape.OpenHandCursor
            if self._zoom > 1
            else Qt.CursorShape.ArrowCursor
        )
        if number != self._hovered:
            self._hovered = number
            self.update()
