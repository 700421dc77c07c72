"""Lies over a photo while somebody draws the box of a face that was not found, with the mouse or with the keys."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from app.library.records import Box
from app.ui.widgets import caption

# Smaller boxes, in pixels of the screen or of the photo, are slips of the hand.
SMALLEST_SHOWN, SMALLEST = 12.0, 8.0
# Of what is in sight, the box that is offered to move by the keys; portraits are higher than wide.
OFFERED, OFFERED_SHAPE = 0.22, 0.8
STEP = 8.0

Keys = Qt.Key
ARROWS = {Keys.Key_Left: (-1, 0), Keys.Key_Right: (1, 0), Keys.Key_Up: (0, -1), Keys.Key_Down: (0, 1)}


class Canvas(Protocol):
    def photo_rect(self) -> QRectF: ...
    def scale(self) -> float: ...
    def reveal(self, rect: QRectF) -> None: ...


class FaceDrawing(QWidget):
    """Hidden until somebody draws. `accepted` carries the Box, which stays in sight until `end`; `cancelled` says that
    it is not wanted after all.

    The mouse goes to the canvas below, which calls `begin`, `stretch` and `finish`.
    """

    accepted = Signal(object)
    cancelled = Signal()

    def __init__(self, canvas: QWidget, photo: Canvas) -> None:
        super().__init__(canvas)
        self._photo = photo
        self._box = QRectF()
        self._corner: QPointF | None = None
        self._waiting = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Box of a face"))
        self.setAccessibleDescription(self._hint())
        self.hide()

    def dragged(self) -> bool:
        """Whether a corner follows the mouse."""
        return self._corner is not None

    def wanted(self) -> bool:
        """Whether the next drag draws, since somebody asked for a box."""
        return self.isVisible() and not self._waiting

    def box(self) -> QRectF:
        """On the canvas."""
        photo = self._photo.photo_rect()
        return QRectF(
            photo.x() + self._box.x() * photo.width(),
            photo.y() + self._box.y() * photo.height(),
            self._box.width() * photo.width(),
            self._box.height() * photo.height(),
        )

    def begin(self, at: QPointF) -> None:
        """Puts one corner at a point of the canvas."""
        self._corner = self._inside(at)
        self._show(QRectF(self._corner, QSizeF()))

    def stretch(self, to: QPointF) -> None:
        if self._corner is not None:
            self._set(QRectF(self._corner, self._inside(to)).normalized())

    def finish(self, at: QPointF) -> None:
        self.stretch(at)
        self._corner = None
        self.accept()

    def offer(self) -> None:
        """A box in the middle of what is in sight, for the keys to move."""
        seen = self._photo.photo_rect().intersected(QRectF(self.rect()))
        height = max(self._least(), min(seen.width(), seen.height()) * OFFERED)
        rect = QRectF(0, 0, height * OFFERED_SHAPE, height)
        rect.moveCenter(seen.center())
        self._show(rect)

    def accept(self) -> None:
        if self._too_small():
            self.end()
            return
        self._waiting = True
        self.update()
        self.accepted.emit(Box(self._box.x(), self._box.y(), self._box.width(), self._box.height()))

    def end(self) -> None:
        if self.isVisible():
            self._corner, self._waiting = None, False
            # The window knows whose turn it is also while another window is in front.
            parent = self.parentWidget()
            if parent is not None and self.window().focusWidget() is self:
                parent.setFocus()
            self.hide()

    def _show(self, rect: QRectF) -> None:
        self._waiting = False
        parent = self.parentWidget()
        assert parent is not None
        self.setGeometry(parent.rect())
        self._set(rect)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set(self, rect: QRectF) -> None:
        photo = self._photo.photo_rect()
        rect = rect.intersected(photo)
        self._box = QRectF(
            (rect.x() - photo.x()) / photo.width(),
            (rect.y() - photo.y()) / photo.height(),
            rect.width() / photo.width(),
            rect.height() / photo.height(),
        )
        self.update()

    def _inside(self, point: QPointF) -> QPointF:
        photo = self._photo.photo_rect()
        return QPointF(
            min(max(point.x(), photo.left()), photo.right()), min(max(point.y(), photo.top()), photo.bottom())
        )

    def _least(self) -> float:
        return max(SMALLEST_SHOWN, SMALLEST * self._photo.scale())

    def _too_small(self) -> bool:
        # A hair less, for what was made as large as this may have lost that much in between.
        return min(self.box().width(), self.box().height()) < 0.999 * self._least()

    # Keys

    def _move(self, across: float, down: float) -> None:
        rect, photo = self.box(), self._photo.photo_rect()
        rect.moveLeft(min(max(rect.left() + across * STEP, photo.left()), photo.right() - rect.width()))
        rect.moveTop(min(max(rect.top() + down * STEP, photo.top()), photo.bottom() - rect.height()))
        self._set(rect)

    def _size(self, across: float, down: float) -> None:
        """Around its middle."""
        rect = self.box()
        by_x, by_y = across * STEP / 2, -down * STEP / 2
        wider = rect.adjusted(-by_x, -by_y, by_x, by_y)
        if min(wider.width(), wider.height()) >= self._least():
            self._set(wider)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        arrow = ARROWS.get(Keys(event.key()))
        if event.key() == Keys.Key_Escape:
            if self._waiting:
                self.cancelled.emit()
            self.end()
        elif self._waiting:
            super().keyPressEvent(event)
        elif self._corner is not None:
            event.accept()
        elif event.key() in (Keys.Key_Return, Keys.Key_Enter):
            self.accept()
        elif arrow is not None:
            (self._size if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else self._move)(*arrow)
            self._photo.reveal(self.box())
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # The arrows would go to the next photo.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and not self._waiting:
            event.setAccepted(event.key() in ARROWS)
            return event.isAccepted()
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        going = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        # A press on the canvas begins another box.
        to_canvas = QApplication.focusWidget() is self.parentWidget()
        if not self._waiting and not to_canvas and event.reason() not in going:
            self.end()

    # Painting

    def _hint(self) -> str:
        return self.tr(
            "Drag a box around the face, or move this one with the arrow keys and size it with Shift. "
            "Return adds the face, Escape does not."
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.box()
        around = QPainterPath()
        around.addRect(QRectF(self.rect()))
        around.addRect(rect)
        painter.fillPath(around, QColor(0, 0, 0, 90))
        painter.setPen(QPen(QColor(0, 0, 0, 150), 4.5))
        painter.drawRect(rect)
        colour = QColor(255, 255, 255) if self._too_small() else self.palette().highlight().color().lighter(125)
        painter.setPen(QPen(colour, 2.5, Qt.PenStyle.DotLine if self._too_small() else Qt.PenStyle.SolidLine))
        painter.drawRect(rect)
        inside = QRectF(self.rect())
        if self._waiting:
            caption.write(
                painter, self.tr("Looking at this face…"), inside, rect.center() + QPointF(0, rect.height() / 2 + 8)
            )
        elif self._corner is None:
            caption.write(painter, self._hint(), inside, QPointF(inside.center().x(), inside.bottom()))
