"""Everybody: favourites and named people first, then the groups that have no name yet. Names are typed right under a
tile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.library.crowd import NOBODY, Crowd, Order
from app.library.records import Cluster, Counts, Person, PersonId
from app.ui.delegates.person_tile import PersonDelegate
from app.ui.models.grid_model import Role, Rows
from app.ui.models.people import PeopleModel
from app.ui.naming import Naming, Unnamed
from app.ui.pages.page import Page, written
from app.ui.places import ClusterPlace, MergePlace, PersonPlace
from app.ui.session import Session
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.filter_edit import FilterEdit
from app.ui.widgets.name_edit import Typed
from app.ui.widgets.people_grid import PeopleGrid
from app.ui.widgets.selection_bar import Deed, SelectionBar
from app.ui.widgets.switch import Switch

# More than anybody looks through; all of them are compared with each other.
MOST_MERGED = 500


@dataclass(frozen=True, slots=True)
class _Read:
    """`counts` tell why there is nobody, and are None where there is somebody."""

    crowd: Crowd
    counts: Counts | None
    unfinished: list[Path]


class PeoplePage(Page):
    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__(session)
        self._naming = naming
        self._next: int | None = None
        self._shown = _Read(NOBODY, None, [])
        self.model = PeopleModel(self)
        self._delegate = PersonDelegate(session)
        self.grid = PeopleGrid(self.model, self._delegate)
        self.grid.setAccessibleName(self.tr("People"))
        triggers = QAbstractItemView.EditTrigger
        # Typing on a selected tile begins its name at once.
        self.grid.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self._empty = EmptyState("people")
        self._clear = QPushButton(self.tr("Show everybody"))
        self._empty.add(self._clear)
        self._content = Fallback(self.grid, self._empty)
        self.bar = SelectionBar()
        self._header = self._make_header()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._content, 1)
        layout.addWidget(self.bar)
        self._connect()

    def _make_header(self) -> QWidget:
        self.filter = FilterEdit(self.tr("Filter by name"))
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Sort people"))
        for order, text in (
            (Order.NAME, self.tr("By name")),
            (Order.PHOTOS, self.tr("Most photos")),
            (Order.NEWEST, self.tr("Newest first")),
        ):
            self.order.addItem(text, order.value)
        # An order that is not known any more is the first one.
        self.order.setCurrentIndex(max(0, self.order.findData(self.session.settings.current.people_order)))
        self.switch = Switch((self.tr("Everybody"), self.tr("Hidden")))
        row = QHBoxLayout()
        row.addWidget(self.filter, 3)
        row.addStretch(1)
        row.addWidget(self.order)
        row.addWidget(self.switch)
        self._hint = QLabel(wordWrap=True)
        self._hint.setText(
            self.tr(
                "While View > Hidden people is off, these people and faces are left out everywhere. Select some to "
                "show them again."
            )
        )
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.hide()
        header = QWidget()
        column = QVBoxLayout(header)
        column.setContentsMargins(16, 10, 16, 4)
        column.addLayout(row)
        column.addWidget(self._hint)
        return header

    def _connect(self) -> None:
        session, grid = self.session, self.grid
        grid.opened.connect(self._open)
        grid.menu_wanted.connect(self._menu)
        grid.name_clicked.connect(grid.edit_row)
        grid.badge_clicked.connect(self._show_suggestions)
        grid.dropped.connect(self._merge_into)
        grid.editing_ended.connect(self._typing_ended)
        grid.selectionModel().selectionChanged.connect(self._show_bar)
        self.model.modelReset.connect(self._show_bar)
        self._delegate.named.connect(self._named)
        self._delegate.closeEditor.connect(self._went_on)
        self.bar.cleared.connect(grid.clearSelection)
        self.bar.left.connect(grid.setFocus)
        self._clear.clicked.connect(self.filter.clear)
        self._clear.clicked.connect(lambda: self.switch.choose(0))
        self.filter.textChanged.connect(self._filter)
        self.filter.left.connect(grid.setFocus)
        self.order.currentIndexChanged.connect(self._sort)
        self.switch.changed.connect(lambda choice: self._show_hidden(bool(choice)))
        session.hidden.changed.connect(self._hidden_changed)
        # While a job runs an empty page promises people.
        session.jobs.finished.connect(self.refresh_soon)
        session.images.arrived.connect(grid.viewport().update)

    def title(self) -> str:
        return self.tr("People")

    def focus(self) -> None:
        self._content.focus()

    def may_refresh(self) -> bool:
        return not self.grid.is_editing()

    def keys(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Letters"), self.tr("Name the selected person or group")),
            (written(Qt.Key.Key_Return), self.tr("Show the person or group")),
            (written(QKeySequence.StandardKey.Find), self.tr("Filter by name")),
            (written(Qt.Key.Key_Escape), self.tr("Select nothing")),
        ]

    def refresh(self) -> None:
        library, order, hidden = self.session.library, Order(self.order.currentData()), bool(self.switch.chosen())

        def read() -> _Read:
            crowd = library.crowd(order, hidden=hidden)
            return _Read(crowd, None if len(crowd) else library.counts(), [] if len(crowd) else library.unfinished())

        self.read(read, self._fill)

    def _show_hidden(self, shown: bool) -> None:
        """Shows the hidden people and ignored faces alone, or everybody else."""
        self.session.hidden.show(shown)
        self._hint.setVisible(shown)
        self.grid.clearSelection()
        self.refresh()

    def _hidden_changed(self, shown: bool) -> None:
        """Elsewhere hidden people come to the others: who wants that there does not want them alone here."""
        if self.isVisible():
            self.switch.choose(int(shown))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        # The menu says of the page in sight what it shows.
        self.session.hidden.show(bool(self.switch.chosen()))

    def filter_names(self) -> None:
        """Puts the keyboard into the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def selected(self) -> list[Person | Cluster]:
        return [self.model.tile(row) for row in self.grid.selected_rows()]

    def merge_selected(self) -> None:
        """Goes where one person is made of the selected tiles."""
        rows = self.grid.selected_rows()
        if len(rows) < 2 or self.model.shows_hidden():
            text = self.tr("Select two or more people first, then merge them.")
            self.session.background.failed.emit(AppError(text))
        else:
            self._merge(rows)

    def _fill(self, read: _Read) -> None:
        self.model.fill(read.crowd)
        self._header.setVisible(read.counts is None or read.counts.faces > 0 or read.crowd.hidden)
        self._shown = read
        self._show_content()

    def _filter(self, text: str) -> None:
        self.model.filter(text)
        self._show_content()

    def _show_content(self) -> None:
        read = self._shown
        if not self.model.rowCount():
            self._empty.say(*self._why_empty(read))
        self._clear.setVisible(bool(self.filter.text().strip()) or read.crowd.hidden)
        self._content.show_content(self.model.rowCount() > 0)

    def _sort(self) -> None:
        self.session.settings.change(people_order=self.order.currentData())
        self.refresh()

    def _why_empty(self, read: _Read) -> tuple[str, str]:
        if read.counts is None:
            text = self.filter.text().strip()
            return (
                self.tr("Nobody is called “%1”").replace("%1", text),
                self.tr("Groups without a name are left out while you filter by name."),
            )
        if read.crowd.hidden:
            return (
                self.tr("Nobody is hidden"),
                self.tr("Whom you hide, and the faces you ignore, wait here until you show them again."),
            )
        if self.session.jobs.running():
            return self.tr("Looking for faces…"), self.tr("People appear here as soon as they are found.")
        if read.unfinished:
            return (
                self.tr("Not all photos are read yet"),
                self.tr("The scan was stopped. “Scan all folders again” in the File menu goes on where it was."),
            )
        if read.counts.faces:
            return (
                self.tr("No groups of faces"),
                self.tr(
                    "Faces were found, but no two that are alike. Each can be named in its photo,"
                    " and “Group unnamed faces again” in the Edit menu compares them once more."
                ),
            )
        if read.counts.photos:
            return self.tr("Nobody found"), self.tr("No face was found in the photos of this library.")
        return self.tr("Nobody here yet"), self.tr("Add a photo folder, and the people in it appear here.")

    def _open(self, row: int) -> None:
        tile = self.model.tile(row)
        if self.model.is_ignored(row):
            where = self.grid.visualRect(self.model.index(row)).center()
            self._menu([row], self.grid.viewport().mapToGlobal(where))
        else:
            self.go.emit(PersonPlace(tile.id) if isinstance(tile, Person) else ClusterPlace(tile.id))

    def _named(self, tile: Person | Cluster, typed: Typed) -> None:
        if isinstance(tile, Person):
            self._naming.rename(tile, typed, lambda _: self._show_name([tile], tile.id))
            return
        # A name typed while several groups are selected is the name of all of them.
        chosen = self.selected()
        groups = [other for other in chosen if isinstance(other, Cluster)]
        if tile not in groups or len(groups) != len(chosen):
            groups = [tile]
        # What the mouse goes to is chosen by the mouse, and must not move away under it.
        if typed.text and not QApplication.mouseButtons():
            self._next = self.model.unnamed_after(groups)
        what = Unnamed(clusters=[group.id for group in groups], cover=tile.cover)
        self._naming.name(what, typed, lambda done: self._show_name(groups, done.people[0]))

    def _show_name(self, tiles: Sequence[Person | Cluster], person: PersonId) -> None:
        """Shows whose these tiles are while a name is typed, where the page is not read anew."""
        library = self.session.library

        def show(named: Person) -> None:
            if not self.may_refresh():
                self.model.show_named(tiles, named)
            elif any(isinstance(tile, Person) and tile.id != named.id for tile in tiles):
                # Became one with somebody whose tile stays.
                self.grid.select_key(named.id)

        self.session.background.run(lambda: library.person(person), show)

    def _went_on(self, _: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Tab opened the field of a neighbour itself."""
        if hint != QAbstractItemDelegate.EndEditHint.NoHint:
            self._next = None

    def _typing_ended(self) -> None:
        """After a group comes the next one, so that names can be typed one after the other."""
        if self._next is not None:
            self.grid.select_key(self._next)
            self._next = None
        self._refresh_if_possible()

    def _merge_into(self, rows: list[int], target: int) -> None:
        """Goes where these tiles become the one they were dropped on, or a group the person that was dropped on it."""
        key = int(self.model.keys()[target])
        self._merge([target, *rows], key if key > 0 or not self.model.picked(rows).people else None)

    def _merge(self, rows: Rows, stays: int | None = None) -> None:
        if len(rows) > MOST_MERGED:
            text = self.tr("Select at most %Ln people to merge at a time.", None, MOST_MERGED)
            self.session.background.failed.emit(AppError(text))
        else:
            picked = self.model.picked(rows)
            self.go.emit(MergePlace(tuple(picked.people), tuple(picked.groups), stays))

    def _show_suggestions(self, row: int) -> None:
        """Who else the person of this row may be."""
        self.go.emit(PersonPlace(PersonId(self.model.tile(row).id), questions=True))

    def _show_bar(self) -> None:
        rows = self.grid.selected_rows()
        # One tile has a name to type and a menu; of what is hidden nobody knows yet what can be done with it.
        wanted = len(rows) > (0 if self.model.shows_hidden() else 1)
        self.bar.offer(self.tr("%Ln selected", None, len(rows)), self._deeds(rows) if wanted else [])

    def _deeds(self, rows: Rows) -> list[Deed]:
        """What can be done with these tiles: those of them that it suits."""
        picked, library, run = self.model.picked(rows), self.session.library, self.session.edits.run
        people, groups = picked.people, picked.groups
        if self.model.shows_hidden():
            return [Deed(self.tr("Show again"), lambda: run(lambda: library.show_again(people, groups)))]
        deeds = [Deed(self.tr("Merge…"), self.merge_selected)] if len(rows) > 1 else []
        if people:
            liked = not picked.favourites
            text = self.tr("Favourite") if liked else self.tr("Not a favourite")
            deeds.append(Deed(text, lambda: run(lambda: library.mark(people, favourite=liked))))
            deeds.append(Deed(self.tr("Hide"), lambda: run(lambda: library.mark(people, hidden=True))))
        if groups:
            deeds.append(Deed(self.tr("Ignore"), lambda: run(lambda: library.ignore(clusters=groups))))
        return deeds

    def _menu(self, rows: Rows, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(rows) == 1 and not self.model.is_ignored(rows[0]):
            named = isinstance(self.model.tile(rows[0]), Person)
            menu.addAction(self.tr("Open")).triggered.connect(self.grid.later(rows, lambda now: self._open(now[0])))
            name = menu.addAction(self.tr("Rename") if named else self.tr("Name…"))
            name.triggered.connect(self.grid.later(rows, lambda now: self.grid.edit_row(now[0])))
            if waiting := self.model.index(rows[0]).data(Role.WAITING):
                suggestions = menu.addAction(self.tr("Show %Ln suggestion(s)", None, waiting))
                suggestions.triggered.connect(self.grid.later(rows, lambda now: self._show_suggestions(now[0])))
            menu.addSeparator()
        for deed in self._deeds(rows):
            menu.addAction(deed.text).triggered.connect(lambda _=False, deed=deed: deed.do())
        menu.popup(where)
