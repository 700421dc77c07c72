"""Everybody: named people first, then the groups that have no name yet. Names are typed right under a tile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QApplication, QMenu, QVBoxLayout, QWidget

from app.errors import AppError
from app.library.records import Cluster, Counts, Person
from app.ui.delegates.person_tile import PersonDelegate
from app.ui.dialogs.merge_people import MergeDialog
from app.ui.models.people import PeopleModel
from app.ui.naming import Naming, Unnamed
from app.ui.pages.page import Page
from app.ui.places import ClusterPlace, PersonPlace
from app.ui.session import Session
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.name_edit import Typed


@dataclass(frozen=True, slots=True)
class _Read:
    people: list[Person]
    clusters: list[Cluster]
    counts: Counts
    unfinished: list[Path]


class PeoplePage(Page):
    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__(session)
        self._naming = naming
        self._show_hidden = False
        self._next: int | None = None
        self.model = PeopleModel(self)
        self._delegate = PersonDelegate(session)
        self.grid = GridView(self.model, self._delegate)
        self.grid.setAccessibleName(self.tr("People"))
        triggers = QAbstractItemView.EditTrigger
        # Typing on a selected tile begins its name at once.
        self.grid.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.grid.opened.connect(self._open)
        self.grid.menu_wanted.connect(self._menu)
        self.grid.name_clicked.connect(self.grid.edit_row)
        self.grid.editing_ended.connect(self._typing_ended)
        self._delegate.named.connect(self._named)
        self._delegate.closeEditor.connect(self._went_on)
        # While a job runs an empty page promises people.
        session.jobs.finished.connect(self.refresh_soon)
        session.images.arrived.connect(self.grid.viewport().update)
        self._empty = EmptyState("people")
        self._content = Fallback(self.grid, self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._content)
        self.setFocusProxy(self.grid)

    def title(self) -> str:
        return self.tr("People")

    def may_refresh(self) -> bool:
        return not self.grid.is_editing()

    def refresh(self) -> None:
        library, hidden = self.session.library, self._show_hidden
        self.read(
            lambda: _Read(library.people(hidden=hidden), library.clusters(), library.counts(), library.unfinished()),
            self._fill,
        )

    def show_hidden(self, shown: bool) -> None:
        self._show_hidden = shown
        self.refresh_soon()

    def selected(self) -> list[Person | Cluster]:
        return [self.model.tile(row) for row in self.grid.selected_rows()]

    def merge_selected(self) -> None:
        """Makes one person of the selected tiles; asks who stays, or for a name where nobody has one."""
        tiles = self.selected()
        people = [tile for tile in tiles if isinstance(tile, Person)]
        groups = [tile for tile in tiles if isinstance(tile, Cluster)]
        if len(tiles) < 2:
            self.session.background.failed.emit(AppError(self.tr("Select two or more people first, then merge them.")))
        elif not people:
            self.grid.edit_row(self.grid.selected_rows()[0])
        else:
            clusters = [group.id for group in groups]

            def merge(target: Person) -> None:
                self._naming.merge(target, people, clusters)

            MergeDialog(self.session.images, people, groups, merge, self).open()

    def _fill(self, read: _Read) -> None:
        self.model.fill(read.people, read.clusters)
        self._empty.say(*self._why_empty(read))
        self._content.show_content(bool(read.people or read.clusters))

    def _why_empty(self, read: _Read) -> tuple[str, str]:
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
        self.go.emit(PersonPlace(tile.id) if isinstance(tile, Person) else ClusterPlace(tile.id))

    def _named(self, tile: Person | Cluster, typed: Typed) -> None:
        if isinstance(tile, Person):
            self._naming.rename(tile, typed)
            return
        # A name typed while several groups are selected is the name of all of them.
        chosen = self.selected()
        groups = [other for other in chosen if isinstance(other, Cluster)]
        if tile not in groups or len(groups) != len(chosen):
            groups = [tile]
        # What the mouse goes to is chosen by the mouse, and must not move away under it.
        if typed.text and not QApplication.mouseButtons():
            self._next = self.model.unnamed_after(groups)
        self._naming.name(Unnamed(clusters=[group.id for group in groups], cover=tile.cover), typed)

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

    def _menu(self, rows: list[int], where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        tiles = [self.model.tile(row) for row in rows]
        people = [tile for tile in tiles if isinstance(tile, Person)]
        clusters = [tile.id for tile in tiles if isinstance(tile, Cluster)]
        library, edits = self.session.library, self.session.edits

        def add(text: str, call: Callable[[], object]) -> QAction:
            action = menu.addAction(text)
            action.triggered.connect(lambda: call())
            return action

        if len(tiles) == 1:
            add(self.tr("Open"), lambda: self._open(rows[0]))
            add(self.tr("Rename") if people else self.tr("Name…"), lambda: self.grid.edit_row(rows[0]))
        else:
            add(self.tr("Merge into one person…"), self.merge_selected)
        if len(tiles) == 1 and people:
            person = people[0]
            menu.addSeparator()
            favourite = self.tr("Favourite")
            action = add(favourite, lambda: edits.run(lambda: library.set_favourite(person.id, not person.favourite)))
            action.setCheckable(True)
            action.setChecked(person.favourite)
            hide = self.tr("Show again") if person.hidden else self.tr("Hide")
            add(hide, lambda: edits.run(lambda: library.set_hidden(person.id, not person.hidden)))
        if clusters and not people:
            menu.addSeparator()
            add(self.tr("Ignore these faces"), lambda: edits.run(lambda: library.ignore(clusters=clusters)))
        menu.popup(where)
