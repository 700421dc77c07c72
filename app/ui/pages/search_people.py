"""Photos by who is on them, and by date and folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFont, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.library.records import Folder, PhotoId, Root
from app.library.timeline import NOTHING, Timeline
from app.ui import dates
from app.ui.conditions import Conditions, folder_name, whole
from app.ui.delegates.photo_cell import PhotoDelegate
from app.ui.models.grid_model import Rows
from app.ui.models.photos import PhotosModel
from app.ui.pages.page import Page
from app.ui.photos_menu import photos_menu
from app.ui.places import PhotoPlace
from app.ui.session import Session
from app.ui.widgets.date_field import DateField
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.people_field import PeopleField
from app.ui.widgets.text import plain

# In a narrower window than this, in letters, the conditions stand below each other.
TWO_COLUMNS = 96
# What a button says of a condition is cut after so many letters.
LONGEST_WORDS = 32


@dataclass(frozen=True, slots=True)
class _Read:
    """`instead` holds each condition in words and how many photos there are without it, where there is none with it."""

    conditions: Conditions
    photos: Timeline
    instead: list[tuple[str, Conditions, int]]


class PeopleSearch(Page):
    """`export` carries the ids of photos that are to be copied to a folder."""

    export = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._roots: tuple[Root, ...] = ()
        # As the box lists them; the first are all.
        self._folders: list[Folder | None] = []
        self._filling = False
        self.model = PhotosModel(session.library.photos, session.background, self)
        self._delegate = PhotoDelegate(session.images)
        self.grid = GridView(self.model, self._delegate)
        self.grid.setAccessibleName(self.tr("Photos found"))
        self.grid.opened.connect(lambda row: self.open_photo(PhotoPlace(self.model.keys(), row)))
        self.grid.menu_wanted.connect(self._menu)
        session.images.arrived.connect(self.grid.viewport().update)
        self._empty = EmptyState("people")
        self._instead = QWidget()
        self._instead_buttons = QVBoxLayout(self._instead)
        self._instead_buttons.setContentsMargins(0, 0, 0, 0)
        self._empty.add(self._instead)
        self._content = Fallback(self.grid, self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._form())
        layout.addLayout(self._result_bar())
        layout.addWidget(self._content, 1)
        self._fill(_Read(Conditions(), NOTHING, []))

    def _form(self) -> QWidget:
        names = (self.tr("With all of"), self.tr("With any of"), self.tr("Only"), self.tr("Without"))
        self.all_of, self.any_of, self.only, self.none_of = (PeopleField(self.session, name) for name in names)
        self.taken_from = DateField(self.tr("Taken from"), self.tr("from"))
        self.taken_to = DateField(self.tr("Taken until"), self.tr("until"))
        self.folder = QComboBox()
        self.folder.setAccessibleName(self.tr("Folder"))
        self.folder.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.folder.setMinimumContentsLength(12)
        self.show_roots(())
        days = QWidget()
        row = QHBoxLayout(days)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.taken_from)
        row.addWidget(QLabel("–"))
        row.addWidget(self.taken_to)
        row.addStretch()
        self._rows: list[tuple[QLabel, QWidget]] = []
        fields = (self.all_of, self.any_of, self.only, self.none_of)
        for name, field in [
            *zip(names, fields, strict=True),
            (self.tr("Taken"), days),
            (self.tr("Folder"), self.folder),
        ]:
            label = QLabel(name)
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            # Beside the first line of names.
            label.setMinimumHeight(self.folder.sizeHint().height())
            self._rows.append((label, field))
        for people in fields:
            people.changed.connect(self._changed)
        for day in (self.taken_from, self.taken_to):
            day.changed.connect(self._changed)
            day.refused.connect(self.session.background.failed)
        self.folder.currentIndexChanged.connect(self._changed)
        form = QWidget()
        self._grid = QGridLayout(form)
        self._grid.setContentsMargins(14, 8, 14, 4)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._columns = 0
        self._arrange(1)
        return form

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, (label, field) in enumerate(self._rows):
            line, column = divmod(number, columns)
            self._grid.addWidget(label, line, 3 * column, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(field, line, 3 * column + 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(4, columns - 1)
        self._grid.setColumnMinimumWidth(2, 10 if columns == 2 else 0)

    def _result_bar(self) -> QBoxLayout:
        self._sentence = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        font = QFont(self._sentence.font())
        font.setBold(True)
        self._sentence.setFont(font)
        self._count = QLabel()
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._count.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.copy_button = QPushButton(self.tr("Copy to a folder…"))
        self.copy_button.setToolTip(self.tr("Copies the selected photos, or all that were found"))
        self.copy_button.clicked.connect(lambda: self.export.emit(self._chosen()))
        self.clear_button = QPushButton(self.tr("Start over"))
        self.clear_button.clicked.connect(self._start_over)
        right = QHBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._count, 1)
        right.addWidget(self.copy_button)
        right.addWidget(self.clear_button)
        self._bar = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._bar.setContentsMargins(14, 4, 14, 8)
        self._bar.setSpacing(8)
        self._bar.addWidget(self._sentence, 1)
        self._bar.addLayout(right)
        return self._bar

    def title(self) -> str:
        return self.tr("Search")

    def focus(self) -> None:
        if len(self.model.keys()):
            self.grid.setFocus()
        else:
            self.all_of.edit.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        wide = self.width() > self.fontMetrics().averageCharWidth() * TWO_COLUMNS
        self._arrange(2 if wide else 1)
        self._bar.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def show_roots(self, roots: Sequence[Root]) -> None:
        self._roots = tuple(roots)
        chosen = self._chosen_folder()
        self._list_folders(chosen)
        if self._chosen_folder() != chosen:
            self.refresh_soon()

    def _list_folders(self, chosen: Folder | None) -> None:
        """The roots, and a folder below one of them where it is the one that was chosen."""
        folders = [None, *map(whole, self._roots)]
        if chosen is not None and chosen.below and chosen.root in {root.id for root in self._roots}:
            folders.append(chosen)
        self._filling = True
        # A scan comes here every second, and the list may be open.
        if folders != self._folders:
            self._folders = folders
            self.folder.clear()
            self.folder.addItems([self.tr("All folders") if one is None else folder_name(one) for one in folders])
        self.folder.setCurrentIndex(folders.index(chosen) if chosen in folders else 0)
        self._filling = False

    def _chosen_folder(self) -> Folder | None:
        return self._folders[self.folder.currentIndex()] if self._folders else None

    def show_conditions(self, conditions: Conditions) -> None:
        self._show_people(conditions)
        self._list_folders(conditions.folder)
        self._filling = True
        for field, day in ((self.taken_from, conditions.taken_from), (self.taken_to, conditions.taken_to)):
            edge = (1, 1) if field is self.taken_from else (12, 31)
            text = "" if day is None else str(day.year) if (day.month, day.day) == edge else dates.short(day)
            field.setText(text)
        self._filling = False
        self._changed()

    def conditions(self) -> Conditions:
        """What the fields say."""
        first, last = dates.span(self.taken_from.days(), self.taken_to.days())
        return Conditions(
            any_of=self.any_of.people(),
            all_of=self.all_of.people(),
            only=self.only.people(),
            none_of=self.none_of.people(),
            folder=self._chosen_folder(),
            taken_from=first,
            taken_to=last,
        )

    def refresh(self) -> None:
        wanted, library = self.conditions(), self.session.library

        def read() -> _Read:
            now = wanted.present(library)
            if now == Conditions():
                return _Read(now, NOTHING, [])
            photos = library.timeline(now.filter())
            instead: list[tuple[str, Conditions, int]] = []
            for words, without in now.relaxed() if not len(photos.ids) else []:
                count = len(library.photo_ids(without.filter())) if without != Conditions() else 0
                instead.append((words, without, count))
            return _Read(now, photos, instead)

        self.read(read, self._fill)

    def seen_last(self, photo: PhotoId) -> None:
        self.grid.select_key(photo)

    def _changed(self) -> None:
        if self._filling:
            return
        conditions = self.conditions()
        if conditions != Conditions():
            self._sentence.setText(conditions.in_words())
            self._count.setText(self.tr("Searching…"))
        self.refresh()

    def _show_people(self, conditions: Conditions) -> None:
        self.any_of.show_people(conditions.any_of)
        self.all_of.show_people(conditions.all_of)
        self.only.show_people(conditions.only)
        self.none_of.show_people(conditions.none_of)

    def _fill(self, read: _Read) -> None:
        self._show_people(read.conditions)
        self.model.fill(read.photos)
        asked, found = read.conditions != Conditions(), len(read.photos.ids)
        self._sentence.setText(read.conditions.in_words() if asked else "")
        self._count.setText(self.tr("%Ln photo(s)", None, found) if asked else "")
        for button in (self.copy_button, self.clear_button):
            button.setVisible(asked)
        self.copy_button.setEnabled(found > 0)
        self._show_instead([one for one in read.instead if one[2]])
        self._empty.say(*self._why_empty(read))
        self._content.show_content(found > 0)

    def _why_empty(self, read: _Read) -> tuple[str, str]:
        if read.conditions == Conditions():
            return (
                self.tr("Search by people"),
                self.tr("Add a name above, a date or a folder, and the photos that fit appear here."),
            )
        title = self.tr("No such photos")
        if any(count for _, _, count in read.instead):
            return title, self.tr("No photo fits all of this. Leave one condition out:")
        return title, self.tr("No photo fits this, and leaving out a single condition brings none. Start over.")

    def _show_instead(self, instead: Sequence[tuple[str, Conditions, int]]) -> None:
        for old in self._instead.findChildren(QPushButton):
            self._instead_buttons.removeWidget(old)
            old.hide()
            old.deleteLater()
        for words, without, count in instead:
            photos = self.tr("%Ln photo(s)", None, count)
            text = self.tr("Leave out “%1”: %2").replace("%2", photos)
            longest = self.fontMetrics().averageCharWidth() * LONGEST_WORDS
            short = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, longest)
            button = QPushButton(plain(text.replace("%1", short)))
            button.setToolTip(text.replace("%1", words))
            button.setAccessibleName(text.replace("%1", words))
            button.clicked.connect(lambda _=False, without=without: self.show_conditions(without))
            self._instead_buttons.addWidget(button)
        self._instead.setVisible(bool(instead))

    def _start_over(self) -> None:
        self.show_conditions(Conditions())
        self.all_of.edit.setFocus()

    def _chosen(self) -> NDArray[np.int64]:
        """The photos that are selected, or else all."""
        rows, ids = self.grid.selected(), self.model.keys()
        return ids[rows] if len(rows) else ids

    def _menu(self, rows: Rows, where: QPoint) -> None:
        menu, photos = photos_menu(self, self.grid, self.model, rows), self.model.keys()[rows]
        menu.addSeparator()
        menu.addAction(self.tr("Copy to a folder…")).triggered.connect(lambda: self.export.emit(photos))
        menu.popup(where)
