"""All photos by month, newest first, or those of one folder; filters, and the years beside them."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.events import LibraryChanged
from app.library.records import PhotoId, Root, RootId
from app.library.timeline import Timeline
from app.ui.conditions import Conditions
from app.ui.delegates.photo_cell import PhotoDelegate
from app.ui.models.grid_model import Rows
from app.ui.models.photos import PhotosModel
from app.ui.pages.page import Page, written
from app.ui.photos_menu import photos_menu
from app.ui.places import PhotoPlace, PhotosPlace
from app.ui.session import Session
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.photo_filters import PhotoFilters
from app.ui.widgets.ringed_button import RingedButton
from app.ui.widgets.text import printable
from app.ui.widgets.year_scale import YearScale

# Nobody needs to be told of a shorter wait.
BUSY_MS = 300


@dataclass(frozen=True, slots=True)
class _Read:
    """`conditions` are those that were asked for, about people as they are at present."""

    conditions: Conditions
    timeline: Timeline


class PhotosPage(Page):
    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._place = PhotosPlace()
        self._titles: dict[RootId | None, str] = {}
        self.model = PhotosModel(session.library.photos, session.background, self)
        self._delegate = PhotoDelegate(session.images)
        self.grid = GridView(self.model, self._delegate)
        self.grid.setAccessibleName(self.tr("Photos"))
        self.grid.opened.connect(lambda row: self.open_photo(PhotoPlace(self.model.keys(), row)))
        self.grid.menu_wanted.connect(self._menu)
        # While a job runs an empty page promises photos.
        session.jobs.finished.connect(self.refresh_soon)
        session.images.arrived.connect(self.grid.viewport().update)
        self.years = YearScale()
        self.years.chosen.connect(self._go_to)
        self.years.entered.connect(self.grid.setFocus)
        self.grid.verticalScrollBar().valueChanged.connect(self._mark_year)
        self.filters = PhotoFilters(session)
        self.filters.changed.connect(self._ask_anew)
        self._busy = QTimer(self, singleShot=True, interval=BUSY_MS)
        self._busy.timeout.connect(lambda: self.filters.count.setText(self.tr("Looking for photos…")))
        self._empty = EmptyState("photos")
        self.show_all = RingedButton(self.tr("Show all photos"))
        self.show_all.clicked.connect(self.filters.clear)
        self._empty.add(self.show_all)
        shown = QWidget()
        row = QHBoxLayout(shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.grid, 1)
        row.addWidget(self.years)
        self._content = Fallback(shown, self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(14, 8, 14, 8)
        bar.addWidget(self.filters)
        layout.addLayout(bar)
        layout.addWidget(self._content, 1)

    def title(self) -> str:
        place = self._place
        if place.below:
            return printable(Path(os.path.basename(os.fsdecode(place.below[:-1]))))  # noqa: PTH119
        return self._titles.get(place.root, self.tr("Photos"))

    def focus(self) -> None:
        (self._empty if self._content.currentWidget() is self._empty else self.grid).setFocus()

    def show_roots(self, roots: Sequence[Root], away: Collection[RootId]) -> None:
        self._titles = {root.id: printable(Path(root.path.name)) for root in roots}
        self.model.show_away(away)

    def show_place(self, place: PhotosPlace) -> None:
        if place != self._place:
            self._place = place
            self._ask_anew()

    def seen_last(self, photo: PhotoId) -> None:
        self.grid.select_key(photo)

    def concerns(self, change: LibraryChanged) -> bool:
        return change.everything or bool(change.photos) or self.filters.about_faces()

    def keys(self) -> list[tuple[str, str]]:
        return [
            (written(Qt.Key.Key_Return), self.tr("Show the photo")),
            (written(Qt.Key.Key_Escape), self.tr("Select nothing")),
        ]

    def refresh(self) -> None:
        library, wanted, place = self.session.library, self.filters.conditions(), self._place
        narrowed = self.filters.narrowing()

        def read() -> _Read:
            now = wanted.present(library)
            return _Read(now, library.timeline(narrowed(replace(now.filter(), root=place.root, folder=place.below))))

        self.read(read, self._fill)

    def _ask_anew(self) -> None:
        self._busy.start()
        self.refresh()

    def _fill(self, read: _Read) -> None:
        self._busy.stop()
        months = read.timeline.months
        self.filters.people.show_people(read.conditions.any_of)
        self.model.fill(read.timeline)
        self.years.show_months(months)
        self._mark_year()
        self.filters.count.setText(self.tr("%Ln photo(s)", None, len(read.timeline.ids)))
        self.show_all.setVisible(self.filters.is_on())
        if self.filters.is_on():
            self._empty.say(self.tr("No such photos"), self.filters.words())
        elif self.session.jobs.running():
            self._empty.say(self.tr("Reading photos…"), self.tr("They appear here as they are read."))
        else:
            self._empty.say(self.tr("No photos here"), self.tr("Add a photo folder, or drop one on this window."))
        self._content.show_content(bool(months))

    def _go_to(self, row: int) -> None:
        self.grid.go_to(row)
        # Where the last photos all fit, the year is in sight without being the first.
        self.years.mark(row)

    def _mark_year(self) -> None:
        row = self.grid.top_row()
        if row is not None:
            self.years.mark(row)

    def _menu(self, rows: Rows, where: QPoint) -> None:
        photos_menu(self, self.grid, self.model, rows).popup(where)
