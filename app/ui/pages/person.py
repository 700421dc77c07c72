"""One person, or one group that has no name yet: who it is, and all photos or faces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout

from app.library.records import (
    Cluster,
    ClusterId,
    Done,
    Face,
    FaceFilter,
    FaceId,
    Person,
    PersonId,
    PhotoFilter,
    PhotoId,
)
from app.library.timeline import NOTHING, Timeline
from app.ui.delegates.face_cell import FaceDelegate
from app.ui.delegates.photo_cell import PhotoDelegate
from app.ui.face_menu import face_menu
from app.ui.models.faces import FacesModel
from app.ui.models.photos import PhotosModel
from app.ui.naming import Naming, Unnamed
from app.ui.pages.page import Page
from app.ui.places import ClusterPlace, PeoplePlace, PersonPlace, PhotoPlace
from app.ui.session import Session
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.name_edit import NameEdit, Typed
from app.ui.widgets.portrait import Portrait
from app.ui.widgets.ringed_button import RingedButton
from app.ui.widgets.switch import Switch
from app.ui.widgets.text import plain


@dataclass(frozen=True, slots=True)
class _Read:
    """What a refresh read: `who` is None when there is nobody left to show."""

    who: Person | Cluster | None
    photos: Timeline
    faces: list[Face]


class PersonPage(Page):
    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__(session)
        self._naming = naming
        self._place: PersonPlace | ClusterPlace | None = None
        self._who: Person | Cluster | None = None
        self._edit: NameEdit | None = None
        self._naming_faces: list[Face] = []
        self.photos = PhotosModel(session.library.photos, session.background, self)
        self.faces = FacesModel(self)
        self._photo_delegate = PhotoDelegate(session.images)
        self._face_delegate = FaceDelegate(session, lines=1, only_guesses=True)
        self.photo_grid = GridView(self.photos, self._photo_delegate)
        self.photo_grid.setAccessibleName(self.tr("Photos of this person"))
        self.face_grid = GridView(self.faces, self._face_delegate)
        self.face_grid.setAccessibleName(self.tr("Faces of this person"))
        self.photo_grid.opened.connect(lambda row: self.open_photo(PhotoPlace(self.photos.keys(), row)))
        self.face_grid.opened.connect(self._open_face)
        self.face_grid.menu_wanted.connect(self._face_menu)
        for grid in (self.photo_grid, self.face_grid):
            session.images.arrived.connect(grid.viewport().update)
        self.switch = Switch((self.tr("Photos"), self.tr("Faces")))
        self.switch.changed.connect(self._switched)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.photo_grid)
        self._stack.addWidget(self.face_grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._header())
        layout.addWidget(self._stack, 1)

    def _header(self) -> QHBoxLayout:
        self._portrait = Portrait(self.session.images, 5)
        self.name = RingedButton(flat=True)
        font = QFont(self.name.font())
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self.name.setFont(font)
        self.name.setToolTip(self.tr("Click to change the name"))
        self.name.setCursor(Qt.CursorShape.IBeamCursor)
        self.name.clicked.connect(lambda: self._edit_name([]))
        self._counts = QLabel()
        self._counts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._counts.setContentsMargins(8, 0, 0, 0)
        self._name_place = QVBoxLayout()
        self._name_place.setSpacing(2)
        self._name_place.addStretch()
        self._name_place.addWidget(self.name, 0, Qt.AlignmentFlag.AlignLeft)
        self._name_place.addWidget(self._counts)
        self._name_place.addStretch()
        header = QHBoxLayout()
        header.setContentsMargins(16, 12, 16, 12)
        header.setSpacing(12)
        header.addWidget(self._portrait)
        header.addLayout(self._name_place, 1)
        header.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignVCenter)
        return header

    def title(self) -> str:
        if isinstance(self._who, Person):
            return self._who.name
        return self.tr("Unnamed group")

    def show_place(self, place: PersonPlace | ClusterPlace) -> None:
        if place != self._place:
            self._end_edit()
            self._place = place
            self._who = None
            self.photos.fill(NOTHING)
            self.faces.fill([])
            self._show_who()
        self.refresh()

    def may_refresh(self) -> bool:
        return self._edit is None

    def refresh(self) -> None:
        place, library = self._place, self.session.library
        if place is None:
            return

        def read() -> _Read:
            if isinstance(place, PersonPlace):
                person = library.person(place.person)
                photos = library.timeline(PhotoFilter(any_of=(person.id,)))
                return _Read(person, photos, library.faces(FaceFilter(person=person.id)))
            cluster = library.cluster_id(place.cluster)
            who = next((group for group in library.clusters() if group.id == cluster), None)
            photos = library.timeline(PhotoFilter(cluster=cluster))
            return _Read(who, photos, library.faces(FaceFilter(cluster=cluster)))

        self.read(read, self._fill, lambda error: self._gone())

    def _gone(self) -> None:
        """Named, ignored or taken apart: nobody is here any more. Who went on elsewhere is not led away from there."""
        if self.isVisible():
            self.instead.emit(PeoplePlace())

    def _fill(self, read: _Read) -> None:
        if read.who is None:
            self._gone()
            return
        self._who = read.who
        self.photos.fill(read.photos)
        # The doubtful ones first, for hunting mistakes: those that nobody confirmed, then by quality.
        self.faces.fill(sorted(read.faces, key=lambda face: (face.person is not None, face.quality)))
        self._show_who()

    def _show_who(self) -> None:
        self.titled.emit()
        who = self._who
        self._portrait.show_face(who.cover if who is not None else None)
        named = isinstance(who, Person)
        self.name.setText(plain(who.name) if isinstance(who, Person) else self.tr("Who is this?"))
        self.name.setAccessibleName(self.tr("Name: %1").replace("%1", who.name) if isinstance(who, Person) else "")
        self.name.setEnabled(named or who is not None)
        if who is None:
            self._counts.clear()
        else:
            faces, photos = self.tr("%Ln face(s)", None, who.faces), self.tr("%Ln photo(s)", None, who.photos)
            self._counts.setText(self.tr("%1 in %2").replace("%1", faces).replace("%2", photos))

    def _switched(self, choice: int) -> None:
        self._stack.setCurrentIndex(choice)
        self.focus()

    def focus(self) -> None:
        (self.photo_grid if self.switch.chosen() == 0 else self.face_grid).setFocus()

    def edit_name(self) -> None:
        self._edit_name([])

    def _edit_name(self, faces: list[Face]) -> None:
        """Opens the field in the header: for the person or group shown, or for some faces of it."""
        if self._who is None or self._edit is not None:
            return
        self._naming_faces = faces
        text = self._who.name if isinstance(self._who, Person) and not faces else ""
        edit = self._edit = NameEdit(self.session, self, text)
        edit.setFont(self.name.font())
        edit.setMaximumWidth(self.fontMetrics().averageCharWidth() * 50)
        if faces:
            edit.setPlaceholderText(self.tr("Who are the %Ln selected face(s)?", None, len(faces)))
        edit.typed.connect(self._typed)
        edit.left.connect(self._end_edit)
        self._name_place.insertWidget(1, edit)
        self.name.hide()
        edit.show()
        edit.setFocus()

    def _end_edit(self) -> None:
        if self._edit is not None:
            edit, self._edit = self._edit, None
            edit.leave()
            edit.hide()
            edit.deleteLater()
            self.name.show()
            self.focus()
            self._refresh_if_possible()

    def _typed(self, typed: Typed, _: int) -> None:
        faces, who = self._naming_faces, self._who
        self._end_edit()
        if who is None:
            return
        if faces:
            ids: list[FaceId] = [face.id for face in faces]
            self._naming.name(Unnamed(faces=ids, cover=ids[0]), typed)
        elif isinstance(who, Person):
            self._naming.rename(who, typed, lambda done: self._went_to(PersonPlace(who.id), done))
        else:
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

    def seen_last(self, photo: PhotoId) -> None:
        self.photo_grid.select_key(photo)
        if (face := self.faces.face_on(photo)) is not None:
            self.face_grid.select_key(face.id)

    def _face_menu(self, rows: list[int], where: QPoint) -> None:
        faces = [self.faces.face(row) for row in rows]
        face_menu(self, faces, lambda: self._edit_name(faces), self, self._place).popup(where)
