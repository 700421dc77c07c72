"""What a person does and sees on the Review page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.library import Library
from app.library.records import FaceFilter
from app.ui.pages.review import ReviewPage
from tests.ui.program import Program

Key = Qt.Key


def open_review(program: Program) -> None:
    program.wait(program.window.actions_.review.isEnabled)
    QTest.keyClick(program.window, Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: page(program).questions.is_settled())


def page(program: Program) -> ReviewPage:
    return program.window.review


def press(key: Qt.Key) -> None:
    """Where the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def undo(program: Program) -> None:
    """Where a name is asked for, letters are typed."""
    if page(program).card.answers.field() is None:
        press(Key.Key_Z)
    else:
        QTest.keyClick(program.name_edit(), Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def type_text(text: str) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, text)


def asked(program: Program) -> tuple[str, str | None]:
    """The photos of the group on screen, without their numbers, and the name beside it."""
    card = page(program).card
    assert card.isVisible()
    assert card.question is not None
    names = {Path(face.display).stem.rsplit(" ", 1)[0] for face in card.question.about.telling}
    assert len(names) == 1
    beside = card.question.who
    assert card.who.isVisible() == (beside is not None)
    return names.pop(), None if beside is None else beside.name


def everything_asked(program: Program) -> list[tuple[str, str | None]]:
    """Skips until the first comes again."""
    found: list[tuple[str, str | None]] = []
    while not found or asked(program) != found[0]:
        found.append(asked(program))
        press(Key.Key_Space)
    return found


def settled(program: Program) -> None:
    """Waits until the answers are in the library and what they bring about is known."""
    program.window.session.edits.settle()
    program.hear()
    program.wait(lambda: page(program).questions.is_settled())


def faces_of(library: Library, name: str) -> int:
    """Decided ones."""
    faces = library.faces(FaceFilter(person=library.find_person(name).id))
    return sum(face.person is not None for face in faces)


def named(library: Library) -> dict[str, int]:
    return {person.name: person.faces for person in library.people()}
