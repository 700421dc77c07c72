"""The grid: selection, keys, what survives a refill, and a million rows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.library.records import Photo, PhotoId, RootId
from app.library.timeline import NOTHING, Month, Timeline
from app.ui.background import Background
from app.ui.bridge import EventBridge
from app.ui.delegates.photo_cell import PhotoDelegate
from app.ui.models.images import Images, Source
from app.ui.models.photos import PAGE, PhotosModel
from app.ui.widgets.grid_view import GridView

Rows = list[int]


def read(ids: Sequence[int]) -> list[Photo]:
    return [
        Photo(
            PhotoId(number),
            RootId(1),
            Path(f"/p/{number}.jpg"),
            f"/p/{number}.jpg",
            1,
            4,
            3,
            None,
            None,
            None,
            False,
            0,
        )
        for number in ids
    ]


def undated(ids: NDArray[np.int64]) -> Timeline:
    return Timeline(ids, (Month(None, len(ids)),))


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[EventBridge]:
    bridge = EventBridge()
    yield bridge
    bridge.close()


@pytest.fixture
def images(bridge: EventBridge) -> Iterator[Images]:
    nothing = Source(lambda face: None, lambda photo: None)
    images = Images(nothing, nothing, bridge)
    yield images
    images.close()


@pytest.fixture
def background(bridge: EventBridge) -> Iterator[Background]:
    background = Background(bridge)
    yield background
    background.close()


@pytest.fixture
def grid(qtbot: QtBot, images: Images, background: Background) -> GridView:
    model = PhotosModel(read, background)
    grid = GridView(model, PhotoDelegate(images))
    qtbot.addWidget(grid)
    grid.resize(900, 600)
    model.fill(undated(np.arange(1, 1001)))
    grid.show()
    qtbot.waitExposed(grid)
    return grid


def model_of(grid: GridView) -> PhotosModel:
    model = grid.grid_model()
    assert isinstance(model, PhotosModel)
    return model


def click(grid: GridView, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    where = grid.visualRect(model_of(grid).index(row)).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, where)


def test_clicks_select_one_more_and_a_run(grid: GridView) -> None:
    click(grid, 2)
    assert grid.selected_rows() == [2]
    click(grid, 5, Qt.KeyboardModifier.ControlModifier)
    assert grid.selected_rows() == [2, 5]
    click(grid, 9, Qt.KeyboardModifier.ShiftModifier)
    assert grid.selected_rows() == [2, 5, 6, 7, 8, 9]
    click(grid, 3)
    assert grid.selected_rows() == [3]


def test_keys_move_and_extend(grid: GridView) -> None:
    tops = [grid.visualRect(model_of(grid).index(row)).y() for row in range(100)]
    columns = next(row for row, top in enumerate(tops) if top > tops[0])
    click(grid, 0)
    keys, shift = Qt.Key, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(grid, keys.Key_Right)
    QTest.keyClick(grid, keys.Key_Down)
    assert grid.selected_rows() == [columns + 1]
    QTest.keyClick(grid, keys.Key_Down, shift)
    assert grid.selected_rows() == list(range(columns + 1, 2 * columns + 2))
    QTest.keyClick(grid, keys.Key_End)
    assert grid.selected_rows() == [999]
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))
    QTest.keyClick(grid, keys.Key_PageUp)
    assert 950 < grid.selected_rows()[0] < 999
    QTest.keyClick(grid, keys.Key_Home)
    assert grid.selected_rows() == [0]
    QTest.keyClick(grid, keys.Key_Escape)
    assert grid.selected_rows() == []


@pytest.mark.parametrize(("key", "row"), [(Qt.Key.Key_End, 999), (Qt.Key.Key_Home, 0)])
def test_in_a_grid_that_was_filled_under_the_keyboard_the_first_key_leads_where_it_says(
    grid: GridView, key: Qt.Key, row: int
) -> None:
    model_of(grid).fill(NOTHING)
    grid.setFocus()
    model_of(grid).fill(undated(np.arange(1, 1001)))
    assert not grid.currentIndex().isValid()
    QTest.keyClick(grid, key)
    assert grid.selected_rows() == [row]


def test_return_and_a_double_click_open(qtbot: QtBot, grid: GridView) -> None:
    opened: Rows = []
    grid.opened.connect(opened.append)
    click(grid, 4)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    click(grid, 6)
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualRect(model_of(grid).index(6)).center())
    assert opened == [4, 6]


def test_a_rubber_band_takes_what_it_touches(grid: GridView) -> None:
    first, second = (grid.visualRect(model_of(grid).index(row)) for row in (0, 1))
    QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    QTest.mouseMove(grid.viewport(), first.center())
    QTest.mouseMove(grid.viewport(), second.center())
    QTest.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=second.center())
    assert grid.selected_rows() == [0, 1]


def test_the_selection_and_what_is_looked_at_survive_a_refill(grid: GridView) -> None:
    grid.select_rows([400, 401, 500])
    grid.scrollTo(model_of(grid).index(400))
    before = grid.visualRect(model_of(grid).index(400)).y()
    # A hundred new photos come before these, and one of the selected goes.
    model_of(grid).fill(undated(np.concatenate([np.arange(5000, 5100), np.setdiff1d(np.arange(1, 1001), [402])])))
    assert grid.selected_rows() == [500, 599]
    assert [model_of(grid).photo_id(row) for row in grid.selected_rows()] == [401, 501]
    assert grid.currentIndex().row() == 500
    assert abs(grid.visualRect(model_of(grid).index(500)).y() - before) < 200


def test_where_the_current_cell_goes_the_first_selected_one_that_is_left_has_the_keyboard(grid: GridView) -> None:
    click(grid, 3)
    click(grid, 5, Qt.KeyboardModifier.ControlModifier)
    click(grid, 8, Qt.KeyboardModifier.ControlModifier)
    ids = model_of(grid).keys()
    model_of(grid).fill(undated(np.delete(ids, 8)))
    assert (grid.selected_rows(), grid.currentIndex().row()) == ([3, 5], 3)


def calls(step: Callable[[], object]) -> int:
    """How many functions a step calls, of Python and from Python."""
    counted = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        step()
    finally:
        sys.setprofile(None)
    return counted


def test_a_million_photos_take_no_more_steps_than_a_thousand(grid: GridView) -> None:
    """How long they take is measured in `tests.bench.window`."""
    model = model_of(grid)

    def work(count: int) -> dict[str, int]:
        ids = np.arange(1, count + 1)
        model.fill(NOTHING)
        grid.resize(900, 600)
        grid.clearSelection()
        steps: dict[str, Callable[[], object]] = {
            "fill": lambda: model.fill(undated(ids)),
            "paint": grid.repaint,
            "resize": lambda: (grid.resize(700, 500), grid.repaint()),
            "select": grid.selectAll,
            "scroll": lambda: (grid.scrollToBottom(), grid.repaint()),
            "fill again": lambda: (model.fill(undated(ids)), grid.repaint()),
            "all but one": lambda: model.fill(undated(ids[1:])),
        }
        done = {name: calls(step) for name, step in steps.items()}
        assert len(grid.selected()) == count - 1, "all that are left stay selected"
        assert len(model._pages) < 10, "photos that were painted are read, and no others"
        return done

    few, many = work(8 * PAGE), work(8000 * PAGE)
    # The last line has more photos at one time than at another.
    assert {step: count for step, count in many.items() if not 0 < count <= 1.1 * few[step]} == {}, few


def test_screen_readers_meet_a_list_whose_items_say_what_they_show(qtbot: QtBot, grid: GridView) -> None:
    grid.setAccessibleName("Photos")
    interface = QAccessible.queryAccessibleInterface(grid)
    assert interface.role() == QAccessible.Role.List
    assert interface.text(QAccessible.Text.Name) == "Photos"
    assert interface.childCount() == 1000
    click(grid, 3)
    item = interface.child(3)
    assert item.role() == QAccessible.Role.ListItem
    qtbot.waitUntil(lambda: item.text(QAccessible.Text.Name).startswith("4.jpg"))
    assert item.state().selected
    assert not interface.child(4).state().selected
    assert item.rect().topLeft() == grid.viewport().mapToGlobal(grid.visualRect(grid.currentIndex()).topLeft())
    assert interface.child(1000) is None


def test_screen_readers_hear_which_cell_the_keys_came_to(grid: GridView, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[QAccessible.Event, int]] = []
    monkeypatch.setattr(
        "app.ui.widgets.grid_view.QAccessible.updateAccessibility",
        lambda event: heard.append((event.type(), event.child())),
    )
    click(grid, 3)
    heard.clear()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert heard == [(QAccessible.Event.Focus, 4)]


def test_screen_readers_hear_what_the_current_cell_shows_once_it_is_read(
    qtbot: QtBot, grid: GridView, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[QAccessible.Event, int]] = []
    monkeypatch.setattr(
        "app.ui.widgets.grid_view.QAccessible.updateAccessibility",
        lambda event: heard.append((event.type(), event.child())),
    )
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: (QAccessible.Event.NameChanged, 999) in heard)
    assert str(grid.currentIndex().data()) == "1000.jpg"


def test_a_click_on_a_heading_selects_what_is_under_it(grid: GridView) -> None:
    months = (Month(date(2014, 3, 1), 40), Month(date(2014, 2, 1), 7), Month(None, 300))
    model_of(grid).fill(Timeline(np.arange(1, 348), months))
    first = grid.visualRect(model_of(grid).index(0))
    heading = QPoint(first.left() + 10, first.top() - 12)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=heading)
    assert grid.selected_rows() == list(range(40))
    grid.go_to(40)
    second = grid.visualRect(model_of(grid).index(40))
    assert second.top() < 60, "a section that is gone to begins at the upper edge, with its heading"
    heading = QPoint(second.left() + 10, second.top() - 12)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, heading)
    assert grid.selected_rows() == list(range(47))
    # The rest of the line is no heading: a click there selects nothing any more.
    beside = QPoint(grid.viewport().width() - 20, second.top() - 12)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    assert grid.selected_rows() == []


def test_the_arrow_keys_lead_where_they_point_in_every_language(grid: GridView) -> None:
    grid.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    click(grid, 1)
    middle = grid.visualRect(grid.currentIndex()).center()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.visualRect(grid.currentIndex()).center().x() > middle.x()
    QTest.keyClick(grid, Qt.Key.Key_Left)
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert grid.visualRect(grid.currentIndex()).center().x() < middle.x()


def test_what_has_the_attention_stays_where_it_is_on_the_screen(grid: GridView) -> None:
    grid.scrollTo(model_of(grid).index(400))
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().value() + 37)
    visible = grid._visible_rows()
    grid.select_rows([(visible.start + visible.stop) // 2])
    key, y = model_of(grid).photo_id(grid.currentIndex().row()), grid.visualRect(grid.currentIndex()).y()
    first = model_of(grid).photo_id(visible.start)
    # Photos come above, and the first one in sight goes.
    model_of(grid).fill(undated(np.concatenate([np.arange(5000, 5101), np.setdiff1d(np.arange(1, 1001), [first])])))
    assert model_of(grid).photo_id(grid.currentIndex().row()) == key
    assert grid.visualRect(grid.currentIndex()).y() == y


def test_scrolling_paints_what_comes_into_sight_alone_and_leaves_the_same_picture(
    grid: GridView, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    paint = PhotoDelegate.paint

    def watched(self: PhotoDelegate, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        painted.append(index.row())
        paint(self, painter, option, index)

    monkeypatch.setattr(PhotoDelegate, "paint", watched)
    # The dots of the ring around what has the focus begin where it is cut.
    grid.clearFocus()
    grid.repaint()
    QApplication.processEvents()
    in_sight = len(painted)
    bar = grid.verticalScrollBar()
    for way in (1, 1, 1, -1, 1):
        painted.clear()
        bar.setValue(bar.value() + way * bar.singleStep())
        # That alone: a picture that arrives meanwhile would paint everything.
        QApplication.sendPostedEvents(grid.window(), QEvent.Type.UpdateRequest)
        assert 0 < len(set(painted)) <= in_sight / 2
    shown = grid.screen().grabWindow(grid.window().winId()).toImage()
    assert shown.copy(grid.viewport().geometry()) == grid.viewport().grab().toImage().convertToFormat(shown.format())
