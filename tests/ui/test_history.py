"""The history: every step of the library, each can be taken back alone, also after later ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.library.records import HistoryEntry, Side
from app.ui.delegates.step import MARGIN, SIDE
from app.ui.models.grid_model import Role
from app.ui.models.images import Shape
from app.ui.models.steps import PAGE, Found, StepsModel
from app.ui.places import HistoryPlace, PeoplePlace
from app.ui.widgets.steps import Steps
from tests.ui.program import Program

Key = Qt.Key


@pytest.fixture
def named(program: Program) -> Program:
    """Anna and Berta have names, and the history is shown."""
    for name in ("Anna", "Berta"):
        program.library.name(name, clusters=[program.library.clusters()[0].id]).result()
    QTest.keyClick(program.window, Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert program.window.place() == HistoryPlace()
    program.wait(lambda: labels(program) == ["Name Berta", "Name Anna"])
    return program


def steps(program: Program) -> Steps:
    return program.window.history.steps


def told(program: Program, role: int = Qt.ItemDataRole.DisplayRole) -> list[str]:
    model = steps(program).model
    return [str(model.index(row).data(role) or "") for row in range(model.rowCount())]


def labels(program: Program) -> list[str]:
    return told(program)


def states(program: Program) -> list[str]:
    """What has become of each step, without its time."""
    return [detail.partition(" · ")[2] for detail in told(program, Role.DETAIL)]


def choose(program: Program, row: int) -> None:
    """Selects a step with the arrow keys and waits until it is known whether it can be taken back."""
    view = steps(program).list
    QTest.keyClick(view, Key.Key_Home)
    for _ in range(row):
        QTest.keyClick(view, Key.Key_Down)
    assert view.currentIndex().row() == row
    program.wait(lambda: steps(program).take_back.isEnabled() or bool(steps(program).reason.text()))


def test_steps_tell_what_was_done_and_when(named: Program) -> None:
    assert all(str(datetime.now().astimezone().year)[2:] in when for when in told(named, Role.DETAIL))
    assert steps(named).list.hasFocus()


def test_steps_show_the_faces_they_were_about(named: Program) -> None:
    model, library = steps(named).model, named.library
    anna, berta = (library.find_person(name) for name in ("Anna", "Berta"))
    named.wait(lambda: all(len(model.index(row).data(Role.FACES)) == 3 for row in range(2)))
    shown = model.index(1).data(Role.FACES)
    assert {library.face(face).person for face in shown} == {anna.id}
    library.merge([anna.id, berta.id]).result()
    named.wait(lambda: labels(named)[0] == "Merge Berta into Anna")
    named.wait(lambda: len(model.index(0).data(Role.FACES)) == 2)
    view = steps(named).list
    images = named.window.session.images
    side = round(view.fontMetrics().height() * SIDE * view.devicePixelRatioF())
    named.wait(lambda: all(images.portrait(face, side, Shape.CIRCLE) is not None for face in shown))
    picture = images.portrait(shown[0], side, Shape.CIRCLE)
    assert picture is not None
    place = view.visualRect(model.index(2)).topLeft() + QPoint(MARGIN + side // 2, MARGIN + side // 2)
    assert view.viewport().grab().toImage().pixelColor(place) == picture.pixelColor(side // 2, side // 2)


def test_steps_are_told_in_words_without_numbers_of_groups_and_faces(named: Program) -> None:
    library = named.library
    one, other = (group.id for group in library.clusters()[:2])
    library.differ(Side(cluster=one), Side(cluster=other)).result()
    library.differ(Side(person=library.find_person("Anna").id), Side(cluster=one)).result()
    library.merge([library.find_person("Berta").id], [other]).result()
    expected = [
        "Merge an unnamed group into Berta",
        "Tell Anna and an unnamed group apart",
        "Tell two unnamed groups apart",
    ]
    named.wait(lambda: labels(named)[:3] == expected)
    assert not [text for text in told(named, Qt.ItemDataRole.ToolTipRole) if re.search("[0-9]", text)]
    # In the menu and in the message as well.
    assert named.window.actions_.undo.text() == f"Undo: {expected[0]}"


def test_a_merge_is_taken_back_after_later_edits(named: Program) -> None:
    library = named.library
    anna, berta = (library.find_person(name) for name in ("Anna", "Berta"))
    library.merge([anna.id, berta.id]).result()
    library.set_favourite(anna.id, True).result()
    library.rename(anna.id, "Anne").result()
    named.wait(lambda: len(labels(named)) == 5)
    choose(named, 2)
    named.wait(lambda: labels(named)[2] == "Merge Berta into Anna")
    named.wait(steps(named).take_back.isEnabled)
    QTest.keyClick(steps(named).list, Key.Key_Delete)
    named.wait(lambda: len(labels(named)) == 6)
    people = {person.name: (person.faces, person.favourite) for person in library.people()}
    assert people == {"Anne": (anna.faces, True), "Berta": (berta.faces, False)}
    named.wait(lambda: states(named)[3] == "Taken back")
    # The step that is looked at stays the same one, and says why it cannot be taken back twice.
    assert steps(named).list.currentIndex().row() == 3
    named.wait(lambda: "taken back already" in steps(named).reason.text())
    assert not steps(named).take_back.isEnabled()


def test_a_step_that_others_build_on_says_which(named: Program) -> None:
    library = named.library
    anna, berta = (library.find_person(name).id for name in ("Anna", "Berta"))
    library.merge([anna, berta]).result()
    named.wait(lambda: len(labels(named)) == 3)
    choose(named, 1)
    named.wait(lambda: "Merge Berta into Anna" in steps(named).reason.text())
    assert not steps(named).take_back.isEnabled()
    QTest.keyClick(steps(named).list, Key.Key_Delete)
    named.window.session.edits.settle()
    assert len(library.history()) == 3


def test_undo_and_redo_show_in_the_list(named: Program) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(named.window, Key.Key_Z, control)
    named.wait(lambda: states(named) == ["Undone", ""])
    assert steps(named).model.is_without_effect(0)
    QTest.keyClick(named.window, Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    named.wait(lambda: states(named) == ["", ""])


def test_what_was_undone_goes_when_something_else_is_done(named: Program) -> None:
    QTest.keyClick(named.window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    named.wait(lambda: states(named) == ["Undone", ""])
    choose(named, 1)
    named.library.set_favourite(named.library.find_person("Anna").id, True).result()
    named.wait(lambda: labels(named) == ["Make Anna a favourite", "Name Anna"])
    assert steps(named).list.currentIndex().row() == 1


def test_taking_back_can_itself_be_undone_from_the_message(named: Program) -> None:
    choose(named, 1)
    QTest.mouseClick(steps(named).take_back, Qt.MouseButton.LeftButton)
    named.wait(lambda: [person.name for person in named.library.people()] == ["Berta"])
    named.wait(lambda: named.window.messages.text == "Taken back: Name Anna")
    named.window.actions_.undo.trigger()
    named.wait(lambda: len(named.library.people()) == 2)


def test_the_keyboard_stays_in_the_history_where_a_step_is_taken_back(named: Program) -> None:
    choose(named, 1)
    button = steps(named).take_back
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Key.Key_Space)
    named.wait(lambda: named.window.messages.text == "Taken back: Name Anna")
    named.wait(lambda: len(labels(named)) == 3)
    assert steps(named).list.hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Home)
    assert steps(named).list.currentIndex().row() == 0


def test_who_comes_back_to_the_history_is_at_the_newest_step(named: Program) -> None:
    choose(named, 1)
    named.window.go(PeoplePlace())
    named.library.set_favourite(named.library.find_person("Anna").id, True).result()
    named.window.go(HistoryPlace())
    named.wait(lambda: labels(named)[0] == "Make Anna a favourite")
    named.wait(lambda: steps(named).list.currentIndex().row() == 0)
    named.wait(steps(named).take_back.isEnabled)
    QTest.keyClick(steps(named).list, Key.Key_Delete)
    named.wait(lambda: not named.library.find_person("Anna").favourite)


def test_a_step_speaks_and_every_control_has_a_name(named: Program) -> None:
    page = named.window.history
    nameless = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []
    QTest.keyClick(named.window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    named.wait(lambda: states(named) == ["Undone", ""])
    spoken = steps(named).model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Name Berta, Undone, ")


def test_a_library_without_history_says_what_will_be_there(program: Program) -> None:
    program.window.go(HistoryPlace())
    program.wait(lambda: program.window.history.isVisible())
    program.settle()
    assert not steps(program).isVisible()


def test_steps_are_read_in_pages_and_only_those_that_are_shown(qtbot: object) -> None:
    read: list[list[int]] = []

    def entries(ids: list[int]) -> list[HistoryEntry]:
        return [HistoryEntry(number, datetime.now().astimezone(), f"Step {number}", False, False) for number in ids]

    def ask(ids: Sequence[int], then: Callable[[Found], None]) -> None:
        read.append(list(ids))
        then((entries(list(ids)), {}))

    model = StepsModel(ask)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.fill(np.arange(300, 0, -1, dtype=np.int64))
    assert model.rowCount() == 300
    read.clear()
    model.fill(np.arange(300, 0, -1, dtype=np.int64))
    assert model.index(150).data() == "Step 150"
    assert model.index(160).data() == "Step 140"
    assert [len(ids) for ids in read if 150 in ids] == [PAGE]
    # Steps come and go at the top, and the oldest are cleared away.
    for ids in (np.arange(305, 0, -1), np.arange(290, 0, -1), np.arange(300, 50, -1), np.arange(3, 0, -1)):
        model.fill(ids.astype(np.int64))
        assert model.rowCount() == len(ids)
        assert model.index(1).data() == f"Step {ids[1]}"
    del tester
