"""The grid as screen readers meet it: a list whose items say what they show.

The overrides are marked because PySide's stubs do not say that Qt allows "nothing" for an answer.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget

from app.ui.widgets.grid_view import GridView


class GridList(QAccessibleWidget):
    def __init__(self, grid: GridView) -> None:
        super().__init__(grid, QAccessible.Role.List)
        self._grid = grid
        self._items: dict[int, GridItem] = {}

    def childCount(self) -> int:  # noqa: N802
        return self._grid.grid_model().rowCount()

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not 0 <= index < self.childCount():
            return None
        if index not in self._items:
            item = self._items[index] = GridItem(self._grid, index)
            QAccessible.registerAccessibleInterface(item)
        return self._items[index]

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: N802
        index = self._grid.indexAt(self._grid.viewport().mapFromGlobal(QPoint(x, y)))
        return self.child(index.row()) if index.isValid() else None

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: N802
        current = self._grid.currentIndex()
        return self.child(current.row()) if current.isValid() and self._grid.hasFocus() else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        return child.row if isinstance(child, GridItem) else -1


class GridItem(QAccessibleInterface):
    """What is in a row of the grid at the moment it is asked."""

    def __init__(self, grid: GridView, row: int) -> None:
        super().__init__()
        self._grid = grid
        self.row = row

    def isValid(self) -> bool:  # noqa: N802
        return self.row < self._grid.grid_model().rowCount()

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        return self._grid.window().windowHandle()

    def parent(self) -> QAccessibleInterface | None:  # type: ignore[override]
        return QAccessible.queryAccessibleInterface(self._grid)

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: N802
        return None

    def childCount(self) -> int:  # noqa: N802
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        return -1

    def rect(self) -> QRect:
        inside = self._grid.visualRect(self._grid.grid_model().index(self.row))
        return QRect(self._grid.viewport().mapToGlobal(inside.topLeft()), inside.size())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        index = self._grid.grid_model().index(self.row)
        state.selectable = state.multiSelectable = state.focusable = True
        state.selected = self._grid.selectionModel().isSelected(index)
        state.focused = self._grid.hasFocus() and index == self._grid.currentIndex()
        ticked = index.data(Qt.ItemDataRole.CheckStateRole)
        state.checkable, state.checked = ticked is not None, ticked == Qt.CheckState.Checked
        state.offscreen = not self._grid.viewport().rect().intersects(self._grid.visualRect(index))
        return state

    def text(self, which: QAccessible.Text) -> str:
        if which != QAccessible.Text.Name:
            return ""
        return str(self._grid.grid_model().index(self.row).data(Qt.ItemDataRole.AccessibleTextRole) or "")

    def setText(self, which: QAccessible.Text, text: str) -> None:  # noqa: N802
        """Names are typed into the grid's own field."""
