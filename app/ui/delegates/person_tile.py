"""A person or an unnamed group as a round tile, with the number of questions that wait about it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtWidgets import QStyleOptionViewItem

from app.library.records import Cluster, Person
from app.ui.delegates.naming_cell import NamingDelegate
from app.ui.models.grid_model import Index, Role
from app.ui.models.images import Shape
from app.ui.models.people import PeopleModel


class PersonDelegate(NamingDelegate):
    shape = Shape.CIRCLE
    spacing = 14
    side_in_lines = 7.0

    def shown(self, index: Index) -> Person | Cluster:
        model = index.model()
        assert isinstance(model, PeopleModel)
        return model.tile(index.row())

    def picture(self, index: Index, side: int) -> QImage | None:
        cover = self.shown(index).cover
        return None if cover is None else self.images.portrait(cover, side, self.shape)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if waiting := index.data(Role.WAITING):
            picture = self.picture_rect(option.rect, option.fontMetrics)
            self._paint_waiting(painter, picture, option.palette, f"{option.locale.toString(waiting)}?")

    def _paint_waiting(self, painter: QPainter, picture: QRectF, palette: QPalette, text: str) -> None:
        """At the upper right, in the strongest contrast there is: it is the one thing on the tile to act upon."""
        metrics = painter.fontMetrics()
        height = metrics.height() + 2
        width = max(height, metrics.horizontalAdvance(text) + height * 0.7)
        pill = QRectF(picture.right() - width, picture.top(), width, height)
        painter.setPen(palette.color(QPalette.ColorRole.Base))
        painter.setBrush(palette.color(QPalette.ColorRole.Text))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
