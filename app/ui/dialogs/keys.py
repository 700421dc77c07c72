"""All keys of the program: those that work everywhere, then those of each page."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFont, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.ui.pages.page import Page


class KeysDialog(QDialog):
    """Made from the actions and pages themselves, so that it tells what is."""

    def __init__(self, actions: Iterable[QAction], pages: Iterable[Page], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard"))
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([self.tr("What it does"), self.tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
        self.tree.setAccessibleName(self.tr("Keys"))
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        everywhere = [(_keys(action), action.iconText()) for action in actions]
        self._add(self.tr("Everywhere"), everywhere)
        for page in dict.fromkeys(pages):
            if page.keys():
                self._add(page.title(), page.keys())
        self.tree.expandAll()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tree)
        layout.addWidget(buttons)
        self.resize(self.fontMetrics().averageCharWidth() * 70, self.fontMetrics().height() * 32)

    def _add(self, title: str, keys: Iterable[tuple[str, str]]) -> None:
        section = QTreeWidgetItem(self.tree, [title])
        font = QFont(self.font())
        font.setBold(True)
        section.setFont(0, font)
        section.setFirstColumnSpanned(True)
        for key, what in keys:
            if key:
                QTreeWidgetItem(section, [what, key])


def _keys(action: QAction) -> str:
    """As they are written on this system; the first where there are several ways."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
