"""Faces like one face: of a picture that was dropped, pasted or chosen, or of the library."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.errors import AppError
from app.library.records import Face, FaceId, Match, PhotoId
from app.ui.delegates.face_cell import FaceDelegate
from app.ui.dialogs.opening import open_dialog
from app.ui.face_menu import face_menu
from app.ui.models.alike import MOST_SHOWN, Alike, Query, compare, read_again
from app.ui.models.faces import FacesModel
from app.ui.models.grid_model import Rows
from app.ui.naming import Naming, Unnamed
from app.ui.pages.page import Page
from app.ui.phrases import said
from app.ui.places import PhotoPlace
from app.ui.session import Session
from app.ui.widgets.dropping import Held, look_into
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.found_bar import FoundBar
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.icons import set_symbol
from app.ui.widgets.name_edit import NameEdit, Typed
from app.ui.widgets.probe_picture import ProbePicture
from app.ui.widgets.probe_strip import ProbeStrip
from app.work.jobs.find_person import FacesFound, Probe
from app.work.walk import PICTURE_SUFFIXES

MOST_NAMES = 4


class FaceSearch(Page):
    """`export` carries the ids of photos that are to be copied to a folder."""

    export = Signal(object)

    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__(session)
        self._naming = naming
        self._probes: Sequence[Probe] = ()
        self._query: Query | None = None
        self._found: Alike | None = None
        self._searching: Future[Alike] | None = None
        # What was found before stays in sight while a picture is looked at.
        self._looking = False
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
        session.hidden.changed.connect(self._hidden_changed)
        self.picture = ProbePicture()
        self.picture.picked.connect(self._picked_in_picture)
        self._empty = EmptyState("search")
        self._content = Fallback(self.grid, self._empty)
        self._content.addWidget(self.picture)
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
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.paste_button)
        row.addSpacing(6)
        row.addWidget(self.probes, 1)
        row.addStretch()
        header = QWidget()
        column = QVBoxLayout(header)
        column.setContentsMargins(14, 8, 14, 8)
        column.addLayout(row)
        column.addWidget(self._make_bar())
        return header

    def _make_bar(self) -> QWidget:
        bar = self._bar = FoundBar()
        self._status, self.likeness, self.show_picture = bar.status, bar.likeness, bar.show_picture
        self.name_button, self.copy_button = bar.name_button, bar.copy_button
        self.name_button.clicked.connect(self._name_selected)
        self.copy_button.clicked.connect(lambda: self.export.emit(self._photos()))
        self.show_picture.toggled.connect(self._show_content)
        self.likeness.changed.connect(lambda _: self._show_found())
        self.grid.selectionModel().selectionChanged.connect(lambda *_: self._enable_naming())
        return bar

    def title(self) -> str:
        return self.tr("Search")

    def focus(self) -> None:
        shown = self._content.currentWidget()
        if shown is self.picture:
            self.picture.focus_best()
        else:
            (self.grid if shown is self.grid else self.choose).setFocus()

    def may_refresh(self) -> bool:
        return not self.grid.is_editing()

    def refresh(self) -> None:
        """A search that is not done yet is begun again."""
        library, query, found = self.session.library, self._query, self._found
        if query is None:
            # Nothing is searched for, or what, is only being found out.
            return
        if self._searching is not None and not self._searching.done():
            # It takes seconds among a million faces, in which a scan writes several times.
            self._stale = True
        elif found is None or not found.matches:
            self._search()
        else:
            self.read(lambda: read_again(library, query, found), self._arrived)

    def search_picture(self, picture: Path | NDArray[np.uint8]) -> None:
        """Looks for faces in the picture, then for the only one, or asks which."""
        self._begin()
        self._looking = True
        looking = self.tr("Looking for faces in the picture…"), self.tr("The first time this takes some seconds.")
        self._empty.say(*looking)
        self._status.setText(" ".join(looking))
        jobs = self.session.jobs
        found, failed = self.newest(self._looked, self._failed)
        jobs.search(lambda: jobs.make.find_faces(picture), found, failed)

    def search_face(self, face: FaceId) -> None:
        """Looks for a face of the library."""
        self._begin()
        library = self.session.library

        def found(vector: NDArray[np.float32]) -> None:
            query = self._query = Query(vector, face)
            self._search()
            # A lost one is made from its photo, which may lie on a drive that does not answer, or that is gone. What is
            # found stands without it.
            self.session.files.run(
                lambda: library.portrait(face), lambda portrait: self._show_probe(query, portrait), lambda error: None
            )

        show, fail = self.newest(found, self._failed)
        self.session.background.run(lambda: library.vector(face), show, fail)

    def _show_probe(self, query: Query, portrait: bytes | None) -> None:
        if query is self._query and portrait is not None:
            self.probes.show_portraits([portrait], 0)

    def choose_picture(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a picture with the face to look for"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        suffixes = " ".join(f"*{suffix.decode()}" for suffix in sorted(PICTURE_SUFFIXES))
        dialog.setNameFilters([self.tr("Pictures (%1)").replace("%1", suffixes), self.tr("All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self.search_picture(Path(file)))
        open_dialog(dialog)

    def paste(self) -> None:
        look_into(QGuiApplication.clipboard().mimeData(), self.session.files, self._search_for)

    def _search_for(self, pasted: Held) -> None:
        if pasted.picture is None:
            self.session.background.failed.emit(
                AppError(
                    self.tr("There is no picture to paste. Copy one in another program first, then paste it here.")
                )
            )
        else:
            self.search_picture(pasted.picture)

    # What is searched for

    def _begin(self) -> None:
        """Another search: what was found before stays in sight until there is something else to show."""
        # What is typed on a face belongs to it, and the face goes.
        for edit in self.grid.findChildren(NameEdit):
            edit.leave()
        self._query, self._probes, self._looking = None, (), False
        self.probes.show_portraits([])
        self.show_picture.setChecked(False)
        self.show_picture.hide()

    def _start_over(self) -> None:
        self._begin()
        self._forget()
        self._empty.say(
            self.tr("Search by a face"),
            self.tr("Drop a picture here, paste one or choose a file. You can also right-click any face in Kinfolio."),
        )

    def _forget(self) -> None:
        self._found = None
        self.model.fill([])
        self._bar.hide()
        self._show_content()

    def _failed(self, error: AppError) -> None:
        self._looking = False
        self._forget()
        self._empty.say(self.tr("This search is not possible"), said(str(error)))

    def _looked(self, found: FacesFound) -> None:
        self._looking = False
        probes = self._probes = found.probes
        if not probes:
            self._forget()
            self._empty.say(
                self.tr("No face found in this picture"),
                self.tr("Try one where the face is larger or seen from the front."),
            )
        elif len(probes) == 1:
            self.probes.show_portraits([probes[0].portrait], 0)
            self._pick(0)
        else:
            self.probes.show_portraits([probe.portrait for probe in probes])
            best = max(range(len(probes)), key=lambda number: probes[number].worth)
            self.picture.show_picture(found.picture, [probe.box for probe in probes], best)
            self._forget()
            self.show_picture.show()
            self.show_picture.setChecked(True)
            self.focus()

    def _picked_in_picture(self, number: int) -> None:
        button = self.probes.button(number)
        if button.isChecked():
            self.show_picture.setChecked(False)
        else:
            button.setChecked(True)

    def _pick(self, number: int) -> None:
        if number < len(self._probes):
            self.show_picture.setChecked(False)
            self._query = Query(self._probes[number].vector)
            self._search()

    # What was found

    def _search(self) -> None:
        query, library = self._query, self.session.library
        if query is None:
            return
        # Names that change meanwhile are no reason to show what was found for another face.
        self._found = None
        self._status.setText(self.tr("Comparing with every face…"))
        self._empty.say(self.tr("Comparing with every face…"), "")
        self._searching = self.read(lambda: compare(library, query), self._arrived, self._failed)

    def _arrived(self, found: Alike) -> None:
        self._found = found
        self._show_found()
        self._refresh_if_possible()

    def _show_found(self) -> None:
        """Those in sight that are as alike as the slider says."""
        if self._found is None:
            return
        found, lowest = self._found, self._found.cosines[self.likeness.step()]
        unseen = set() if self.session.hidden.shown else found.hidden
        in_sight = [match for match in found.matches if match.face.id not in unseen][:MOST_SHOWN]
        matches = [match for match in in_sight if match.similarity >= lowest]
        hidden = sum(match.similarity >= lowest and match.face.id in unseen for match in found.matches)
        self.model.fill([match.face for match in matches], [match.similarity for match in matches])
        self._bar.show()
        self.copy_button.setEnabled(bool(matches))
        self._enable_naming()
        if not self._looking:
            self._status.setText(self._in_words(matches, hidden))
        self._empty.say(*self._why_empty(len(in_sight), hidden))
        self._show_content()

    def _hidden_changed(self) -> None:
        self._stale = True
        self._refresh_if_possible()

    def _why_empty(self, less_alike: int, hidden: int) -> tuple[str, str]:
        if hidden:
            text = self.tr("View > Hidden people shows %Ln face(s) like this one.", None, hidden)
            return self.tr("Only hidden faces found"), text
        title = self.tr("No face like this one")
        if less_alike:
            text = self.tr("Move the slider towards “Loose” to see %Ln face(s) that are less alike.", None, less_alike)
            return title, text
        return title, self.tr("Nobody in this library is like this face.")

    def _in_words(self, matches: Sequence[Match], hidden: int) -> str:
        if len(matches) == MOST_SHOWN:
            found = self.tr("The %Ln most alike face(s)", None, len(matches))
        else:
            found = self.tr("%Ln face(s) found", None, len(matches))
        names = list(dict.fromkeys(match.face.name for match in matches if match.face.name))
        more = ["…"] if len(names) > MOST_NAMES else []
        who = [", ".join([*names[:MOST_NAMES], *more])] if names else []
        left_out = [self.tr("%Ln hidden", None, hidden)] if hidden else []
        return "  ·  ".join([found, *who, *left_out])

    def _show_content(self) -> None:
        if self.show_picture.isChecked():
            self._content.setCurrentWidget(self.picture)
        else:
            self._content.show_content(self.model.rowCount() > 0)

    def _enable_naming(self) -> None:
        self.name_button.setEnabled(self.grid.selectionModel().hasSelection())

    def _open(self, row: int) -> None:
        photos = dict.fromkeys(face.photo for face in self.model.faces())
        face = self.model.face(row)
        ids = np.array(list(photos), np.int64)
        self.open_photo(PhotoPlace(ids, int(np.flatnonzero(ids == face.photo)[0]), face.id))

    def seen_last(self, photo: PhotoId) -> None:
        if (face := self.model.face_on(photo)) is not None:
            self.grid.select_key(face.id)

    def _name_selected(self) -> None:
        if rows := self.grid.selected_rows():
            self.grid.setFocus()
            self.grid.edit_row(rows[0])

    def _named(self, face: Face, typed: Typed) -> None:
        chosen = [self.model.face(number) for number in self.grid.selected_rows()]
        faces = chosen if face in chosen else [face]
        if typed.text != face.name or typed.person is not None or typed.new or len(faces) > 1:
            what = Unnamed(faces=[one.id for one in faces], cover=face.id, guess=face.automatic)
            # Here nothing shows whose face it was.
            self._naming.name(what, typed, tell=any(one.person is not None for one in faces))

    def _photos(self) -> NDArray[np.int64]:
        """Of the selected faces, or else of all; each once."""
        rows = self.grid.selected_rows() or range(self.model.rowCount())
        return np.array(list(dict.fromkeys(self.model.face(row).photo for row in rows)), np.int64)

    def _menu(self, rows: Rows, where: QPoint) -> None:
        faces = [self.model.face(row) for row in rows]
        name = self.grid.later(rows, lambda now: self.grid.edit_row(now[0]))
        menu, photos = face_menu(self, faces, name, self), self._photos()
        copy = menu.addAction(self.tr("Copy the photos to a folder…"))
        copy.triggered.connect(lambda: self.export.emit(photos))
        menu.popup(where)
