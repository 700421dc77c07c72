"""What can be done with faces, the same wherever they are shown: in the viewer, with a person, in a search."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.library.records import Face, FaceKind, PersonId
from app.ui.pages.page import Page
from app.ui.places import ClusterPlace, PersonPlace
from app.ui.widgets.text import plain

CONTEXT = "FaceMenu"


def face_menu(page: Page, faces: Sequence[Face], name: Callable[[], None] | None, parent: QWidget) -> QMenu:
    """The menu for these faces. `name` opens the field to type a name into, None where there is no such place."""
    menu = QMenu(parent)
    ids = [face.id for face in faces]
    library, run = page.session.library, page.session.edits.run

    def add(text: str, call: Callable[[], object]) -> None:
        menu.addAction(plain(text)).triggered.connect(lambda: call())

    if any(face.kind is not FaceKind.FACE for face in faces):
        add(_tr("This is a face"), lambda: run(lambda: library.set_kind(ids, FaceKind.FACE)))
        return menu
    people = {(face.person or face.automatic, face.name or face.automatic_name) for face in faces}
    person, person_name = people.pop() if len(people) == 1 else (None, None)
    if person is not None and any(face.person is None for face in faces):
        sure: PersonId = person
        text = _tr("Yes, this is %1").replace("%1", str(person_name))
        add(text, lambda: run(lambda: library.name(str(person_name), faces=ids, person=sure)))
    if name is not None:
        add(_tr("Someone else…") if person is not None else _tr("Name…"), name)
    if person is not None:
        _add_person(page, menu, faces, person, str(person_name))
    if any(face.person is not None or face.cluster is not None for face in faces):
        add(_tr("Split off as a group of its own"), lambda: run(lambda: library.split(ids)))
    menu.addSeparator()
    add(_tr("Not a face"), lambda: run(lambda: library.set_kind(ids, FaceKind.NOT_A_FACE)))
    add(_tr("Ignore"), lambda: run(lambda: library.set_kind(ids, FaceKind.IGNORED)))
    if len(faces) == 1:
        face = faces[0]
        menu.addSeparator()
        add(_tr("Search for this face"), lambda: page.search_for.emit(face.id))
        if person is not None:
            there: PersonId = person
            add(_tr("Show %1").replace("%1", str(person_name)), lambda: page.go.emit(PersonPlace(there)))
        elif face.cluster is not None:
            cluster = face.cluster
            add(_tr("Show the whole group"), lambda: page.go.emit(ClusterPlace(cluster)))
    return menu


def _add_person(page: Page, menu: QMenu, faces: Sequence[Face], person: PersonId, name: str) -> None:
    library, run = page.session.library, page.session.edits.run
    ids = [face.id for face in faces]
    text = _tr("Not %1").replace("%1", name)
    menu.addAction(plain(text)).triggered.connect(lambda: run(lambda: library.reject(ids, person)))
    if len(faces) == 1:
        cover = _tr("Make this the cover of %1").replace("%1", name)
        menu.addAction(plain(cover)).triggered.connect(lambda: run(lambda: library.set_cover(person, ids[0])))


def _tr(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)
