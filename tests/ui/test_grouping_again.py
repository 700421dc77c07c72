"""Grouping again from the menu: what would change is shown first, done only when wanted, and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.library.records import Strictness
from app.ui.dialogs.group_again import GroupAgainDialog
from tests.ui.program import Program


def test_what_would_change_is_shown_and_done_only_when_wanted(start: Callable[..., Program], ungrouped: Path) -> None:
    program = start(ungrouped)
    program.window.actions_.group[Strictness.NORMAL].trigger()
    dialog = program.dialog(GroupAgainDialog)
    assert "4 new groups" in dialog.informativeText()
    assert "15 faces would go to another group" in dialog.informativeText()
    program.press(dialog, "Cancel")
    assert program.library.clusters() == []
    program.window.actions_.group[Strictness.NORMAL].trigger()
    program.press(program.dialog(GroupAgainDialog), "Group")
    program.wait(lambda: len(program.library.clusters()) == 4)
    program.window.commands.group(Strictness.NORMAL)
    program.wait(lambda: "change nothing" in program.window.messages.text)
    program.library.undo().result()
    assert program.library.clusters() == []


def test_where_no_group_changes_there_is_only_something_to_close(program: Program) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 1)
    assert program.library.strictness() is not Strictness.STRICT
    program.window.actions_.group[Strictness.STRICT].trigger()
    dialog = program.dialog(GroupAgainDialog)
    assert dialog.text().startswith("No group changes now.")
    assert [button.text().replace("&", "") for button in dialog.buttons()] == ["Close"]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    program.wait(lambda: program.library.strictness() is Strictness.STRICT)
    program.wait(grid.hasFocus)
    undo = program.window.actions_.undo
    program.wait(lambda: "Group again" in undo.text())
    undo.trigger()
    program.wait(lambda: program.library.strictness() is Strictness.NORMAL)


@pytest.mark.parametrize("answer", ["Group", "Cancel"])
def test_once_it_is_answered_the_keyboard_is_where_it_was(
    start: Callable[..., Program], ungrouped: Path, answer: str
) -> None:
    program = start(ungrouped)
    program.window.search_field.setFocus()
    program.window.actions_.group[Strictness.NORMAL].trigger()
    program.press(program.dialog(GroupAgainDialog), answer)
    program.wait(program.window.search_field.hasFocus)
