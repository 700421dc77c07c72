"""One cell of a grid: a picture, up to two lines of text under it, and how it looks selected, hovered or focused."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.models.grid_model import GridModel, Index, Look
from app.ui.models.images import Images, Shape, outline

# The ring around what is selected, in device independent pixels.
RING = 3
# Between picture and text, and between the ring and the picture.
GAP = 4


class CellDelegate(QStyledItemDelegate):
    """Subclasses say which picture belongs to a row; `lines` counts the lines of text under it (0 to 2).

    Texts and badges are the row's `Look`.
    """

    shape = Shape.ROUNDED
    lines = 2
    spacing = 12
    # The side of the picture in line heights of the font, so that a larger text brings larger pictures.
    side_in_lines = 8.0

    def __init__(self, images: Images) -> None:
        super().__init__()
        self.images = images

    def picture(self, index: Index, side: int) -> QImage | None:
        """The picture of a row, `side` device pixels wide, or None while there is none."""
        raise NotImplementedError

    def side(self, metrics: QFontMetrics) -> int:
        return round(metrics.height() * self.side_in_lines)

    def cell_size(self, metrics: QFontMetrics) -> QSize:
        side = self.side(metrics) + 2 * (RING + GAP)
        return QSize(side, side + self.lines * metrics.height() + (GAP if self.lines else 0))

    def picture_rect(self, rect: QRect, metrics: QFontMetrics) -> QRectF:
        return QRectF(rect.left() + RING + GAP, rect.top() + RING + GAP, *2 * (self.side(metrics),))

    def text_rect(self, rect: QRect, metrics: QFontMetrics, line: int) -> QRect:
        top = self.side(metrics) + 2 * (RING + GAP)
        return QRect(rect.left(), rect.top() + top + line * metrics.height(), rect.width(), metrics.height())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        return self.cell_size(option.fontMetrics)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        palette: QPalette = option.palette
        metrics: QFontMetrics = option.fontMetrics
        state: QStyle.StateFlag = option.state
        flags = QStyle.StateFlag
        picture, look = self.picture_rect(rect, metrics), look_of(index)
        self._paint_picture(painter, picture, palette, index, look)
        if state & (flags.State_Selected | flags.State_MouseOver | flags.State_HasFocus):
            self._paint_state(painter, picture.adjusted(-GAP, -GAP, GAP, GAP), palette, state)
        if self.lines:
            self.paint_text(painter, rect, metrics, palette, index, look)

    def _paint_state(self, painter: QPainter, ring: QRectF, palette: QPalette, state: QStyle.StateFlag) -> None:
        flags = QStyle.StateFlag
        selected = bool(state & flags.State_Selected)
        if selected:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(outline(ring, self.shape))
        elif state & flags.State_MouseOver:
            painter.setPen(QPen(faint(palette, 70), RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(outline(ring, self.shape))
        if state & flags.State_HasFocus:
            # On the ring where there is one: among several that are selected this is where the keys go.
            role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Highlight
            painter.setPen(QPen(palette.color(role), 1.5, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(outline(ring, self.shape))

    def paint_text(
        self, painter: QPainter, rect: QRect, metrics: QFontMetrics, palette: QPalette, index: Index, look: Look
    ) -> None:
        texts = ((look.text, QPalette.ColorRole.Text), (look.detail, QPalette.ColorRole.PlaceholderText))
        for line, (text, colour) in enumerate(texts[: self.lines]):
            if not text:
                continue
            where = self.text_rect(rect, metrics, line)
            painter.setPen(palette.color(colour))
            painter.drawText(
                where,
                Qt.AlignmentFlag.AlignCenter,
                metrics.elidedText(text, Qt.TextElideMode.ElideRight, where.width()),
            )

    def _paint_picture(self, painter: QPainter, rect: QRectF, palette: QPalette, index: Index, look: Look) -> None:
        device = painter.device()
        side = round(rect.width() * device.devicePixelRatioF()) if device else round(rect.width())
        image = self.picture(index, side)
        if image is None:
            self.paint_missing(painter, rect, palette, look)
        else:
            painter.setOpacity(0.35 if look.dimmed else 1)
            painter.drawImage(rect, image)
            painter.setOpacity(1)
        if look.badge:
            self._paint_badge(painter, rect, palette, look.badge)

    def paint_missing(self, painter: QPainter, rect: QRectF, palette: QPalette, look: Look) -> None:
        """What stands where there is no picture (yet)."""
        device = painter.device()
        side = round(rect.width() * (device.devicePixelRatioF() if device else 1))
        painter.drawImage(rect, blank(side, self.shape, faint(palette, 22).rgba()))

    def _paint_badge(self, painter: QPainter, rect: QRectF, palette: QPalette, text: str) -> None:
        """A short text on a dark pill in the lower right corner, readable on any picture."""
        metrics = painter.fontMetrics()
        height = metrics.height() + 2
        width = max(height, metrics.horizontalAdvance(text) + height * 0.7)
        pill = QRectF(rect.right() - width - 5, rect.bottom() - height - 5, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 160))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


def look_of(index: Index) -> Look:
    model = index.model()
    assert isinstance(model, GridModel)
    return model.look(index.row())


@lru_cache(maxsize=8)
def blank(side: int, shape: Shape, colour: int) -> QImage:
    """A shape of one colour; to draw its outline at each place would take longer than all else in a grid."""
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outline(QRectF(0, 0, side, side), shape), QColor.fromRgba(colour))
    painter.end()
    return image


def faint(palette: QPalette, alpha: int) -> QColor:
    """The text colour, this far (0 to 255) from being invisible; right on light and dark."""
    colour = palette.color(QPalette.ColorRole.Text)
    colour.setAlpha(alpha)
    return colour
