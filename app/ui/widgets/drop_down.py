"""The list that drops down from a line while somebody types: who or what may be meant."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QListView

from app.ui.delegates.cell import faint
from app.ui.delegates.suggestion import SuggestionDelegate
from app.ui.models.images import Images

# In letters: a list of short names is not narrower.
NARROWEST = 34


class DropDown(QCompleter):
    """`list` is what is seen of it."""

    def __init__(self, line: QLineEdit, model: QAbstractItemModel, images: Images, most: int) -> None:
        """At most so many lines are in sight at a time."""
        super().__init__(model, line)
        self._line = line
        self._delegate = SuggestionDelegate(images)
        self.list = QListView()
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFrameStyle(QFrame.Shape.Box | QFrame.Shadow.Plain)
        self.setPopup(self.list)
        self.list.setItemDelegate(self._delegate)
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setMaxVisibleItems(most)
        # Not `setCompleter` of the line, which would put what is highlighted into it.
        self.setWidget(line)
        images.arrived.connect(self.list.viewport().update)

    def drop(self) -> None:
        """Shows the list as wide as what is in it, within the window."""
        line, window = self._line, self._line.window()
        palette = QPalette(line.palette())
        # Of the frame; that of the style is not to be seen on a dark page.
        palette.setColor(QPalette.ColorRole.WindowText, faint(palette, 90))
        self.list.setPalette(palette)
        wide = max(self.list.sizeHintForColumn(0), line.fontMetrics().averageCharWidth() * NARROWEST)
        if self.completionCount() > self.maxVisibleItems():
            wide += self.list.verticalScrollBar().sizeHint().width()
        wide = min(max(wide + 2 * self.list.frameWidth(), line.width()), window.width())
        # Further to the left where there is no room on the right.
        beyond = line.mapTo(window, QPoint(wide, 0)).x() - window.width()
        self.complete(QRect(-max(0, beyond), 0, wide, line.height() - 1))

    def highlight(self, row: int) -> QModelIndex:
        """The line of a row, highlighted; none for -1."""
        # In the completer's own model, which lies between the rows and the list.
        index = self.list.model().index(row, 0)
        self.list.setCurrentIndex(index)
        return index
