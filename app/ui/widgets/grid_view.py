"""A grid of cells in which one selects, goes about with keys and mouse, opens and edits, as in any Qt view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QAccessible, QAccessibleEvent, QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.ui.delegates.cell import CellDelegate
from app.ui.models.grid_model import GridModel, Index, Rows
from app.ui.widgets.cells_view import CellsView

_KEYPAD = Qt.KeyboardModifier.KeypadModifier


@dataclass(frozen=True, slots=True)
class _Kept:
    """What outlives a refill. `visible` says how far below the upper edge the rows were, those to keep there first."""

    selected: NDArray[np.int64]
    current: int | None
    visible: dict[int, int]
    at_top: bool


class GridView(CellsView):
    """`menu_wanted` carries the rows that a context menu is for, an array, and where to open it (global position)."""

    opened = Signal(int)
    menu_wanted = Signal(object, QPoint)
    name_clicked = Signal(int)
    editing_ended = Signal()

    def __init__(self, model: GridModel, delegate: CellDelegate, parent: QWidget | None = None) -> None:
        super().__init__(model, delegate, parent)
        self._kept: _Kept | None = None
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._restore_place)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        delegate.closeEditor.connect(self._editor_closed)

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

    def select_key(self, key: int) -> None:
        """Selects the row of this key and brings it in sight; nothing where there is none."""
        if (row := self._row_of(key)) is not None:
            self.select_rows([row])
            self.scrollTo(self._model.index(row))

    def select_section(self, rows: range, *, also: bool = False) -> None:
        """Selects these rows; with `also` the others stay selected. The first becomes current."""
        flags, model = QItemSelectionModel.SelectionFlag, self.selectionModel()
        first, last = self._model.index(rows.start), self._model.index(rows.stop - 1)
        model.setCurrentIndex(first, flags.NoUpdate)
        model.select(QItemSelection(first, last), flags.Select if also else flags.ClearAndSelect)

    def go_to(self, row: int) -> None:
        """Scrolls so that this row comes first, and makes it current."""
        index = self._model.index(row)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)

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

    def edit_row(self, row: int) -> None:
        """Opens the editor of a row, in sight."""
        index = self._model.index(row)
        self.scrollTo(index)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.edit(index)

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

    def _nearest(self, point: QPoint) -> QModelIndex:
        """The last cell at or before a point, for a drag that ends between cells."""
        y = point.y() + self.verticalOffset()
        rows = self._layout.rows_between(y - self._layout.metrics.spacing, y + 1)
        before = [row for row in rows if self._layout.rect(row)[0] <= point.x()]
        last = max(rows.start - 1, 0) if y > 0 else 0
        return self._model.index(min(before[-1] if before else last, self._layout.count - 1))

    def _ranges(self, rows: np.ndarray) -> QItemSelection:
        """Ascending rows as a selection of few ranges."""
        selection = QItemSelection()
        if not len(rows):
            return selection
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            first, last = self._model.index(int(run[0])), self._model.index(int(run[-1]))
            selection.append(QItemSelectionRange(first, last))
        return selection

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        super().currentChanged(current, previous)
        # Qt tells screen readers for its own views only.
        if current.isValid() and self.hasFocus():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(current.row())
            QAccessible.updateAccessibility(event)

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
        selected = self._model.rows_of(kept.selected) if len(kept.selected) else kept.selected
        if row is None and kept.current is not None and len(selected):
            # Return opens what looks selected, also where the one that had the keyboard is gone.
            row = int(selected[0])
        if row is not None:
            self.selectionModel().setCurrentIndex(self._model.index(row), flags.NoUpdate)
        if len(selected):
            self.selectionModel().select(self._ranges(selected), flags.ClearAndSelect)
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

    # Events.

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
