"""The menu of faces: it goes when it closes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.library.records import FaceKind
from app.ui.face_menu import face_menu
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
