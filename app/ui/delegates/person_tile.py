"""A person or an unnamed group as a round tile, with the number of questions that wait about it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from app.library.records import Cluster, Person
from app.ui.delegates.cell import GAP, RING, look_of
from app.ui.delegates.naming_cell import NamingDelegate
from app.ui.models.grid_model import Index
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
        if waiting := self.waiting(index):
            picture = self.picture_rect(option.rect, option.fontMetrics)
            _paint_pill(painter, picture, option.palette, _asked(waiting))

    def waiting(self, index: Index) -> int:
        """How many questions wait about a row."""
        model = index.model()
        assert isinstance(model, PeopleModel)
        return model.waiting(index.row())

    def badge_rect(self, rect: QRect, metrics: QFontMetrics, index: Index) -> QRectF:
        """Where the number of questions stands in a cell."""
        return _pill(self.picture_rect(rect, metrics), metrics, _asked(self.waiting(index)))

    def paint_target(self, painter: QPainter, rect: QRect, metrics: QFontMetrics, palette: QPalette) -> None:
        """Marks the cell that takes what is dragged over it."""
        colour = palette.color(QPalette.ColorRole.Highlight)
        painter.setPen(QPen(colour, 2 * RING))
        colour.setAlpha(90)
        painter.setBrush(colour)
        painter.drawEllipse(self.picture_rect(rect, metrics).adjusted(-GAP, -GAP, GAP, GAP))

    def dragged(self, index: Index, count: int, widget: QWidget) -> QPixmap:
        """What hangs on the pointer: the face of a row and, of several, their number."""
        ratio, large = widget.devicePixelRatioF(), self.side(widget.fontMetrics())
        side = large * 2 // 3
        pixmap = QPixmap(QSize(side, side) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(widget.font())
        rect = QRectF(0, 0, side, side)
        # The picture of the tile itself, which is at hand.
        if (image := self.picture(index, round(large * ratio))) is not None:
            painter.drawImage(rect, image)
        else:
            self.paint_missing(painter, rect, widget.palette(), look_of(index))
        if count > 1:
            _paint_pill(painter, rect, widget.palette(), QLocale().toString(count))
        painter.end()
        return pixmap


def _asked(waiting: int) -> str:
    return f"{QLocale().toString(waiting)}?"


def _pill(picture: QRectF, metrics: QFontMetrics, text: str) -> QRectF:
    """At the upper right of a picture."""
    height = metrics.height() + 2
    width = max(height, metrics.horizontalAdvance(text) + height * 0.7)
    return QRectF(picture.right() - width, picture.top(), width, height)


def _paint_pill(painter: QPainter, picture: QRectF, palette: QPalette, text: str) -> None:
    """In the strongest contrast there is: it is the one thing on the tile to act upon."""
    pill = _pill(picture, painter.fontMetrics(), text)
    painter.setPen(palette.color(QPalette.ColorRole.Base))
    painter.setBrush(palette.color(QPalette.ColorRole.Text))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
