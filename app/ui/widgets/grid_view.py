"""A grid of uniform cells that stays quick at a million rows: only what is visible is ever touched.

Qt's own icon view measures every row at each resize. Selection, keyboard and in-place editing are those of any Qt view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionRubberBand, QStyleOptionViewItem, QWidget

from app.ui.delegates.cell import CellDelegate
from app.ui.models.grid_model import GridModel, Index, Rows, Section
from app.ui.widgets.grid_layout import GridLayout, Metrics

# A heading's text is this much larger than the rest.
HEADING_SCALE = 1.15


@dataclass(frozen=True, slots=True)
class _Kept:
    """What outlives a refill. `visible` says how far below the upper edge the rows were, those to keep there first."""

    selected: NDArray[np.int64]
    current: int | None
    visible: dict[int, int]
    at_top: bool


class GridView(QAbstractItemView):
    """`menu_wanted` carries the rows that a context menu is for, an array, and where to open it (global position)."""

    opened = Signal(int)
    menu_wanted = Signal(object, QPoint)
    name_clicked = Signal(int)
    editing_ended = Signal()

    def __init__(self, model: GridModel, delegate: CellDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Both are kept here as well: Qt does not hold what Python made.
        self._model = model
        self._delegate = delegate
        self._layout = GridLayout([], self._metrics(), 100)
        # The sections by their first rows.
        self._titles: dict[int, Section] = {}
        self._kept: _Kept | None = None
        self._band: QRect | None = None
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # An appearing scroll bar would narrow the grid, move every cell and perhaps vanish again.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setItemDelegate(delegate)
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._restore_place)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        delegate.closeEditor.connect(self._editor_closed)

    def grid_model(self) -> GridModel:
        return self._model

    def selected(self) -> NDArray[np.int64]:
        """The selected rows in ascending order; without an object for each, which "select all" makes a million."""
        ranges = sorted(self.selectionModel().selection().toList(), key=lambda part: part.top())
        parts = [np.arange(part.top(), part.bottom() + 1, dtype=np.int64) for part in ranges]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def selected_rows(self) -> list[int]:
        """The same for grids of few rows."""
        rows: list[int] = self.selected().tolist()
        return rows

    def select_rows(self, rows: list[int]) -> None:
        """Selects these; the first becomes current."""
        model, flags = self.selectionModel(), QItemSelectionModel.SelectionFlag
        model.select(self._ranges(np.sort(np.asarray(rows, np.int64))), flags.ClearAndSelect)
        if rows:
            model.setCurrentIndex(self._model.index(rows[0]), flags.NoUpdate)

    def later(self, rows: Rows, call: Callable[[list[int]], object]) -> Callable[[], None]:
        """Calls with the rows where what is in these rows stands by then, and not at all once it is gone.

        An open menu does not keep the model from being filled anew.
        """
        keys = self._model.keys()[rows]

        def act() -> None:
            if len(found := self._model.rows_of(keys)):
                call(found.tolist())

        return act

    def is_editing(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

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

    def moveCursor(  # noqa: N802
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        count = self._layout.count
        if not count:
            return QModelIndex()
        current, actions = self.currentIndex(), QAbstractItemView.CursorAction
        if not current.isValid():
            return self._model.index(count - 1 if action == actions.MoveEnd else 0)
        row = current.row()
        page = max(1, self.viewport().height() // (self._layout.metrics.cell_height + self._layout.metrics.spacing))
        # Cells run from left to right in every language, as `GridLayout` lays them.
        targets = {
            actions.MoveLeft: row - 1,
            actions.MoveRight: row + 1,
            actions.MovePrevious: row - 1,
            actions.MoveNext: row + 1,
            actions.MoveUp: self._layout.vertical(row, -1),
            actions.MoveDown: self._layout.vertical(row, 1),
            actions.MovePageUp: self._layout.vertical(row, -page),
            actions.MovePageDown: self._layout.vertical(row, page),
            actions.MoveHome: 0,
            actions.MoveEnd: count - 1,
        }
        return self._model.index(min(max(targets[action], 0), count - 1))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:  # noqa: N802
        """`rect` runs from where a selection started to where it ends, in that order.

        Begun on a cell it takes all rows from there to the end, begun beside the cells it takes those it touches.
        """
        start, end = self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())
        if start.isValid():
            if not end.isValid():
                end = self._nearest(rect.bottomRight())
            first, last = sorted((start.row(), end.row()))
            self.selectionModel().select(QItemSelection(self._model.index(first), self._model.index(last)), command)
            return
        area = rect.normalized().translated(0, self.verticalOffset())
        rows = [
            row
            for row in self._layout.rows_between(area.top(), area.bottom() + 1)
            if QRect(*self._layout.rect(row)).intersects(area)
        ]
        self.selectionModel().select(self._ranges(np.asarray(rows, np.int64)), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802
        region = QRegion()
        visible = self._visible_rows()
        for part in selection.toList():
            for row in range(max(part.top(), visible.start), min(part.bottom() + 1, visible.stop)):
                region += self.visualRect(self._model.index(row))
        return region

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(640, 480)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        super().currentChanged(current, previous)
        # Qt tells screen readers for its own views only.
        if current.isValid() and self.hasFocus():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(current.row())
            QAccessible.updateAccessibility(event)

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

    def _nearest(self, point: QPoint) -> QModelIndex:
        """The last cell at or before a point, for a drag that ends between cells."""
        y = point.y() + self.verticalOffset()
        rows = self._layout.rows_between(y - self._layout.metrics.spacing, y + 1)
        before = [row for row in rows if self._layout.rect(row)[0] <= point.x()]
        last = max(rows.start - 1, 0) if y > 0 else 0
        return self._model.index(min(before[-1] if before else last, self._layout.count - 1))

    # What stays when the model is filled anew: the selection, the current row and what is looked at.

    def _keep_place(self) -> None:
        keys = self._model.keys()
        current = self.currentIndex()
        visible = self._visible_rows()
        # What has the attention stays where it is on the screen; where it goes, the first that is left.
        first = [current.row()] if current.row() in visible else []
        self._kept = _Kept(
            keys[self.selected()] if len(keys) else keys,
            int(keys[current.row()]) if current.isValid() else None,
            {int(keys[row]): self.visualRect(self._model.index(row)).y() for row in [*first, *visible]},
            self.verticalOffset() == 0,
        )

    def _restore_place(self) -> None:
        self._lay_out()
        if self._kept is None:
            return
        kept, self._kept = self._kept, None
        flags, bar = QItemSelectionModel.SelectionFlag, self.verticalScrollBar()
        before = bar.value()
        row = None if kept.current is None else self._row_of(kept.current)
        if row is not None:
            self.selectionModel().setCurrentIndex(self._model.index(row), flags.NoUpdate)
        if len(kept.selected):
            self.selectionModel().select(self._ranges(self._model.rows_of(kept.selected)), flags.ClearAndSelect)
        # Making a row current scrolled to it.
        bar.setValue(before)
        if kept.at_top:
            # There what comes is seen to come, but not at the price of what has the attention.
            if row is not None and kept.current in kept.visible:
                self.scrollTo(self._model.index(row))
            return
        for key, y in kept.visible.items():
            if (there := self._row_of(key)) is not None:
                bar.setValue(self._layout.rect(there)[1] - y)
                return

    def _row_of(self, key: int) -> int | None:
        rows = self._model.rows_of(np.asarray([key], np.int64))
        return int(rows[0]) if len(rows) else None

    def select_key(self, key: int) -> None:
        """Selects the row of this key and brings it in sight; nothing where there is none."""
        if (row := self._row_of(key)) is not None:
            self.select_rows([row])
            self.scrollTo(self._model.index(row))

    def _ranges(self, rows: np.ndarray) -> QItemSelection:
        """Ascending rows as a selection of few ranges."""
        selection = QItemSelection()
        if not len(rows):
            return selection
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            first, last = self._model.index(int(run[0])), self._model.index(int(run[-1]))
            selection.append(QItemSelectionRange(first, last))
        return selection

    # Events.

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

    def select_section(self, rows: range, *, also: bool = False) -> None:
        """Selects these rows; with `also` the others stay selected. The first becomes current."""
        flags, model = QItemSelectionModel.SelectionFlag, self.selectionModel()
        first, last = self._model.index(rows.start), self._model.index(rows.stop - 1)
        model.setCurrentIndex(first, flags.NoUpdate)
        model.select(QItemSelection(first, last), flags.Select if also else flags.ClearAndSelect)

    def top_row(self) -> int | None:
        """The first row in sight."""
        visible = self._visible_rows()
        return visible.start if visible else None

    def go_to(self, row: int) -> None:
        """Scrolls so that this row comes first, and makes it current."""
        index = self._model.index(row)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        beside = not self.indexAt(event.position().toPoint()).isValid()
        section = self.section_at(event.position().toPoint())
        if section and event.button() == Qt.MouseButton.LeftButton:
            self.select_section(section, also=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            return
        if beside and event.button() == Qt.MouseButton.LeftButton:
            start = event.position().toPoint() + QPoint(0, self.verticalOffset())
            self._band = QRect(start, start)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        if self._band is not None:
            self._band.setBottomRight(event.position().toPoint() + QPoint(0, self.verticalOffset()))
        if self._band is not None or not event.buttons():
            self.viewport().update()
        shape = Qt.CursorShape.PointingHandCursor if self.section_at(event.position().toPoint()) else None
        self.viewport().unsetCursor() if shape is None else self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        self._band = None
        self.viewport().update()
        self._click_on_name(event)

    def _click_on_name(self, event: QMouseEvent) -> None:
        """A plain click on the first line of text of a cell asks to edit it."""
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or event.modifiers() or not index.isValid():
            return
        if index == self.currentIndex() and self._delegate.text_rect(
            self.visualRect(index), self.fontMetrics(), 0
        ).contains(event.position().toPoint()):
            self.name_clicked.emit(index.row())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.viewport().update()

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Letters name what is selected. Where nothing is, they must not look for somebody and name who is found."""

    def edit(self, index: Index, *how: Any) -> bool | None:  # type: ignore[override]
        """By a letter only what is selected is named, and not what has the ring and is not."""
        if (
            how
            and how[0] == QAbstractItemView.EditTrigger.AnyKeyPressed
            and not self.selectionModel().isSelected(index)
        ):
            return False
        return super().edit(index, *how)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        editing = self.is_editing()
        if not editing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~_KEYPAD:
            if self.currentIndex().isValid():
                self.opened.emit(self.currentIndex().row())
            return
        if event.key() == Qt.Key.Key_Escape and not editing and self.selectionModel().hasSelection():
            self.clearSelection()
            return
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        where = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            where = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        if len(rows := self.selected()):
            self.menu_wanted.emit(rows, where)

    def _editor_closed(self, *_: object) -> None:
        # Tab closes one editor and opens the next.
        if not self.is_editing():
            self.editing_ended.emit()

    def edit_row(self, row: int) -> None:
        """Opens the editor of a row, in sight."""
        index = self._model.index(row)
        self.scrollTo(index)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.edit(index)


_KEYPAD = Qt.KeyboardModifier.KeypadModifier
