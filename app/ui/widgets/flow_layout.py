"""Lays widgets out in lines, like words: where one does not fit, the next line begins."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """With `fill` the last widget takes what is left of its line."""

    def __init__(self, parent: QWidget | None = None, *, fill: bool = False) -> None:
        super().__init__(parent)
        self._fill = fill
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(4)

    def insert_widget(self, place: int, widget: QWidget) -> None:
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())
        self.invalidate()

    # What QLayout asks of a layout.

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return self._lay_out(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        super().setGeometry(rect)
        self._lay_out(rect, move=True)

    def sizeHint(self) -> QSize:  # noqa: N802
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _lay_out(self, rect: QRect, *, move: bool) -> int:
        """Places the widgets where `move` says so; the height that they take."""
        x, y, height = rect.x(), rect.y(), 0
        line: list[tuple[QLayoutItem, QRect]] = []

        def end_line() -> None:
            for item, place in line if move else []:
                place.moveTop(y + (height - place.height()) // 2)
                item.setGeometry(place)

        for item in self._items:
            wish = item.sizeHint()
            width = min(wish.width(), rect.width())
            last = self._fill and item is self._items[-1]
            least = min(item.minimumSize().width(), width) if last else width
            if line and x + least > rect.right() + 1:
                end_line()
                x, y, height, line = rect.x(), y + height + self.spacing(), 0, []
            if last:
                width = rect.right() + 1 - x
            line.append((item, QRect(QPoint(x, y), QSize(width, wish.height()))))
            x, height = x + width + self.spacing(), max(height, wish.height())
        end_line()
        return y + height - rect.y()
