"""The menu of faces: it goes when it closes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.library.records import FaceKind
from app.ui.face_menu import face_menu
from app.ui.places import ClusterPlace, PersonPlace, Place
from tests.ui.program import Program


def test_menus_that_were_closed_are_gone(program: Program) -> None:
    page, face = program.window.person, program.library.faces()[0]
    for _ in range(5):
        menu = face_menu(page, [face], None, page)
        menu.popup(program.window.mapToGlobal(QPoint(50, 50)))
        program.wait(menu.isVisible)
        QTest.keyClick(menu, Qt.Key.Key_Escape)
    program.wait(lambda: not page.findChildren(QMenu))


def test_what_was_chosen_from_the_menu_still_happens(program: Program) -> None:
    page, face = program.window.person, program.library.faces()[0]
    menu = face_menu(page, [face], None, page)
    menu.popup(program.window.mapToGlobal(QPoint(50, 50)))
    action = next(action for action in menu.actions() if action.text() == "Not a face")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    program.wait(lambda: program.library.face(face.id).kind is FaceKind.NOT_A_FACE)


def test_the_place_that_is_shown_is_not_offered(program: Program) -> None:
    def offered(place: Place) -> list[str]:
        program.window.go(place)
        page = program.window.person
        program.wait(lambda: page.faces.rowCount() == 6)
        page._face_menu([0], program.window.mapToGlobal(QPoint(50, 50)))
        menu = next(menu for menu in page.findChildren(QMenu) if menu.isVisible())
        texts = [action.text() for action in menu.actions()]
        menu.close()
        return texts

    group = program.library.clusters()[0].id
    assert not any(text.startswith("Show") for text in offered(ClusterPlace(group)))
    anna = program.library.name("Anna", clusters=[group]).result().people[0]
    assert not any(text.startswith("Show") for text in offered(PersonPlace(anna)))
    elsewhere = face_menu(program.window.viewer, [program.window.person.faces.face(0)], None, program.window.viewer)
    assert "Show Anna" in [action.text() for action in elsewhere.actions()]
    elsewhere.close()
