"""A photo in a grid: its thumbnail cut to a square."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPalette

from app.ui.delegates.cell import CellDelegate
from app.ui.models.grid_model import Index, Look
from app.ui.models.images import Shape
from app.ui.models.photos import PhotosModel


class PhotoDelegate(CellDelegate):
    shape = Shape.ROUNDED
    lines = 0
    spacing = 2
    side_in_lines = 10.5

    def picture(self, index: Index, side: int) -> QImage | None:
        model = index.model()
        assert isinstance(model, PhotosModel)
        return self.images.thumbnail(model.photo_id(index.row()), side)

    def paint_missing(self, painter: QPainter, rect: QRectF, palette: QPalette, look: Look) -> None:
        """A photo without a thumbnail is known by its name, and by why it could not be read."""
        super().paint_missing(painter, rect, palette, look)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        metrics = painter.fontMetrics()
        inside = rect.adjusted(8, 8, -8, -8)
        name = metrics.elidedText(look.text, Qt.TextElideMode.ElideMiddle, round(inside.width()))
        if not look.detail:
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, name)
            return
        # Above the badge.
        inside.adjust(0, 0, 0, -metrics.height())
        painter.drawText(inside, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, f"{name}\n{look.detail}")
