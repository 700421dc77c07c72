"""The full screen: of the viewer nothing but the photo is left, and all of it comes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.ui.places import PeoplePlace, PhotoPlace, PhotosPlace
from tests.ui.program import Program
from tests.ui.test_viewer import open_photo

Key = Qt.Key


@pytest.fixture
def viewing(program: Program) -> Program:
    open_photo(program, "photo03.jpg")
    return program


def around(program: Program) -> list[QWidget]:
    window = program.window
    return [window.menuBar(), window._tools, window.sidebar, window.viewer.bar, window.viewer.details]


@pytest.mark.parametrize("back", [Key.Key_F11, Key.Key_Escape])
def test_only_the_photo_is_left_and_all_comes_back(viewing: Program, back: Qt.Key) -> None:
    window = viewing.window
    assert all(widget.isVisible() for widget in around(viewing))
    height = window.viewer.canvas.height()
    QTest.keyClick(window.viewer.canvas, Key.Key_F11)
    assert window.isFullScreen()
    assert not any(widget.isVisible() for widget in around(viewing))
    viewing.wait(lambda: window.viewer.canvas.size() == window.size())
    QTest.keyClick(window.viewer.canvas, back)
    assert not window.isFullScreen()
    assert not window.actions_.full_screen.isChecked()
    assert all(widget.isVisible() for widget in around(viewing))
    viewing.wait(lambda: window.viewer.canvas.height() == height)
    assert isinstance(window.place(), PhotoPlace)
    QTest.keyClick(window.viewer.canvas, Key.Key_Escape)
    assert window.place() == PhotosPlace()


def test_a_small_photo_fills_the_screen_and_a_tiny_one_is_four_times_as_large(viewing: Program) -> None:
    canvas = viewing.window.viewer.canvas
    viewing.window.resize(1400, 1000)
    viewing.wait(lambda: canvas.width() > 640)
    assert canvas.photo_rect().width() == 640
    QTest.keyClick(canvas, Key.Key_F11)
    viewing.wait(lambda: canvas.size() == viewing.window.size())
    assert max(canvas.photo_rect().width() / canvas.width(), canvas.photo_rect().height() / canvas.height()) == 1
    canvas.show_photo(None, 64, 48)
    assert canvas.photo_rect().width() == 4 * 64
    QTest.keyClick(canvas, Key.Key_F11)
    assert canvas.scale() < 4


def test_who_goes_elsewhere_or_ends_the_full_screen_otherwise_has_the_whole_window(viewing: Program) -> None:
    window = viewing.window
    QTest.keyClick(window.viewer.canvas, Key.Key_F11)
    window.go(PeoplePlace())
    assert not window.isFullScreen()
    assert window.sidebar.isVisible()
    assert window.menuBar().isVisible()
    window.actions_.back.trigger()
    QTest.keyClick(window.viewer.canvas, Key.Key_F11)
    # As a window manager does it.
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowFullScreen)
    assert all(widget.isVisible() for widget in around(viewing))
    assert not window.actions_.full_screen.isChecked()


def test_what_there_is_to_tell_comes_up_below_the_photo(viewing: Program) -> None:
    window, canvas = viewing.window, viewing.window.viewer.canvas
    viewing.wait(lambda: canvas.drawable)
    QTest.keyClick(canvas, Key.Key_F11)
    assert not window.messages.isVisible()
    QTest.keyClick(canvas, Key.Key_Tab)
    QTest.keyClick(canvas, Key.Key_Delete)
    viewing.wait(lambda: window.messages.isVisible() and window.messages.text == "A face is struck out.")
    window.messages.hide()
    viewing.wait(lambda: canvas.size() == window.size())


def test_elsewhere_the_window_stays_whole_and_a_maximized_one_is_maximized_again(program: Program) -> None:
    window = program.window
    window.showMaximized()
    program.wait(window.isMaximized)
    QTest.keyClick(window, Key.Key_F11)
    assert window.isFullScreen()
    assert window.sidebar.isVisible()
    assert window.menuBar().isVisible()
    QTest.keyClick(window, Key.Key_F11)
    assert not window.isFullScreen()
    assert window.isMaximized()


def test_backspace_shows_the_photo_before_also_where_it_goes_back_elsewhere(viewing: Program) -> None:
    window = viewing.window
    window.actions_.back.setShortcuts([*window.actions_.back.shortcuts(), "Backspace"])
    place = window.place()
    assert isinstance(place, PhotoPlace)
    row = place.row
    QTest.keyClick(window.viewer.canvas, Key.Key_Backspace)
    assert window.place() is place
    assert place.row == row - 1
