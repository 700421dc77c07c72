"""The bar above the pages: the way back and on, what the page is called, undoing, and the search field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QSizePolicy, QToolBar, QWidget

from app.ui.actions import Actions
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.icons import size_beside


class ToolBar(QToolBar):
    def __init__(self, actions: Actions, search_field: QWidget) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Tools"))
        self.setMovable(False)
        self.setIconSize(self.iconSize().expandedTo(size_beside(self.fontMetrics())))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.title = ElidedLabel(textFormat=Qt.TextFormat.PlainText)
        font = QFont(self.title.font())
        font.setBold(True)
        self.title.setFont(font)
        self.title.setContentsMargins(8, 0, 8, 0)
        self.title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addActions([actions.back, actions.forward])
        self.addWidget(self.title)
        self.addActions([actions.undo, actions.redo])
        self.addWidget(search_field)
