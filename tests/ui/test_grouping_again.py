"""Grouping again from the menu: what would change is shown first, done only when wanted, and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.library.library import Library
from app.library.records import Strictness
from app.ui.dialogs.group_again import GroupAgainDialog
from app.vision.pretend import PretendEngine
from app.vision.thread import VisionThread
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import Runner
from tests.ui.program import Program


@pytest.fixture
def ungrouped(tmp_path: Path, photos: Path) -> Path:
    library = Library.open(tmp_path / "ungrouped")
    vision, runner = VisionThread(PretendEngine()), Runner(lambda event: None)
    runner.start(ScanFolders(library, vision, [photos], group=False)).future.result(60)
    runner.close()
    vision.close()
    library.close()
    return tmp_path / "ungrouped"


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
