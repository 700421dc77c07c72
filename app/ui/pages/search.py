"""Search by example: a picture that is dropped, pasted or chosen, or any face of the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.library.records import Face, FaceId, Match, PhotoId, Strictness
from app.library.thresholds import FALSE_MATCH_RATE
from app.ui.delegates.face_cell import FaceDelegate
from app.ui.face_menu import face_menu
from app.ui.models.faces import FacesModel
from app.ui.naming import Naming, Unnamed
from app.ui.pages.page import Page
from app.ui.places import PhotoPlace
from app.ui.session import Session
from app.ui.widgets.dropping import picture_in
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.icons import set_symbol
from app.ui.widgets.name_edit import NameEdit, Typed
from app.ui.widgets.probe_strip import ProbeStrip
from app.ui.widgets.switch import Switch
from app.work.jobs.find_person import Probe

# More than anybody looks through; the best come first.
MOST_RESULTS = 500
STRICTNESSES = (Strictness.LOOSE, Strictness.NORMAL, Strictness.STRICT)


@dataclass(frozen=True, slots=True)
class _Query:
    """`face` is the face of the library that is searched for, to leave it out of what is found."""

    vector: NDArray[np.float32]
    face: FaceId | None = None


class SearchPage(Page):
    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__(session)
        self._naming = naming
        self._probes: Sequence[Probe] = ()
        self._query: _Query | None = None
        self._similarities: dict[int, float] = {}
        self.model = FacesModel(self)
        self._delegate = FaceDelegate(session, lines=2)
        self._delegate.named.connect(self._named)
        self.grid = GridView(self.model, self._delegate)
        self.grid.setAccessibleName(self.tr("Faces found"))
        triggers = QAbstractItemView.EditTrigger
        self.grid.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.grid.opened.connect(self._open)
        self.grid.menu_wanted.connect(self._menu)
        self.grid.name_clicked.connect(self.grid.edit_row)
        self.grid.editing_ended.connect(self._refresh_if_possible)
        session.images.arrived.connect(self.grid.viewport().update)
        self._empty = EmptyState("search")
        self._content = Fallback(self.grid, self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header())
        layout.addWidget(self._content, 1)
        self._start_over()

    def _header(self) -> QWidget:
        self.choose = QPushButton(self.tr("Choose a picture…"))
        set_symbol(self.choose, "picture-add")
        self.choose.clicked.connect(self.choose_picture)
        self.paste_button = QPushButton(self.tr("Paste"))
        set_symbol(self.paste_button, "paste")
        self.paste_button.clicked.connect(self.paste)
        self.probes = ProbeStrip()
        self.probes.picked.connect(self._pick)
        self._status = QLabel(wordWrap=True)
        self._status.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.strictness = Switch((self.tr("Loose"), self.tr("Normal"), self.tr("Strict")))
        self.strictness.choose(1)
        self.strictness.changed.connect(lambda _: self._search())
        for number, strictness in enumerate(STRICTNESSES):
            one_in = self.locale().toString(round(1 / FALSE_MATCH_RATE[strictness]))
            text = self.tr("Of strangers' faces, about 1 in %1 is taken for this one.").replace("%1", one_in)
            self.strictness.button(number).setToolTip(text)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.paste_button)
        row.addSpacing(6)
        row.addWidget(self.probes, 1)
        row.addStretch()
        results = QHBoxLayout()
        results.addWidget(self._status, 1)
        results.addWidget(self.strictness, 0, Qt.AlignmentFlag.AlignVCenter)
        header = QWidget()
        column = QVBoxLayout(header)
        column.setContentsMargins(14, 8, 14, 8)
        column.addLayout(row)
        column.addLayout(results)
        return header

    def title(self) -> str:
        return self.tr("Search")

    def may_refresh(self) -> bool:
        return not self.grid.is_editing()

    def refresh(self) -> None:
        """Names change, likeness does not. A search that is not done yet is begun again."""
        library, similarities = self.session.library, self._similarities
        if similarities:
            self.read(
                lambda: library.faces_by_id(list(similarities)),
                lambda faces: self.model.fill(faces, [similarities[face.id] for face in faces]),
            )
        else:
            self._search()

    def search_picture(self, picture: Path | NDArray[np.uint8]) -> None:
        """Looks for faces in the picture, then for the only one, or asks which."""
        self._clear()
        self._empty.say(
            self.tr("Looking for faces in the picture…"), self.tr("The first time this takes some seconds.")
        )
        jobs = self.session.jobs

        found, failed = self.newest(
            self._found, lambda error: self._empty.say(self.tr("This picture cannot be used"), str(error))
        )
        jobs.search(lambda: jobs.make.find_faces(picture), found, failed)

    def search_face(self, face: FaceId) -> None:
        """Looks for a face of the library."""
        self._clear()
        library = self.session.library

        def found(read: tuple[NDArray[np.float32], bytes | None]) -> None:
            vector, portrait = read
            self.probes.show_portraits([portrait] if portrait else [], 0)
            self._query = _Query(vector, face)
            self._search()

        self.read(lambda: (library.vector(face), library.portrait(face)), found)

    def choose_picture(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a picture with the face to look for"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Pictures (*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp)"), self.tr("All files (*)")]
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self.search_picture(Path(file)))
        dialog.open()

    def paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        picture = picture_in(data)
        if picture is None:
            self.session.background.failed.emit(
                AppError(
                    self.tr("There is no picture to paste. Copy one in another program first, then paste it here.")
                )
            )
        else:
            self.search_picture(picture)

    def _clear(self) -> None:
        # What is typed on a face belongs to it, and the face goes.
        for edit in self.grid.findChildren(NameEdit):
            edit.leave()
        self._query, self._probes, self._similarities = None, (), {}
        self.probes.show_portraits([])
        self._status.clear()
        self.model.fill([])
        self._content.show_content(False)

    def _start_over(self) -> None:
        self._clear()
        self._empty.say(
            self.tr("Search by a face"),
            self.tr("Drop a picture here, paste one or choose a file. You can also right-click any face in Kinfolio."),
        )

    def _found(self, probes: list[Probe]) -> None:
        self._probes = probes
        if not probes:
            self._empty.say(
                self.tr("No face found in this picture"),
                self.tr("Try one where the face is larger or seen from the front."),
            )
            return
        only = 0 if len(probes) == 1 else -1
        self.probes.show_portraits([probe.portrait for probe in probes], only)
        if only == 0:
            self._pick(0)
        else:
            self._empty.say(
                self.tr("Which of these %Ln faces?", None, len(probes)), self.tr("Click one of the faces above.")
            )

    def _pick(self, number: int) -> None:
        if number < len(self._probes):
            self._query = _Query(self._probes[number].vector)
            self._search()

    def _strictness(self) -> Strictness:
        return STRICTNESSES[self.strictness.chosen()]

    def _search(self) -> None:
        query = self._query
        if query is None:
            return
        self._similarities = {}
        library, strictness = self.session.library, self._strictness()
        self.read(
            lambda: library.similar(query.vector, limit=MOST_RESULTS, strictness=strictness, leave_out=query.face),
            self._show,
        )

    def _show(self, matches: list[Match]) -> None:
        self._similarities = {match.face.id: match.similarity for match in matches}
        self.model.fill([match.face for match in matches], [match.similarity for match in matches])
        self._content.show_content(bool(matches))
        if not matches:
            self._status.clear()
            self._empty.say(
                self.tr("No face like this one"), self.tr("Choose “Loose” to see faces that are less alike.")
            )
            return
        people = {match.face.name for match in matches if match.face.name}
        found = self.tr("%Ln face(s) found", None, len(matches))
        self._status.setText(found if not people else f"{found}  ·  {', '.join(sorted(people)[:4])}")

    def _open(self, row: int) -> None:
        photos = dict.fromkeys(face.photo for face in self.model.faces())
        face = self.model.face(row)
        ids = np.array(list(photos), np.int64)
        self.open_photo(PhotoPlace(ids, int(np.flatnonzero(ids == face.photo)[0]), face.id))

    def seen_last(self, photo: PhotoId) -> None:
        if (face := self.model.face_on(photo)) is not None:
            self.grid.select_key(face.id)

    def _named(self, face: Face, typed: Typed) -> None:
        chosen = [self.model.face(number) for number in self.grid.selected_rows()]
        faces = chosen if face in chosen else [face]
        if typed.text != face.name or typed.person is not None or typed.new or len(faces) > 1:
            self._naming.name(Unnamed(faces=[one.id for one in faces], cover=face.id, guess=face.automatic), typed)

    def _menu(self, rows: list[int], where: QPoint) -> None:
        faces = [self.model.face(row) for row in rows]
        face_menu(self, faces, lambda: self.grid.edit_row(rows[0]), self).popup(where)
