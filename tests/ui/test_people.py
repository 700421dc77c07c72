"""The People page: who is shown in what order, what is filtered and hidden, and what it says while it shows nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from app.library.crowd import Order
from app.library.records import Cluster, ClusterId, FaceId, Person, Side, Suggestion
from app.ui.models.grid_model import Role
from app.ui.pages.people import PeoplePage
from app.ui.places import ClusterPlace, PeoplePlace, SearchPlace
from tests.pictures import blank, draw_people, encode
from tests.ui.program import Program


def test_nobody_is_said_to_be_found_only_where_no_face_was(start: Callable[..., Program], tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "sky.jpg").write_bytes(encode(blank()))
    program = start(tmp_path / "library", scan=[folder])
    empty = program.window.people._empty
    program.wait(lambda: empty._title.text() == "Nobody found" and empty.isVisible())
    (folder / "anna.jpg").write_bytes(encode(draw_people(0, seed=1).pixels))
    program.window.scan_again()
    program.wait(lambda: empty._title.text() == "No groups of faces" and empty.isVisible())
    # As a scan leaves it that did not come to its end.
    program.library.set_unfinished([folder], True).result()
    program.window.people.refresh()
    program.wait(lambda: empty._title.text() == "Not all photos are read yet")


Keys, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def shown(page: PeoplePage) -> list[str]:
    tiles = [page.model.tile(row) for row in range(page.model.rowCount())]
    return [tile.name if isinstance(tile, Person) else f"{tile.photos} photos" for tile in tiles]


def sections(page: PeoplePage) -> list[tuple[str, int]]:
    return [(section.title, section.count) for section in page.model.sections() if section.count]


def offered(page: PeoplePage) -> list[str]:
    if not page.bar.isVisible():
        return []
    return [button.text() for button in page.bar.findChildren(QPushButton) if button.isVisible()]


def press(page: PeoplePage, text: str) -> None:
    button = next(one for one in page.bar.findChildren(QPushButton) if one.isVisible() and one.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def named(program: Program) -> PeoplePage:
    """Zoë Ångström on six photos, Anna on four, and two groups without a name."""
    groups = program.library.clusters()
    program.library.name("Zoë Ångström", clusters=[groups[0].id]).result()
    program.library.name("Anna", clusters=[groups[1].id]).result()
    program.wait(lambda: len(program.people()) == 2)
    return program.window.people


def test_favourites_come_before_other_people_and_they_before_groups_by_size(
    program: Program, named: PeoplePage
) -> None:
    assert shown(named) == ["Anna", "Zoë Ångström", "3 photos", "2 photos"]
    named.grid.select_rows([0, 1])
    press(named, "Favourite")
    program.wait(lambda: sections(named) == [("Favourites", 2), ("Unnamed groups", 2)])
    program.wait(lambda: program.window.messages.text == "2 people are favourites.")
    program.wait(lambda: offered(named) == ["Merge…", "Not a favourite", "Hide"])
    program.click_tile(named.grid, 0)
    assert offered(named) == [], "one tile has its menu"
    zoe = program.library.find_person("zoë ångström").id
    program.library.set_favourite(zoe, False).result()
    program.wait(lambda: sections(named) == [("Favourites", 1), ("People", 1), ("Unnamed groups", 2)])


def test_the_order_is_chosen_with_the_keyboard_and_remembered(program: Program, named: PeoplePage) -> None:
    named.order.setFocus()
    QTest.keyClick(named.order, Keys.Key_Down)
    program.wait(lambda: shown(named)[:2] == ["Zoë Ångström", "Anna"])
    settings = program.window.session.settings
    assert settings.current.people_order == "photos"
    assert PeoplePage(program.window.session, program.window.naming).order.currentIndex() == 1
    named.order.setFocus()
    QTest.keyClick(named.order, Keys.Key_Down)
    assert settings.current.people_order == "newest"
    newest = program.library.crowd(Order.NEWEST)
    program.wait(lambda: named.model.keys().tolist() == newest.keys.tolist())
    settings.change(people_order="of a later version")
    assert PeoplePage(program.window.session, program.window.naming).order.currentIndex() == 0


def test_typing_in_the_filter_leaves_who_is_called_so(program: Program, named: PeoplePage) -> None:
    named.grid.setFocus()
    QTest.keyClick(named.grid, Keys.Key_F, CTRL)
    assert named.filter.hasFocus()
    QTest.keyClicks(named.filter, "ang zo")
    assert shown(named) == ["Zoë Ångström"]
    QTest.keyClick(named.filter, Keys.Key_Down)
    assert named.grid.hasFocus()
    QTest.keyClick(named.grid, Keys.Key_F, CTRL)
    QTest.keyClicks(named.filter, "nobody")
    assert named._empty._title.text() == "Nobody is called “nobody”"
    assert named._empty.isVisible()
    QTest.mouseClick(named._clear, Qt.MouseButton.LeftButton)
    assert len(shown(named)) == 4
    named.filter.setFocus()
    QTest.keyClicks(named.filter, "ANNA")
    assert shown(named) == ["Anna"]
    QTest.keyClick(named.filter, Keys.Key_Escape)
    assert len(shown(named)) == 4
    QTest.keyClick(named.filter, Keys.Key_Escape)
    assert named.grid.hasFocus()


def test_hidden_people_that_were_shown_elsewhere_leave_everybody_in_sight_here(
    program: Program, named: PeoplePage
) -> None:
    window, hidden = program.window, program.window.actions_.hidden
    window.go(SearchPlace())
    hidden.trigger()
    assert program.window.session.hidden.shown
    window.go(PeoplePlace())
    program.read(named)
    assert len(shown(named)) == 4
    assert not hidden.isChecked(), "the menu tells what is seen"
    hidden.trigger()
    program.wait(lambda: named._empty._title.text() == "Nobody is hidden" and named._empty.isVisible())
    window.go(SearchPlace())
    hidden.trigger()
    window.go(PeoplePlace())
    program.read(named)
    assert named._empty.isVisible()
    assert hidden.isChecked()


def test_what_is_hidden_and_ignored_waits_in_a_view_of_its_own_to_be_shown_again(
    program: Program, named: PeoplePage
) -> None:
    QTest.mouseClick(named.switch.button(1), Qt.MouseButton.LeftButton)
    program.wait(lambda: named._empty._title.text() == "Nobody is hidden" and named._empty.isVisible())
    assert program.window.actions_.hidden.isChecked()
    QTest.mouseClick(named._clear, Qt.MouseButton.LeftButton)
    program.wait(lambda: len(shown(named)) == 4)
    assert not program.window.actions_.hidden.isChecked()
    named.grid.select_rows([0, 2])
    assert offered(named) == ["Merge…", "Favourite", "Hide", "Ignore"]
    press(named, "Hide")
    program.wait(lambda: shown(named) == ["Zoë Ångström", "3 photos", "2 photos"])
    named.grid.select_rows([1, 2])
    press(named, "Ignore")
    program.wait(lambda: shown(named) == ["Zoë Ångström"])
    program.window.actions_.hidden.trigger()
    program.wait(lambda: sections(named) == [("Hidden people", 1), ("Ignored faces", 2)])
    assert named._hint.isVisible()
    named.grid.select_rows([1])
    QTest.keyClicks(named.grid, "E")
    assert not named.grid.is_editing(), "nobody is left to name"
    QTest.keyClick(named.grid, Keys.Key_Return)
    menu = next(menu for menu in named.findChildren(QMenu) if menu.isVisible())
    assert [action.text() for action in menu.actions()] == ["Show again"]
    menu.close()
    named.grid.selectAll()
    press(named, "Show again")
    program.wait(lambda: named._empty.isVisible())
    program.window.actions_.hidden.trigger()
    program.wait(lambda: len(shown(named)) == 4)
    program.window.actions_.undo.trigger()
    program.wait(lambda: shown(named) == ["Zoë Ångström"])


def test_the_bar_of_what_is_selected_moves_no_tile_and_can_be_closed(program: Program, named: PeoplePage) -> None:
    program.window.resize(600, 420)
    program.bot.wait(50)
    bar = named.grid.verticalScrollBar()
    bar.setValue(bar.maximum() // 2 + 7)
    before = bar.value()
    first = named.grid._visible_rows().start
    named.grid.select_rows([first, first + 1])
    bar.setValue(before)
    assert named.bar.isVisible()
    program.bot.wait(50)
    assert bar.value() == before
    QTest.mouseClick(named.bar._close, Qt.MouseButton.LeftButton)
    program.bot.wait(50)
    assert not named.bar.isVisible()
    assert bar.value() == before


def test_a_tile_at_the_lower_edge_stays_in_sight_where_it_is_when_it_is_selected(
    program: Program, named: PeoplePage
) -> None:
    program.window.resize(600, 420)
    program.bot.wait(50)
    bar, grid = named.grid.verticalScrollBar(), named.grid
    bar.setValue(bar.maximum())
    height, last = grid.viewport().height(), named.model.rowCount() - 1
    where = grid.visualRect(named.model.index(last))
    program.click_tile(grid, last)
    program.click_tile(grid, last - 1, Qt.KeyboardModifier.ControlModifier)
    assert named.bar.isVisible()
    QApplication.sendPostedEvents()
    assert grid.viewport().height() == height
    QTest.mouseClick(named.bar._close, Qt.MouseButton.LeftButton)
    QApplication.sendPostedEvents()
    assert grid.visualRect(named.model.index(last)) == where
    assert bar.value() == bar.maximum()


def test_a_badge_tells_how_many_suggestions_wait_for_a_person(
    program: Program, named: PeoplePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = program.library
    anna = library.find_person("Anna").id
    about = [
        Suggestion(Side(person=anna), Side(cluster=library.clusters()[0].id), 0.9, 3),
        Suggestion(Side(person=anna), Side(faces=(FaceId(1),)), 0.5, 1),
        Suggestion(Side(cluster=library.clusters()[0].id), Side(faces=(FaceId(2),)), 0.5, 1),
    ]
    # The engine that pretends knows nobody half.
    monkeypatch.setattr(library, "review", lambda limit, **_: about)
    program.window.review.questions.read()
    program.wait(lambda: named.model.index(0).data(Role.WAITING) == 2)
    assert [named.model.index(row).data(Role.WAITING) for row in range(4)] == [2, 0, 0, 0]
    assert "2 suggestion" in named.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_too_many_tiles_are_not_compared(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ui.pages.people.MOST_MERGED", 3)
    program.window.people.grid.selectAll()
    program.window.people.merge_selected()
    program.wait(lambda: "at most 3" in program.window.messages.text)
    assert program.window.place() == PeoplePlace()


def test_a_group_is_opened_by_return_and_left_by_the_way_back(program: Program) -> None:
    page = program.window.people
    program.click_tile(page.grid, 0)
    group = page.model.tile(0)
    assert isinstance(group, Cluster)
    QTest.keyClick(page.grid, Keys.Key_Return)
    assert program.window.place() == ClusterPlace(group.id)
    program.window.actions_.back.trigger()
    assert program.window.place() == PeoplePlace()
    assert page.grid.selected_rows() == [0]


def test_every_control_of_the_page_has_a_name_for_screen_readers(named: PeoplePage) -> None:
    controls: list[QObject] = [named.filter, named.order, named.grid, named.bar._close]
    assert all(control.property("accessibleName") for control in controls)
    chain, at = [], named.filter
    while at is not named.grid and len(chain) < 50:
        chain.append(at)
        at = at.nextInFocusChain()
    assert named.order in chain, "from the filter Tab leads over the order to the tiles"


def test_letters_do_nothing_where_nothing_is_selected(program: Program, named: PeoplePage) -> None:
    grid = named.grid
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(3, grid.viewport().height() - 3))
    assert grid.selected_rows() == []
    before = program.people()
    QTest.keyClicks(grid, "anx")
    assert not grid.is_editing()
    assert grid.selected_rows() == []
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert program.people() == before


def test_a_click_on_a_heading_selects_nobody(program: Program, named: PeoplePage) -> None:
    grid = named.grid
    top = grid.visualRect(named.model.index(0)).top()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, max(2, top - 12)))
    assert grid.selected_rows() == []


def menu_of(program: Program, row: int) -> QMenu:
    grid = program.window.people.grid
    program.click_tile(grid, row)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), grid.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(grid.viewport(), event)
    return program.dialog(QMenu)


def choose(menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if action.text() == text)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


@pytest.mark.parametrize("text", ["Open", "Name…"])
def test_a_menu_is_about_the_tile_it_was_opened_for_though_others_go_meanwhile(program: Program, text: str) -> None:
    page = program.window.people
    first, second = program.tiles()[:2]
    menu = menu_of(program, 1)
    program.library.ignore(clusters=[ClusterId(first.id)]).result()
    program.wait(lambda: len(program.tiles()) == 3)
    choose(menu, text)
    if text == "Open":
        assert program.window.place() == ClusterPlace(ClusterId(second.id))
    else:
        assert page.grid.is_editing()
        assert program.tiles()[page.grid.currentIndex().row()].id == second.id


@pytest.mark.parametrize("text", ["Open", "Name…"])
def test_a_menu_for_a_tile_that_is_gone_does_nothing(program: Program, text: str) -> None:
    menu = menu_of(program, 3)
    program.library.ignore(clusters=[ClusterId(program.tiles()[3].id)]).result()
    program.wait(lambda: len(program.tiles()) == 3)
    choose(menu, text)
    assert program.window.place() == PeoplePlace()
    assert not program.window.people.grid.is_editing()
    assert program.crashes.pending() is None
