"""The list at the left: the places of the program, and the photo folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QApplication, QListWidget, QListWidgetItem, QWidget

from app.library.records import Root, RootId
from app.ui.places import (
    ClusterPlace,
    HistoryPlace,
    MergePlace,
    PeoplePlace,
    PersonPlace,
    PhotosPlace,
    Place,
    ReviewPlace,
    SearchPlace,
    SettingsPlace,
    StatisticsPlace,
)
from app.ui.widgets.counted_item import COUNT, CountedItemDelegate
from app.ui.widgets.icons import size_beside, symbol
from app.ui.widgets.text import printable

_PLACE = Qt.ItemDataRole.UserRole
_SYMBOL = Qt.ItemDataRole.UserRole + 1
_ROOT = Qt.ItemDataRole.UserRole + 2
_AWAY = Qt.ItemDataRole.UserRole + 3


class Sidebar(QListWidget):
    """`chosen` carries the place of a click or Return, `walked` the one that the arrow keys came to: the keyboard stays
    in the list then. `folder_menu` carries the folder and where its menu is to open."""

    chosen = Signal(object)
    walked = Signal(object)
    folder_menu = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._roots: list[Root] = []
        self._away: frozenset[RootId] = frozenset()
        self.setAccessibleName(self.tr("Places"))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setIconSize(size_beside(self.fontMetrics()))
        self.setSpacing(1)
        self.setViewportMargins(6, 8, 6, 0)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self._look_like_the_window()
        self._pages: tuple[tuple[str, str, Place], ...] = (
            (self.tr("Photos"), "photos", PhotosPlace()),
            (self.tr("People"), "people", PeoplePlace()),
            (self.tr("Review"), "review", ReviewPlace()),
            (self.tr("Search"), "search", SearchPlace()),
            (self.tr("Statistics"), "statistics", StatisticsPlace()),
        )
        for title, name, place in self._pages:
            self._add(title, name, place)
        self.setItemDelegate(CountedItemDelegate(self))
        # Clicking what is already chosen leads back to it from a person or a photo.
        self.itemClicked.connect(lambda item: self._tell(self.chosen, item))
        self.currentItemChanged.connect(self._moved)

    def show_folders(self, roots: Sequence[Root], away: frozenset[RootId] = frozenset()) -> None:
        """`away` are those out of reach, such as on a drive that is not connected."""
        if list(roots) == self._roots and away == self._away:
            return
        self._away = away
        current = self.currentItem()
        place = current.data(_PLACE) if current else None
        self._roots = list(roots)
        self.blockSignals(True)
        while self.count() > len(self._pages):
            self.takeItem(self.count() - 1)
        if roots:
            self._add_heading(self.tr("Folders"))
        for root in roots:
            item = self._add(printable(Path(root.path.name or root.path)), "folder", PhotosPlace(root.id))
            item.setData(_ROOT, root)
            photos = self.tr("%Ln photo(s)", None, root.photos)
            tip = f"{printable(root.path)}\n{photos}"
            if root.id in away:
                item.setData(_AWAY, True)
                item.setForeground(self.palette().brush(QPalette.ColorRole.PlaceholderText))
                away_text = self.tr("Out of reach. Connect its drive and scan again.")
                tip += "\n" + away_text
                # Told by more than the colour.
                font = QFont(item.font())
                font.setItalic(True)
                item.setFont(font)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {away_text}")
            item.setToolTip(tip)
        self.blockSignals(False)
        if place is not None:
            self.mark(place)

    def show_count(self, place: Place, count: int, spoken: str) -> None:
        """How much waits at a place, as a number and for screen readers."""
        for row in range(self.count()):
            item = self.item(row)
            if item.data(_PLACE) == place:
                item.setData(COUNT, count)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {spoken}" if count else item.text())

    def mark(self, place: Place) -> None:
        """Shows where the user is, without going there."""
        if isinstance(place, (PersonPlace, ClusterPlace, MergePlace)):
            place = PeoplePlace()
        elif isinstance(place, PhotosPlace):
            # Of what lies in it the folder that was added tells.
            place = PhotosPlace(place.root)
        self.blockSignals(True)
        for row in range(self.count()):
            if self.item(row).data(_PLACE) == place:
                self.setCurrentRow(row)
                break
        else:
            # A folder that is not listed (any more) is among all photos; a photo is in the place it was opened from.
            if isinstance(place, PhotosPlace):
                self.setCurrentRow(0)
            elif isinstance(place, (SettingsPlace, HistoryPlace)):
                self.setCurrentRow(-1)
        self.blockSignals(False)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for row in range(self.count()):
                if name := self.item(row).data(_SYMBOL):
                    self.item(row).setIcon(symbol(name))
                if self.item(row).data(_PLACE) is None or self.item(row).data(_AWAY):
                    self.item(row).setForeground(self.palette().brush(QPalette.ColorRole.PlaceholderText))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        # The colour of what is chosen stays without the keyboard; this line says where the keys go.
        if self.hasFocus() and (item := self.currentItem()) is not None:
            painter = QPainter(self.viewport())
            role = QPalette.ColorRole.HighlightedText if item.isSelected() else QPalette.ColorRole.Highlight
            painter.setPen(QPen(self.palette().color(role), 2))
            painter.drawRect(self.visualItemRect(item).adjusted(1, 1, -2, -2))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        # Where nothing is chosen, Qt makes the first place current: nobody went there.
        with QSignalBlocker(self):
            super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.viewport().update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().averageCharWidth() * 26, 300)

    def _look_like_the_window(self) -> None:
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.viewport().setAutoFillBackground(True)

    def _add(self, title: str, name: str, place: Place) -> QListWidgetItem:
        item = QListWidgetItem(symbol(name), title, self)
        item.setData(_PLACE, place)
        item.setData(_SYMBOL, name)
        item.setSizeHint(QSize(0, round(self.fontMetrics().height() * 1.9)))
        return item

    def _add_heading(self, title: str) -> None:
        item = QListWidgetItem(title, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = QFont(self.font())
        font.setBold(True)
        item.setFont(font)
        item.setForeground(self.palette().brush(QPalette.ColorRole.PlaceholderText))
        item.setSizeHint(QSize(0, round(self.fontMetrics().height() * 2.4)))
        item.setTextAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(self.chosen, self.currentItem())
        else:
            super().keyPressEvent(event)

    def _moved(self, item: QListWidgetItem | None) -> None:
        # A press of the mouse moves as well; its click follows.
        if self.hasFocus() and not QApplication.mouseButtons():
            self._tell(self.walked, item)

    @staticmethod
    def _tell(signal: SignalInstance, item: QListWidgetItem | None) -> None:
        if item is not None and (place := item.data(_PLACE)) is not None:
            signal.emit(place)

    def _menu(self, where: QPoint) -> None:
        item = self.itemAt(where)
        root = item.data(_ROOT) if item is not None else None
        if root is not None:
            self.folder_menu.emit(root, self.viewport().mapToGlobal(where))
