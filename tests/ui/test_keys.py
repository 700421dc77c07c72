"""The list of keys tells what is: each shortcut of an action, and what the pages say of themselves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.dialogs.keys import KeysDialog
from tests.ui.program import Program


@pytest.fixture
def dialog(program: Program) -> KeysDialog:
    QTest.keyClick(program.window, Qt.Key.Key_F1)
    return program.dialog(KeysDialog)


def sections(dialog: KeysDialog) -> dict[str, list[tuple[str, str]]]:
    root = dialog.tree.invisibleRootItem()
    items = [root.child(row) for row in range(root.childCount())]
    return {
        item.text(0): [(item.child(row).text(1), item.child(row).text(0)) for row in range(item.childCount())]
        for item in items
    }


def test_f1_lists_each_shortcut_with_what_it_does(program: Program, dialog: KeysDialog) -> None:
    wanted = [action for action in program.window.actions() if not action.shortcut().isEmpty()]
    assert len(wanted) > 15
    native = QKeySequence.SequenceFormat.NativeText
    assert sections(dialog)["Everywhere"] == [(one.shortcut().toString(native), one.iconText()) for one in wanted]
    assert ("Ctrl+,", "Settings") in sections(dialog)["Everywhere"]
    dialog.reject()


def test_undo_is_listed_as_what_it_is_and_not_as_what_it_would_undo(program: Program) -> None:
    program.library.name("Ada", clusters=[program.library.clusters()[0].id]).result()
    program.wait(lambda: "Ada" in program.window.actions_.undo.text())
    program.window.actions_.keys.trigger()
    dialog = program.dialog(KeysDialog)
    assert ("Ctrl+Z", "Undo") in sections(dialog)["Everywhere"]
    dialog.reject()


def test_a_long_name_is_cut_in_the_menu_and_whole_in_the_tool_tip(program: Program) -> None:
    name = f"Wilhelmina & {'Alexandrina ' * 20}von Hohenberg"
    program.library.name(name, clusters=[program.library.clusters()[0].id]).result()
    undo = program.window.actions_.undo
    program.wait(lambda: undo.text().startswith("Undo: Name Wilhelmina && "))
    assert "…" in undo.text()
    assert undo.text().endswith("von Hohenberg")
    assert len(undo.text()) < 60
    assert undo.toolTip() == f"Undo: Name {name}"


def test_pages_that_have_keys_of_their_own_are_listed_and_others_not(program: Program, dialog: KeysDialog) -> None:
    pages = dict.fromkeys(program.window._page_of.values())
    expected = {page.title(): page.keys() for page in pages if page.keys()}
    found = sections(dialog)
    del found["Everywhere"]
    assert found == expected
    # Singly, so that a page which forgets its keys is missed.
    assert {key for key, _ in found["Review"]} >= {"Return", "S", "Space", "Z"}
    assert {key for key, _ in found[program.window.viewer.title()]} >= {"B", "I", "N"}
    assert {"Statistics", "People", "Review", "Search"} <= found.keys()
    dialog.reject()


def test_the_list_is_read_and_left_with_the_keys(program: Program, dialog: KeysDialog) -> None:
    program.wait(dialog.tree.hasFocus)
    QTest.keyClick(dialog.tree, Qt.Key.Key_Down)
    current = dialog.tree.currentItem()
    assert current is not None
    assert current.text(1) == sections(dialog)["Everywhere"][0][0]
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    program.wait(lambda: program.window.findChild(KeysDialog) is None)
