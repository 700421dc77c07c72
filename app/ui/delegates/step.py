"""One step of the history: the faces it was about, what was done, and below that when."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.library.step_faces import MOST
from app.ui.delegates.cell import blank, faint
from app.ui.models.grid_model import Index, Role
from app.ui.models.images import Images, Shape
from app.ui.models.steps import StepsModel

MARGIN = 6
GAP = 4
# Of a face, in line heights of the font.
SIDE = 2.4


class StepDelegate(QStyledItemDelegate):
    """What has no effect any more is struck out."""

    def __init__(self, images: Images) -> None:
        super().__init__()
        self._images = images

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        metrics = option.fontMetrics
        return QSize(_width_of_faces(metrics) + metrics.averageCharWidth() * 20, _side(metrics) + 2 * MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        metrics: QFontMetrics = option.fontMetrics
        # The ground, and the ring of the keyboard.
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        inside: QRect = option.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        self._paint_faces(painter, inside, metrics, option.palette, index)
        self._paint_text(painter, inside.adjusted(_width_of_faces(metrics) + GAP, 0, 0, 0), option, index)

    def _paint_faces(
        self, painter: QPainter, inside: QRect, metrics: QFontMetrics, palette: QPalette, index: Index
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = _side(metrics)
        device = painter.device()
        pixels = round(side * (device.devicePixelRatioF() if device else 1))
        for number, face in enumerate(index.data(Role.FACES) or ()):
            where = QRectF(inside.left() + number * (side + GAP), inside.top(), side, side)
            picture = self._images.portrait(face, pixels, Shape.CIRCLE)
            painter.drawImage(where, picture or blank(pixels, Shape.CIRCLE, faint(palette, 22).rgba()))

    def _paint_text(self, painter: QPainter, room: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        height = option.fontMetrics.height()
        line = QRect(room.left(), room.center().y() + 1 - height, room.width(), height)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        model, font, ink = index.model(), QFont(option.font), QPalette.ColorRole
        assert isinstance(model, StepsModel)
        font.setStrikeOut(model.is_without_effect(index.row()))
        for role, colour in ((Qt.ItemDataRole.DisplayRole, ink.Text), (Role.DETAIL, ink.PlaceholderText)):
            painter.setFont(font)
            painter.setPen(option.palette.color(ink.HighlightedText if chosen else colour))
            text = option.fontMetrics.elidedText(str(index.data(role) or ""), Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            line.translate(0, height)
            font.setStrikeOut(False)


def _side(metrics: QFontMetrics) -> int:
    return round(metrics.height() * SIDE)


def _width_of_faces(metrics: QFontMetrics) -> int:
    return MOST * (_side(metrics) + GAP)
