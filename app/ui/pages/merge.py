"""Several people and groups become one: who stays is shown large, who joins small, the most alike first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout

from app.errors import AppError
from app.library.comparing import Comparison
from app.library.records import Cluster, Done, Person, PersonId, Side
from app.ui.delegates.merging_tile import MergingDelegate
from app.ui.models.grid_model import Rows
from app.ui.models.images import Images
from app.ui.models.merging import MergingModel, Tile, tile_key
from app.ui.pages.page import Page, written
from app.ui.places import MergePlace, PeoplePlace
from app.ui.session import Session
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.portrait import Portrait
from app.ui.widgets.ringed_button import RingedButton
from app.ui.widgets.text import plain


@dataclass(frozen=True, slots=True)
class _Read:
    tiles: list[Tile]
    comparison: Comparison


class TickGrid(GridView):
    """`ticked` carries rows whose tick is to change; Return and Escape are the page's."""

    ticked = Signal(list)

    def __init__(self, model: MergingModel, delegate: MergingDelegate) -> None:
        super().__init__(model, delegate)
        self._ticks = delegate

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key
        if event.key() == key.Key_Space and (rows := self.selected_rows()):
            self.ticked.emit(rows)
        elif event.key() in (key.Key_Return, key.Key_Enter, key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            tick = self._ticks.tick_rect(self.visualRect(index), self.fontMetrics())
            if tick.contains(event.position()):
                self.ticked.emit([index.row()])


class MergePage(Page):
    """`merged` carries the key of the tile on the People page that the others became one with."""

    merged = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._place: MergePlace | None = None
        # The key of the one that stays, once somebody has chosen.
        self._target: int | None = None
        self._merging = False
        self.model = MergingModel(self)
        self._delegate = MergingDelegate(session.images)
        self.grid = TickGrid(self.model, self._delegate)
        self.grid.setAccessibleName(self.tr("Who joins"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._header(session.images))
        layout.addWidget(self.grid, 1)
        layout.addLayout(self._footer())
        self.setFocusProxy(self.grid)
        self.grid.ticked.connect(self._tick)
        self.grid.opened.connect(self._swap)
        self.grid.menu_wanted.connect(self._menu)
        self.grid.selectionModel().currentChanged.connect(self._moved)
        session.images.arrived.connect(self.grid.viewport().update)

    def _header(self, images: Images) -> QHBoxLayout:
        self.portrait = Portrait(images, 9)
        self.name = QLabel(textFormat=Qt.TextFormat.PlainText)
        font = QFont(self.name.font())
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self.name.setFont(font)
        self._counts, self._told = QLabel(), QLabel(textFormat=Qt.TextFormat.PlainText)
        self._counts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._told.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addStretch()
        for label in (self.name, self._counts, self._told):
            column.addWidget(label)
        column.addStretch()
        header = QHBoxLayout()
        header.setContentsMargins(20, 16, 20, 12)
        header.setSpacing(18)
        header.addWidget(self.portrait)
        header.addLayout(column, 1)
        return header

    def _footer(self) -> QVBoxLayout:
        self.why = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.why.setWordWrap(True)
        self.why.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.swap = QPushButton(self.tr("Swap"))
        self.swap.setToolTip(self.tr("The selected one stays, and the other one joins"))
        self.swap.clicked.connect(lambda: self._swap(self.grid.currentIndex().row()))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.back)
        self.button = RingedButton()
        self.button.setDefault(True)
        self.button.clicked.connect(self.merge)
        buttons = QHBoxLayout()
        buttons.addStretch()
        for button in (self.swap, self.cancel, self.button):
            buttons.addWidget(button)
        footer = QVBoxLayout()
        footer.setContentsMargins(20, 8, 20, 12)
        footer.setSpacing(8)
        footer.addWidget(self.why)
        footer.addLayout(buttons)
        return footer

    def title(self) -> str:
        return self.tr("Merge")

    def show_place(self, place: MergePlace) -> None:
        if place != self._place:
            self._place, self._target = place, place.stays
            self.model.forget()
            self._show()
        self.refresh()

    def keys(self) -> list[tuple[str, str]]:
        return [
            (written(Qt.Key.Key_Space), self.tr("Tick or leave out")),
            (written(Qt.Key.Key_Return), self.tr("Merge those that are ticked")),
            (written(Qt.Key.Key_Escape), self.tr("Back, without merging")),
        ]

    def refresh(self) -> None:
        place, wanted, library = self._place, self._target, self.session.library
        if place is None:
            return

        def read() -> _Read:
            people: list[Tile] = [*library.people_by_id(place.people)]
            people.sort(key=lambda person: -person.photos)
            tiles = [*people, *library.groups_by_id(place.clusters)]
            # Where one of them has a name, it stays.
            tiles.sort(key=lambda tile: tile_key(tile) != wanted)
            return _Read(tiles, library.compare([_side(tile) for tile in tiles]))

        self.read(read, self._fill, lambda error: self._leave())

    def merge(self) -> None:
        target, joining = self.model.target(), self.model.joining()
        if target is None or not joining or self._merging:
            return
        everyone = [target, *joining]
        people = [PersonId(tile.id) for tile in everyone if isinstance(tile, Person)]
        groups = [tile.id for tile in everyone if isinstance(tile, Cluster)]
        self._merging = True
        self._show()

        def ended(done: Done) -> None:
            self._merging = False
            self.merged.emit(tile_key(target))
            self._leave()

        def refused(error: AppError) -> None:
            self._merging = False
            self.session.background.failed.emit(error)
            self._show()

        # Who stays is known by the picture that is shown here.
        self.session.edits.run(lambda: self.session.library.merge(people, groups, keep_cover=True), ended, refused)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.merge()
            case Qt.Key.Key_Escape:
                self.back.emit()
            case _:
                super().keyPressEvent(event)

    def _leave(self) -> None:
        """There are no two of them any more. Who went on elsewhere is not led away from there."""
        if self.isVisible():
            self.instead.emit(PeoplePlace())

    def _fill(self, read: _Read) -> None:
        if len(read.tiles) < 2:
            self._leave()
            return
        self.model.fill(read.tiles, read.comparison)
        if not self.grid.currentIndex().isValid():
            self.grid.select_rows([0])
        self._show()

    def _show(self) -> None:
        target, joining = self.model.target(), self.model.joining()
        self.portrait.show_face(None if target is None else target.cover)
        self.name.setText("" if target is None else self.model.name(target))
        self.button.setEnabled(bool(joining) and not self._merging)
        text = self.tr("Merge %Ln into one", None, len(joining) + 1) if joining else self.tr("Merge")
        self.button.setText(text)
        if target is None:
            self._counts.clear()
            self._told.clear()
        else:
            faces, photos = self.tr("%Ln face(s)", None, target.faces), self.tr("%Ln photo(s)", None, target.photos)
            self._counts.setText(self.tr("%1 in %2").replace("%1", faces).replace("%2", photos))
            text = self.tr("Everybody who is ticked becomes one group, which you can name then.")
            if isinstance(target, Person):
                text = self.tr("Everybody who is ticked becomes %1.").replace("%1", target.name)
            self._told.setText(text)
        self._moved(self.grid.currentIndex())

    def _moved(self, current: QModelIndex) -> None:
        row = current.row() if current.isValid() and current.row() < self.model.rowCount() else -1
        self.why.setText(self.model.explanation(row) if row >= 0 else "")
        self.swap.setEnabled(row >= 0 and self.model.may_stay(row))

    def _tick(self, rows: list[int]) -> None:
        self.model.tick(rows)
        self._show()

    def _swap(self, row: int) -> None:
        """Makes another one the one that stays."""
        if 0 <= row < self.model.rowCount() and self.model.may_stay(row):
            self._target = tile_key(self.model.tile(row))
            self.refresh()

    def _menu(self, rows: Rows, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Tick or leave out")).triggered.connect(self.grid.later(rows, self._tick))
        if len(rows) == 1 and self.model.may_stay(rows[0]):
            name = plain(self.model.name(self.model.tile(rows[0])))
            text = self.tr("%1 is the one that stays").replace("%1", name)
            menu.addAction(text).triggered.connect(self.grid.later(rows, lambda now: self._swap(now[0])))
        menu.popup(where)


def _side(tile: Tile) -> Side:
    return Side(person=tile.id) if isinstance(tile, Person) else Side(cluster=tile.id)
