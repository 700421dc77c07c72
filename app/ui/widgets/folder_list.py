"""The photo folders of the library with their counts, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.library.records import Root, RootId
from app.ui.widgets.text import printable

# More are scrolled.
MOST_LINES, FEWEST_LINES = 8, 3
_ROOT = Qt.ItemDataRole.UserRole


class FolderList(QWidget):
    """`scan` and `take_out` carry the roots that are selected."""

    add = Signal()
    scan = Signal(list)
    take_out = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self._items: list[QTreeWidgetItem] = []
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([self.tr("Folder"), self.tr("Photos")])
        self.tree.setRootIsDecorated(False)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.tree.setTabKeyNavigation(False)
        self.tree.setAccessibleName(self.tr("Photo folders"))
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.add_button = QPushButton(self.tr("Add…"))
        self.scan_button = QPushButton(self.tr("Scan again"))
        self.take_out_button = QPushButton(self.tr("Take out"))
        self.take_out_button.setToolTip(self.tr("Take out of the library. No file is deleted, and it can be undone."))
        self.add_button.clicked.connect(self.add)
        self.scan_button.clicked.connect(lambda: self.scan.emit(self.selected()))
        self.take_out_button.clicked.connect(lambda: self.take_out.emit(self.selected()))
        self.tree.itemSelectionChanged.connect(self._enable)
        buttons = QHBoxLayout()
        for button in (self.add_button, self.scan_button, self.take_out_button):
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree)
        column.addLayout(buttons)
        self.setFocusProxy(self.tree)
        self.show_roots((), frozenset())

    def selected(self) -> list[Root]:
        return [item.data(0, _ROOT) for item in self.tree.selectedItems()]

    def show_roots(self, roots: Sequence[Root], away: frozenset[RootId]) -> None:
        """`away` are those out of reach. Counts change in place, for a scan changes them while the user is here."""
        if [root.id for root in roots] != [item.data(0, _ROOT).id for item in self._items]:
            self.tree.clear()
            self._items = [QTreeWidgetItem(self.tree) for _ in roots]
        for item, root in zip(self._items, roots, strict=True):
            item.setData(0, _ROOT, root)
            item.setText(0, printable(root.path))
            item.setToolTip(0, printable(root.path))
            gone = root.id in away
            item.setText(1, self.tr("out of reach") if gone else QLocale().toString(root.photos))
            item.setToolTip(1, self.tr("Connect its drive and scan again.") if gone else "")
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        lines = min(MOST_LINES, max(FEWEST_LINES, len(roots))) + 1
        self.tree.setFixedHeight(round(self.fontMetrics().height() * 1.5 * lines) + 2 * self.tree.frameWidth())
        self._enable()

    def _enable(self) -> None:
        for button in (self.scan_button, self.take_out_button):
            button.setEnabled(bool(self.tree.selectedItems()))
