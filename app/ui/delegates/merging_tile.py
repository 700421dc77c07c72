"""Somebody who may join another person, with a tick for those who do."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from app.ui.delegates.cell import CellDelegate
from app.ui.models.grid_model import Index
from app.ui.models.images import Shape
from app.ui.models.merging import MergingModel


class MergingDelegate(CellDelegate):
    shape = Shape.CIRCLE
    spacing = 10
    side_in_lines = 6.5
    # Wider than the picture, for what speaks against it is to be read.
    width_in_lines = 9.5

    def cell_size(self, metrics: QFontMetrics) -> QSize:
        return QSize(round(metrics.height() * self.width_in_lines), super().cell_size(metrics).height())

    def picture_rect(self, rect: QRect, metrics: QFontMetrics) -> QRectF:
        picture = super().picture_rect(rect, metrics)
        picture.moveLeft(rect.left() + (rect.width() - picture.width()) / 2)
        return picture

    def tick_rect(self, rect: QRect, metrics: QFontMetrics) -> QRectF:
        picture, side = self.picture_rect(rect, metrics), metrics.height() * 1.3
        return QRectF(picture.left(), picture.top(), side, side)

    def picture(self, index: Index, side: int) -> QImage | None:
        model = index.model()
        assert isinstance(model, MergingModel)
        cover = model.tile(index.row()).cover
        return None if cover is None else self.images.portrait(cover, side, self.shape)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        palette: QPalette = option.palette
        tick = self.tick_rect(option.rect, option.fontMetrics)
        # A ring of the ground around it sets it off from any picture.
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Base), 2))
        if index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked:
            painter.setBrush(palette.color(QPalette.ColorRole.Text))
            painter.drawEllipse(tick)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Base), tick.width() / 9))
            corners = ((0.28, 0.53), (0.44, 0.68), (0.73, 0.35))
            painter.drawPolyline([tick.topLeft() + QPointF(x, y) * tick.width() for x, y in corners])
        else:
            painter.setBrush(palette.color(QPalette.ColorRole.Base))
            painter.drawEllipse(tick)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1.2))
            painter.drawEllipse(tick.adjusted(1.5, 1.5, -1.5, -1.5))
