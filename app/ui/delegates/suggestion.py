"""One line of the type-ahead: a small portrait, the name, and how many photos there are; or somebody new."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.delegates.cell import faint
from app.ui.models.grid_model import Index, Role
from app.ui.models.images import Images, Shape, outline


class SuggestionDelegate(QStyledItemDelegate):
    def __init__(self, images: Images) -> None:
        super().__init__()
        self._images = images

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        metrics = option.fontMetrics
        text = f"{index.data()}    {index.data(Role.DETAIL) or ''}"
        return QSize(metrics.horizontalAdvance(text) + metrics.height() * 4, round(metrics.height() * 2.1))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        palette: QPalette = option.palette
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if chosen:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        if not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            # Nobody, and nothing that could be chosen.
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(rect.adjusted(10, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data()))
            painter.restore()
            return
        side = rect.height() - 8
        portrait = QRectF(rect.left() + 6, rect.top() + 4, side, side)
        role = QPalette.ColorRole
        ink = palette.color(role.HighlightedText if chosen else role.Text)
        cover = index.data(Role.FACE)
        device = painter.device()
        scale = device.devicePixelRatioF() if device else 1
        image = None if cover is None else self._images.portrait(cover, round(side * scale), Shape.CIRCLE)
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if image is not None:
            painter.drawImage(portrait, image)
        elif isinstance(icon, QIcon):
            mode = QIcon.Mode.Selected if chosen else QIcon.Mode.Normal
            icon.paint(painter, portrait.toRect().adjusted(2, 2, -2, -2), Qt.AlignmentFlag.AlignCenter, mode)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faint(palette, 30))
            painter.drawPath(outline(portrait, Shape.CIRCLE))
        if index.data(Role.DETAIL) is None:
            # Somebody who is yet to be known.
            painter.setPen(QPen(ink, max(1.5, side / 14), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            middle, arm = portrait.center(), side / 5
            painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
            painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))
        metrics = painter.fontMetrics()
        text = rect.adjusted(round(portrait.right()) - rect.left() + 8, 0, -8, 0)
        detail = str(index.data(Role.DETAIL) or "")
        painter.setPen(palette.color(role.HighlightedText if chosen else role.PlaceholderText))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, detail)
        text.setRight(text.right() - metrics.horizontalAdvance(detail) - 10)
        painter.setPen(ink)
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.restore()
