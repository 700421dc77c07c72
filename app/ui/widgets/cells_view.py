"""Uniform cells in lines and sections, painted and scrolled; what a person does with them is in `grid_view`.

It stays quick at a million rows, for only what is visible is ever touched. Qt's own icon view measures every row at
each resize.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionRubberBand, QStyleOptionViewItem, QWidget

from app.ui.delegates.cell import CellDelegate
from app.ui.models.grid_model import GridModel, Index, Section
from app.ui.widgets.grid_layout import GridLayout, Metrics

# A heading's text is this much larger than the rest.
HEADING_SCALE = 1.15


class CellsView(QAbstractItemView):
    def __init__(self, model: GridModel, delegate: CellDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Both are kept here as well: Qt does not hold what Python made.
        self._model = model
        self._delegate = delegate
        self._layout = GridLayout([], self._metrics(), 100)
        # The sections by their first rows.
        self._titles: dict[int, Section] = {}
        # The corners of the rubber band, in the order in which they were made.
        self._band: QRect | None = None
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # An appearing scroll bar would narrow the grid, move every cell and perhaps vanish again.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setItemDelegate(delegate)
        self.setModel(model)

    def grid_model(self) -> GridModel:
        return self._model

    # What QAbstractItemView asks of a view.

    def visualRect(self, index: Index) -> QRect:  # noqa: N802
        if not index.isValid() or index.row() >= self._layout.count:
            return QRect()
        return QRect(*self._layout.rect(index.row())).translated(0, -self.verticalOffset())

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802
        row = self._layout.row_at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if row is None else self._model.index(row)

    def scrollTo(  # noqa: N802
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid() or index.row() >= self._layout.count:
            return
        _, top, _, height = self._layout.rect(index.row())
        # A first line brings its heading with it.
        begins = self._layout.top(index.row())
        above = 0 if begins < top and index.row() >= self._layout.columns else self._layout.metrics.margin
        bar, page = self.verticalScrollBar(), self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(top - (page - height) // 2)
        elif top < bar.value() or hint == QAbstractItemView.ScrollHint.PositionAtTop:
            bar.setValue(begins - above)
        elif top + height > bar.value() + page or hint == QAbstractItemView.ScrollHint.PositionAtBottom:
            bar.setValue(top + height - page + self._layout.metrics.spacing)

    def horizontalOffset(self) -> int:  # noqa: N802
        return 0

    def verticalOffset(self) -> int:  # noqa: N802
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:  # noqa: N802
        return False

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802
        region = QRegion()
        visible = self._visible_rows()
        for part in selection.toList():
            for row in range(max(part.top(), visible.start), min(part.bottom() + 1, visible.stop)):
                region += self.visualRect(self._model.index(row))
        return region

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(640, 480)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:  # noqa: N802
        # Qt would ask for the place of every row that changed, and most are out of sight.
        visible = self._visible_rows()
        top, bottom = max(first.row(), visible.start), min(last.row(), visible.stop - 1)
        if top <= bottom:
            super().dataChanged(self._model.index(top), self._model.index(bottom), roles)
        if self.hasFocus() and first.row() <= self.currentIndex().row() <= last.row():
            event = QAccessibleEvent(self, QAccessible.Event.NameChanged)
            event.setChild(self.currentIndex().row())
            QAccessible.updateAccessibility(event)

    # Geometry.

    def updateGeometries(self) -> None:  # noqa: N802
        self._lay_out()
        super().updateGeometries()

    def doItemsLayout(self) -> None:  # noqa: N802
        self._lay_out()
        super().doItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        top = self._layout.rows_between(self.verticalOffset(), self.verticalOffset() + 1)
        at_top = self.verticalOffset() == 0
        self._lay_out()
        # At the same width every cell stays where it is.
        if event.size().width() != event.oldSize().width() and not at_top and top and top.start < self._layout.count:
            self.verticalScrollBar().setValue(self._layout.rect(top.start)[1] - self._layout.metrics.spacing)
        super().resizeEvent(event)
        self.updateEditorGeometries()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        viewport = self.viewport()
        if self._band is not None or abs(dy) >= viewport.height():
            viewport.update()
        else:
            # What stays in sight is moved, which is many times as fast as painting it.
            viewport.scroll(0, dy)
            if self.underMouse():
                where = viewport.mapFromGlobal(self.cursor().pos())
                # The ring around what was under the pointer has moved along with it.
                for point in (where, where + QPoint(0, dy)):
                    viewport.update(self.visualRect(self.indexAt(point)))
        self.updateEditorGeometries()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:  # noqa: N802
        super().rowsInserted(parent, start, end)
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.scheduleDelayedItemsLayout()

    def _metrics(self) -> Metrics:
        size = self._delegate.cell_size(self.fontMetrics())
        line = self.fontMetrics().height()
        return Metrics(size.width(), size.height(), self._delegate.spacing, line, round(line * 2.2))

    def _lay_out(self) -> None:
        sections = [section for section in self._model.sections() if section.count]
        shape = [(bool(section.title), section.count) for section in sections]
        self._layout = GridLayout(shape, self._metrics(), self.viewport().width())
        starts = accumulate((section.count for section in sections), initial=0)
        self._titles = dict(zip(starts, sections, strict=False))
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(20, self._layout.metrics.cell_height // 3))
        bar.setRange(0, max(0, self._layout.height - self.viewport().height()))
        self.viewport().update()

    def _visible_rows(self) -> range:
        top = self.verticalOffset()
        return self._layout.rows_between(top, top + self.viewport().height())

    def top_row(self) -> int | None:
        """The first row in sight."""
        visible = self._visible_rows()
        return visible.start if visible else None

    def section_at(self, point: QPoint) -> range:
        """The rows whose heading is at a point, where headings select them; empty where there is none."""
        if not self._model.headings_select:
            return range(0)
        rows = self._layout.headed(point.y() + self.verticalOffset())
        if not rows:
            return rows
        title, count = self._heading_rects(rows.start, QRect(0, point.y(), self.viewport().width(), 1))
        return rows if title.united(count).contains(point) else range(0)

    def section_of(self, row: int) -> tuple[Section, range]:
        """The section of a row, and all its rows."""
        first = max(start for start in self._titles if start <= row)
        return self._titles[first], range(first, first + self._titles[first].count)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self.viewport())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        offset = self.verticalOffset()
        area = event.rect().translated(0, offset)
        self._paint_headings(painter, area.top(), area.bottom() + 1, offset)
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        normal = option.state
        hovered = (
            self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos())) if self.underMouse() else QModelIndex()
        )
        current, selection, focused = self.currentIndex(), self.selectionModel(), self.hasFocus()
        flags = QStyle.StateFlag
        for row in self._layout.rows_between(area.top(), area.bottom() + 1):
            index = self._model.index(row)
            option.rect = QRect(*self._layout.rect(row)).translated(0, -offset)
            if not event.region().intersects(option.rect):
                continue
            state = normal
            if selection.isSelected(index):
                state |= flags.State_Selected
            if index == hovered:
                state |= flags.State_MouseOver
            if focused and index == current:
                state |= flags.State_HasFocus
            option.state = state
            self._delegate.paint(painter, option, index)
        if self._band is not None:
            band = QStyleOptionRubberBand()
            band.initFrom(self)
            band.rect = self._band.translated(0, -offset).normalized()
            self.style().drawControl(QStyle.ControlElement.CE_RubberBand, band, painter, self)

    def _paint_headings(self, painter: QPainter, top: int, bottom: int, offset: int) -> None:
        for first, y, height in self._layout.headings_between(top, bottom):
            title, count = self._heading_rects(first, QRect(0, y - offset, self.viewport().width(), height))
            painter.setFont(self._heading_font())
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, self._titles[first].title)
            painter.setFont(self.font())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(count, Qt.AlignmentFlag.AlignVCenter, self.locale().toString(self._titles[first].count))

    def _heading_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * HEADING_SCALE)
        font.setBold(True)
        return font

    def _heading_rects(self, first: int, line: QRect) -> tuple[QRect, QRect]:
        """Where the title and the count of the section that begins with this row stand on their line."""
        section, margin = self._titles[first], self._layout.metrics.margin
        title = QFontMetrics(self._heading_font()).horizontalAdvance(section.title) + margin // 2
        count = self.fontMetrics().horizontalAdvance(self.locale().toString(section.count)) + margin // 2
        left, top, height = line.left() + margin, line.top(), line.height()
        return QRect(left, top, title, height), QRect(left + title, top, count, height)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.viewport().update()
