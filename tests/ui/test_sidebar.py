"""The sidebar: a click leads into a place, the arrow keys show it and stay in the list."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.places import PeoplePlace, PhotosPlace, Place, ReviewPlace, SearchPlace
from app.ui.widgets.sidebar import Sidebar
from tests.ui.program import Program


class Heard:
    def __init__(self, sidebar: Sidebar) -> None:
        self.chosen: list[Place] = []
        self.walked: list[Place] = []
        sidebar.chosen.connect(self.chosen.append)
        sidebar.walked.connect(self.walked.append)


@pytest.fixture
def sidebar(qtbot: QtBot) -> Sidebar:
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    sidebar.mark(PhotosPlace())
    sidebar.show()
    sidebar.activateWindow()
    sidebar.setFocus()
    qtbot.waitUntil(sidebar.hasFocus)
    return sidebar


def test_arrow_keys_walk_and_return_chooses(sidebar: Sidebar) -> None:
    heard = Heard(sidebar)
    QTest.keyClick(sidebar, Qt.Key.Key_Down)
    QTest.keyClick(sidebar, Qt.Key.Key_Down)
    assert (heard.walked, heard.chosen) == ([PeoplePlace(), ReviewPlace()], [])
    QTest.keyClick(sidebar, Qt.Key.Key_Return)
    assert heard.chosen == [ReviewPlace()]


def test_a_click_chooses_once_also_what_is_chosen_already(sidebar: Sidebar) -> None:
    heard = Heard(sidebar)
    where = sidebar.visualItemRect(sidebar.item(1)).center()
    for _ in range(2):
        QTest.mouseClick(sidebar.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert (heard.walked, heard.chosen) == ([], [PeoplePlace()] * 2)


def test_showing_where_the_user_is_leads_nowhere(sidebar: Sidebar) -> None:
    heard = Heard(sidebar)
    sidebar.mark(SearchPlace())
    assert sidebar.currentItem().text() == "Search"
    assert (heard.walked, heard.chosen) == ([], [])


def test_where_the_keys_go_is_seen(sidebar: Sidebar, qtbot: QtBot) -> None:
    focused = sidebar.viewport().grab().toImage()
    sidebar.clearFocus()
    assert sidebar.viewport().grab().toImage() != focused


def test_the_keyboard_stays_in_the_sidebar_until_a_place_is_chosen(program: Program) -> None:
    window = program.window
    window.go(PhotosPlace())
    window.sidebar.setFocus()
    for place in (PeoplePlace(), ReviewPlace()):
        QTest.keyClick(window.sidebar, Qt.Key.Key_Down)
        assert window.place() == place
        assert QApplication.focusWidget() is window.sidebar
    QTest.keyClick(window.sidebar, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is not window.sidebar


def test_a_folder_out_of_reach_is_faint_until_it_is_back(program: Program, tmp_path: Path) -> None:
    folder, sidebar = tmp_path / "more", program.window.sidebar
    folder.mkdir()
    program.window.scan([folder])
    program.idle()
    faint = sidebar.palette().brush(QPalette.ColorRole.PlaceholderText)

    def is_faint() -> bool:
        item = sidebar.item(sidebar.count() - 1)
        return item.text() == "more" and item.foreground() == faint and "Out of reach" in item.toolTip()

    program.wait(lambda: sidebar.item(sidebar.count() - 1).text() == "more")
    assert not is_faint()
    folder.rmdir()
    program.window.actions_.scan_again.trigger()
    program.wait(is_faint)
    folder.mkdir()
    program.window.actions_.scan_again.trigger()
    program.wait(lambda: not is_faint())
