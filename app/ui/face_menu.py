"""What can be done with faces, the same wherever they are shown: in the viewer, with a person, in a search."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMenu, QWidget

from app.library.records import Face, FaceKind, PersonId
from app.ui.pages.page import Page
from app.ui.places import ClusterPlace, PersonPlace, Place
from app.ui.widgets.text import plain

# Its literal first argument is what pyside6-lupdate reads.
translate = QCoreApplication.translate


def face_menu(
    page: Page, faces: Sequence[Face], name: Callable[[], None] | None, parent: QWidget, here: Place | None = None
) -> QMenu:
    """The menu for these faces. `name` opens the field to type a name into, None where there is no such place.

    `here` is the place that is shown, which is not offered to go to.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    ids = [face.id for face in faces]
    library, run = page.session.library, page.session.edits.run

    def add(text: str, call: Callable[[], object]) -> None:
        menu.addAction(plain(text)).triggered.connect(lambda: call())

    if any(face.kind is not FaceKind.FACE for face in faces):
        add(translate("FaceMenu", "This is a face"), lambda: run(lambda: library.set_kind(ids, FaceKind.FACE)))
        return menu
    people = {(face.person or face.automatic, face.name or face.automatic_name) for face in faces}
    person, person_name = people.pop() if len(people) == 1 else (None, None)
    # Who was named with their group was perhaps never looked at.
    if person is not None and any(face.person is None or face.by_group for face in faces):
        sure: PersonId = person
        text = translate("FaceMenu", "Yes, this is %1").replace("%1", str(person_name))
        add(text, lambda: run(lambda: library.name(str(person_name), faces=ids, person=sure)))
    if name is not None:
        add(translate("FaceMenu", "Someone else…") if person is not None else translate("FaceMenu", "Name…"), name)
    if person is not None:
        _add_person(page, menu, faces, person, str(person_name))
    if any(face.person is not None or face.cluster is not None for face in faces):
        add(translate("FaceMenu", "Split off as a group of its own"), lambda: run(lambda: library.split(ids)))
    menu.addSeparator()
    if len(faces) == 1 and faces[0].origin != "detector":
        if faces[0].origin == "file":
            delete = translate("FaceMenu", "Delete this face that a photo file marked")
        else:
            delete = translate("FaceMenu", "Delete this drawn face")
        add(delete, lambda: run(lambda: library.remove_drawn(ids[0])))
    else:
        add(translate("FaceMenu", "Not a face"), lambda: run(lambda: library.set_kind(ids, FaceKind.NOT_A_FACE)))
    add(translate("FaceMenu", "Ignore"), lambda: run(lambda: library.set_kind(ids, FaceKind.IGNORED)))
    if len(faces) == 1:
        face = faces[0]
        menu.addSeparator()
        add(translate("FaceMenu", "Search for this face"), lambda: page.search_for.emit(face.id))
        there: Place | None = None
        if person is not None:
            there, text = PersonPlace(person), translate("FaceMenu", "Show %1").replace("%1", str(person_name))
        elif face.cluster is not None:
            there, text = ClusterPlace(face.cluster), translate("FaceMenu", "Show the whole group")
        if there is not None and there != here:
            add(text, lambda: page.go.emit(there))
    return menu


def _add_person(page: Page, menu: QMenu, faces: Sequence[Face], person: PersonId, name: str) -> None:
    library, run = page.session.library, page.session.edits.run
    ids = [face.id for face in faces]
    text = translate("FaceMenu", "Not %1").replace("%1", name)
    menu.addAction(plain(text)).triggered.connect(lambda: run(lambda: library.reject(ids, person)))
    if len(faces) == 1:
        cover = translate("FaceMenu", "Make this the cover of %1").replace("%1", name)
        menu.addAction(plain(cover)).triggered.connect(lambda: run(lambda: library.set_cover(person, ids[0])))
