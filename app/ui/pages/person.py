"""One person, or one group that has no name yet: who it is, all photos, faces and years, and who else it may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QVBoxLayout

from app.events import LibraryChanged
from app.library.life import Life
from app.library.questions import worth_asking
from app.library.records import (
    Cluster,
    ClusterId,
    Done,
    FaceFilter,
    Person,
    PersonId,
    PhotoFilter,
    PhotoId,
    Side,
)
from app.library.timeline import NOTHING, Timeline
from app.ui.delegates.photo_cell import PhotoDelegate
from app.ui.face_menu import face_menu
from app.ui.models.grid_model import Rows
from app.ui.models.person_faces import Doubted, Ranked, least_sure_first
from app.ui.models.photos import PhotosModel
from app.ui.naming import Naming, Unnamed
from app.ui.pages.page import Page, written
from app.ui.pages.person_faces import PersonFaces
from app.ui.pages.person_panel import WIDTH, PersonPanel
from app.ui.pages.person_years import PersonYears
from app.ui.photos_menu import photos_menu
from app.ui.places import ClusterPlace, PeoplePlace, PersonPlace, PhotoPlace
from app.ui.session import Session
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.name_edit import Typed
from app.ui.widgets.person_header import PersonHeader
from app.ui.widgets.suggestion_card import AskedSuggestion

# The switch, in its order.
PHOTOS, FACES, YEARS = range(3)
# So many questions stand beside the photos; answers bring the next ones.
QUESTIONS = 5
DOUBTS = 100
# As wide or high as it likes: Qt's QWIDGETSIZE_MAX, which its Python half does not name.
WIDEST = (1 << 24) - 1


@dataclass(frozen=True, slots=True)
class _Read:
    """What a refresh read: `who` is None when there is nobody left to show."""

    who: Person | Cluster | None
    life: Life
    photos: Timeline
    faces: Ranked


class PersonPage(Page):
    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__(session)
        self._naming = naming
        self._place: PersonPlace | ClusterPlace | None = None
        self._who: Person | Cluster | None = None
        # What takes longer is asked for step by step: which round of it counts, and whether it has to be asked again.
        self._round = 0
        self._considering = False
        self._reconsider = True
        self._read_faces = Ranked()
        self._doubted: list[Doubted] = []
        self.header = PersonHeader(session)
        self.name, self.switch = self.header.name, self.header.switch
        self.photos = PhotosModel(session.library.photos, session.background, self)
        self._photo_delegate = PhotoDelegate(session.images)
        self.photo_grid = GridView(self.photos, self._photo_delegate)
        self.photo_grid.setAccessibleName(self.tr("Photos of this person"))
        session.images.arrived.connect(self.photo_grid.viewport().update)
        self.of_faces = PersonFaces(session, naming)
        self.faces, self.face_grid, self._face_delegate = (
            self.of_faces.model,
            self.of_faces.grid,
            self.of_faces.delegate,
        )
        self.years = PersonYears(session.images)
        self.panel = PersonPanel(session.images)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self._stack = QStackedWidget()
        for shown in (self.photo_grid, self.of_faces, self.years):
            self._stack.addWidget(shown)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(0)
        self._row.addWidget(self._stack, 1)
        self._row.addWidget(self.panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addLayout(self._row, 1)

    def _connect(self) -> None:
        self.header.named.connect(self._named)
        self.header.left.connect(self._edited)
        self.switch.changed.connect(self._switched)
        self.photo_grid.opened.connect(lambda row: self.open_photo(PhotoPlace(self.photos.keys(), row)))
        self.photo_grid.menu_wanted.connect(
            lambda rows, where: photos_menu(self, self.photo_grid, self.photos, rows).popup(where)
        )
        self.face_grid.opened.connect(self._open_face)
        self.face_grid.editing_ended.connect(self._refresh_if_possible)
        self.face_grid.menu_wanted.connect(self._face_menu)
        self.years.opened.connect(
            lambda row: self.open_photo(PhotoPlace(self.years.model.photos(), row, self.years.model.moment(row).face))
        )
        self.panel.answered.connect(self._answered)
        self.panel.look.connect(self._look)
        self.panel.chosen.connect(lambda person: self.go.emit(PersonPlace(person)))
        self.panel.all_answered.connect(self.focus)

    # What every page does

    def title(self) -> str:
        if isinstance(self._who, Person):
            return self._who.name
        return self.tr("Unnamed group")

    def show_place(self, place: PersonPlace | ClusterPlace) -> None:
        if place != self._place:
            self.header.end_edit()
            self._place = place
            self._who = None
            self._round += 1
            self._considering, self._reconsider = False, True
            self._read_faces, self._doubted = Ranked(), []
            self.photos.fill(NOTHING)
            self.faces.show_faces(self._read_faces)
            self.panel.clear()
            self._show_who(None)
        self.panel.wanted = isinstance(place, PersonPlace) and place.questions
        self.refresh()

    def concerns(self, change: LibraryChanged) -> bool:
        # While photos are read every second brings some: who may be whom is not asked anew for each.
        self._reconsider = self._reconsider or change.everything or bool(change.people) or not change.photos
        return True

    def may_refresh(self) -> bool:
        return not self.header.is_editing() and not self.face_grid.is_editing()

    def focus(self) -> None:
        (self.photo_grid.setFocus, self.of_faces.focus, self.years.focus)[self.switch.chosen()]()
        self.panel.focus_if_wanted()

    def seen_last(self, photo: PhotoId) -> None:
        self.photo_grid.select_key(photo)
        self.years.select_photo(photo)
        if (face := self.faces.face_on(photo)) is not None:
            self.face_grid.select_key(face.id)

    def keys(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Letters"), self.tr("Say who the selected faces are instead")),
            (written(Qt.Key.Key_Delete), self.tr("Not this person")),
            (written(Qt.Key.Key_Return), self.tr("Show the photo")),
            (written(Qt.Key.Key_Escape), self.tr("Select nothing")),
        ]

    def refresh(self) -> None:
        place, library, before = self._place, self.session.library, self._read_faces
        if place is None:
            return

        def read() -> _Read:
            if isinstance(place, PersonPlace):
                person = library.person(place.person)
                faces = least_sure_first(
                    library.faces(FaceFilter(person=person.id)), library.guesses(person.id), before
                )
                photos = library.timeline(PhotoFilter(any_of=(person.id,)))
                return _Read(person, library.life(Side(person=person.id)), photos, faces)
            cluster = library.cluster_id(place.cluster)
            faces = least_sure_first(library.faces(FaceFilter(cluster=cluster)), (), before)
            photos = library.timeline(PhotoFilter(cluster=cluster))
            return _Read(library.cluster(cluster), library.life(Side(cluster=cluster)), photos, faces)

        self.read(read, self._fill, lambda error: self._gone())

    def _gone(self) -> None:
        """Named, ignored or taken apart: nobody is here any more. Who went on elsewhere is not led away from there."""
        if self.session.edits.under_way():
            # Its end may tell whose page this is.
            self.refresh_soon()
        elif self.isVisible():
            self.instead.emit(PeoplePlace())

    def _fill(self, read: _Read) -> None:
        if read.who is None:
            self._gone()
            return
        self._who = read.who
        self._read_faces = read.faces
        self.photos.fill(read.photos)
        self._show_faces()
        self._show_who(read.life)
        self._consider()

    def _show_faces(self) -> None:
        self.faces.show_faces(self._read_faces, self._doubted)
        self.of_faces.show_content()

    def _show_who(self, life: Life | None) -> None:
        self.titled.emit()
        self.header.show_who(self._who, life)
        self.of_faces.show_who(self._who)
        self.years.show_life(life, self._who.born_on if isinstance(self._who, Person) else None)

    # What takes longer: with whom they are, who else it may be, which names are in doubt

    def _consider(self) -> None:
        """Asks one after the other, so that a thread is left for the rest of the window; not twice at a time."""
        who = self._who
        if who is None or self._considering or not self.isVisible():
            return
        if not self._reconsider:
            # All that there is to ask is in sight.
            self.panel.wanted = False
            return
        self._considering, self._reconsider = True, False
        self._round += 1
        this = self._round
        side = Side(person=who.id) if isinstance(who, Person) else Side(cluster=who.id)
        library = self.session.library

        def over() -> bool:
            return this != self._round

        steps: list[tuple[Callable[[], Any], Callable[[Any], None]]] = [
            (lambda: library.together(side), self.panel.show_companions),
            (lambda: self._find_questions(side, over), self.panel.ask),
        ]
        if side.person is not None:
            steps.append((lambda: self._find_doubts(side, over), self._doubt))

        def go_on() -> None:
            if over():
                return
            if not steps:
                self._considering = False
                self._consider()
                return
            find, show = steps.pop(0)

            def found(result: Any) -> None:
                if not over():
                    show(result)
                    go_on()

            self.session.background.run(find, found, lambda error: self._gave_up(this))

        go_on()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """What takes longer is not found out for nobody; a window that closes would wait for it."""
        super().hideEvent(event)
        if self._considering and not event.spontaneous():
            self._round += 1
            self._considering, self._reconsider, self._stale = False, True, True

    def _gave_up(self, this: int) -> None:
        """Whom it was about is no more, or another; the refresh that follows says so."""
        if this == self._round:
            self._considering = False
            self.panel.wanted = False

    def _find_questions(self, side: Side, cancelled: Callable[[], bool]) -> list[AskedSuggestion]:
        library = self.session.library
        found: list[AskedSuggestion] = []
        suggested = library.suggestions(side, cancelled=cancelled)
        for suggestion in filter(worth_asking, suggested):
            if len(found) == QUESTIONS:
                break
            other = suggestion.one if suggestion.other == side else suggestion.other
            faces = library.best_faces(other)
            if other.person is not None:
                person = library.person(other.person)
                found.append(AskedSuggestion(suggestion, other, faces, person.faces, name=person.name))
            elif other.cluster is None:
                found.append(AskedSuggestion(suggestion, other, faces, 1, photo=library.face(faces[0]).photo))
            elif (group := library.cluster(other.cluster)) is not None:
                found.append(AskedSuggestion(suggestion, other, faces, group.faces))
        return found

    def _find_doubts(self, side: Side, cancelled: Callable[[], bool]) -> list[Doubted]:
        library = self.session.library
        doubts = library.doubts(side.person, DOUBTS, cancelled=cancelled)
        names = {one: library.person(one).name for one in {doubt.instead for doubt in doubts} if one is not None}
        return [Doubted(doubt, None if doubt.instead is None else names[doubt.instead]) for doubt in doubts]

    def _doubt(self, doubted: list[Doubted]) -> None:
        self._doubted = doubted
        # A name that is being typed stays under its face; the refresh that follows shows what was found.
        if self.may_refresh():
            self._show_faces()
        else:
            self._stale = True

    def _answered(self, question: AskedSuggestion, same: bool) -> None:
        suggestion, library, place = question.suggestion, self.session.library, self._place
        # What is on its way was asked before this answer.
        self._round += 1
        self._considering, self._reconsider = False, True
        sides = (suggestion.one, suggestion.other)

        def merged(done: Done) -> None:
            if isinstance(place, ClusterPlace) and question.other.person is not None:
                self._went_to(place, done)

        if same:
            people = [side.person for side in sides if side.person is not None]
            clusters = [side.cluster for side in sides if side.cluster is not None]
            faces = [face for side in sides for face in side.faces]
            self.session.edits.run(lambda: library.merge(people, clusters, faces), merged, self._not_answered)
        else:
            self.session.edits.run(lambda: library.differ(*sides), None, self._not_answered)

    def _not_answered(self, error: Any) -> None:
        """Something stands in the way: it is said, and the question comes back as long as it is one."""
        self.session.background.failed.emit(error)
        self._consider()

    def _look(self, question: AskedSuggestion) -> None:
        other = question.other
        if question.photo is not None:
            self.open_photo(PhotoPlace(np.array([question.photo], np.int64), 0, question.faces[0]))
        elif other.person is not None:
            self.go.emit(PersonPlace(other.person))
        elif other.cluster is not None:
            self.go.emit(ClusterPlace(other.cluster))

    # What the user does

    def _switched(self, choice: int) -> None:
        self._stack.setCurrentIndex(choice)
        self.focus()

    def edit_name(self) -> None:
        """Of the selected faces where they have the keyboard, else of the person or group."""
        if self.of_faces.may_edit():
            self.of_faces.edit()
        else:
            self.header.edit_name()

    def _edited(self) -> None:
        self.focus()
        self._refresh_if_possible()

    def _named(self, typed: Typed) -> None:
        who = self._who
        if isinstance(who, Person):
            self._naming.rename(who, typed, lambda done: self._went_to(PersonPlace(who.id), done))
        elif who is not None:
            place = ClusterPlace(ClusterId(who.id))
            self._naming.name(Unnamed(clusters=[who.id], cover=who.cover), typed, lambda d: self._went_to(place, d))

    def _went_to(self, was: PersonPlace | ClusterPlace, done: Done) -> None:
        """A named group, or a merged person, is somebody else's page from here on."""
        if done.people and self._place == was and self.isVisible():
            self.instead.emit(PersonPlace(PersonId(done.people[0])))

    def _open_face(self, row: int) -> None:
        face = self.faces.face(row)
        rows = np.flatnonzero(self.photos.keys() == face.photo)
        if len(rows):
            self.open_photo(PhotoPlace(self.photos.keys(), int(rows[0]), face.id))

    def _face_menu(self, rows: Rows, where: QPoint) -> None:
        faces = [self.faces.face(row) for row in rows]
        face_menu(self, faces, self.of_faces.edit, self, self._place).popup(where)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The panel stands beside the photos where there is room, and below them where there is none."""
        super().resizeEvent(event)
        width = self.fontMetrics().averageCharWidth() * WIDTH
        beside = self.width() > 2.6 * width
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self.panel.setMinimumWidth(width if beside else 0)
        self.panel.setMaximumWidth(width if beside else WIDEST)
        self.panel.setMaximumHeight(WIDEST if beside else self.height() // 3)
