"""The tiles of the People page: one dragged onto another asks to merge them, a click on a badge for its suggestions."""

from __future__ import annotations

import os

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QToolTip

from app.ui.delegates.person_tile import PersonDelegate
from app.ui.models.people import PeopleModel
from app.ui.widgets.grid_view import GridView

# Another program that runs has people of another library.
DRAGGED = f"application/x-kinfolio-people-{os.getpid()}"


class PeopleGrid(GridView):
    """`dropped` carries the rows of the tiles that were dragged and the row they were dropped on, `badge_clicked` a
    row."""

    dropped = Signal(list, int)
    badge_clicked = Signal(int)

    def __init__(self, model: PeopleModel, delegate: PersonDelegate) -> None:
        super().__init__(model, delegate)
        self._people, self._tiles = model, delegate
        # The key of the tile that something is dragged over, and the row whose badge is pressed.
        self._target: int | None = None
        self._pressed: int | None = None
        self.setDragEnabled(True)
        self.setAcceptDrops(True)

    # Dragging

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802
        data = QMimeData()
        data.setData(DRAGGED, self._people.keys()[self.selected()].tobytes())
        drag = QDrag(self)
        drag.setMimeData(data)
        picture = self._tiles.dragged(self.currentIndex(), len(self.selected()), self)
        drag.setPixmap(picture)
        drag.setHotSpot(QRectF(QPointF(), picture.deviceIndependentSize()).center().toPoint())
        drag.exec(Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files and pictures are the window's."""
        event.setAccepted(event.mimeData().hasFormat(DRAGGED))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        # Scrolls near the edges.
        super().dragMoveEvent(event)
        self._aim(self._target_at(event.position().toPoint(), event.mimeData()))
        event.setAccepted(self._target is not None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        super().dragLeaveEvent(event)
        self._aim(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        target = self._target_at(event.position().toPoint(), event.mimeData())
        rows = self._people.rows_of(_keys(event.mimeData())).tolist()
        # Ends the scrolling; what was accepted is dropped nowhere else.
        event.acceptProposedAction()
        super().dropEvent(event)
        self._aim(None)
        if target is not None and rows:
            self.dropped.emit(rows, self._row_of(target))

    def _target_at(self, point: QPoint, data: QMimeData) -> int | None:
        """The key of the tile there, unless it is one of those that are dragged."""
        index = self.indexAt(point)
        if not index.isValid():
            return None
        key = int(self._people.keys()[index.row()])
        return None if key in _keys(data) else key

    def _aim(self, target: int | None) -> None:
        if target != self._target:
            self._target = target
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self._target is not None and (row := self._row_of(self._target)) is not None:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = self.visualRect(self._people.index(row))
            self._tiles.paint_target(painter, rect, self.fontMetrics(), self.palette())

    # Badges

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        badge = self._badge_at(event.position().toPoint())
        # With Ctrl or Shift a click selects, wherever on the tile.
        plain = event.button() == Qt.MouseButton.LeftButton and event.modifiers() == Qt.KeyboardModifier.NoModifier
        if badge is not None and plain:
            self._pressed = badge
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._pressed is None:
            super().mouseMoveEvent(event)
            if self._badge_at(event.position().toPoint()) is not None:
                self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        elif pressed == self._badge_at(event.position().toPoint()):
            self.badge_clicked.emit(pressed)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QHelpEvent) and (row := self._badge_at(event.pos())) is not None:
            waiting = self._people.waiting(row)
            QToolTip.showText(event.globalPos(), self.tr("Show %Ln suggestion(s)", None, waiting), self.viewport())
            return True
        return super().viewportEvent(event)

    def _badge_at(self, point: QPoint) -> int | None:
        """The row whose badge is there."""
        index = self.indexAt(point)
        if not index.isValid() or not self._people.waiting(index.row()):
            return None
        badge = self._tiles.badge_rect(self.visualRect(index), self.fontMetrics(), index)
        return index.row() if badge.contains(point.toPointF()) else None


def _keys(data: QMimeData) -> np.ndarray:
    return np.frombuffer(data.data(DRAGGED).data(), np.int64)
