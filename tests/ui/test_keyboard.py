"""Everything is reached and left without a mouse, and every key that the list of keys tells of does something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QToolBar, QWidget
from pytestqt.exceptions import TimeoutError as NothingHappened

from app.ui.dialogs.keys import KeysDialog
from app.ui.pages.page import Page
from app.ui.places import HistoryPlace, PeoplePlace, PhotosPlace, SearchPlace, SettingsPlace, StatisticsPlace
from app.ui.widgets.date_field import DateField
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.line_edit import LineEdit
from app.ui.widgets.name_edit import NameEdit
from app.ui.widgets.plots import BarPlot, Plot
from tests.ui.program import Program
from tests.ui.tour import Tour

Key, Control, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None, "nobody has the keyboard"
    return widget


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Where the keyboard is."""
    QTest.keyClick(focused(), key, modifiers)


# Tab


def controls(root: QWidget) -> set[QWidget]:
    """What Tab has to reach."""
    return {
        widget
        for widget in root.findChildren(QWidget)
        if widget.window() is root
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        # The arrows choose another one of several.
        and not (isinstance(widget, QAbstractButton) and widget.group() is not None and not widget.isChecked())
        # The menus and their keys do all that these do.
        and not isinstance(widget.parentWidget(), QToolBar)
    }


def walk(stop: str, key: Qt.Key) -> list[QWidget]:
    """Where the keyboard comes until it is where it began. A photo and its faces count once."""
    start, came = focused(), [focused()]
    for _ in range(400):
        press(key)
        if focused() is start and came[-1] is not start:
            return came
        if focused() is not came[-1]:
            came.append(focused())
    raise AssertionError(f"{stop}: never back at {describe(start)}, but at {[describe(one) for one in came[-5:]]}")


def test_tab_reaches_every_control_of_every_page_and_comes_back(touring: Tour) -> None:
    left_out: dict[str, str] = {}
    for stop, root in touring.stops():
        # Tab goes to the next name there.
        if any(edit.isVisible() for edit in root.findChildren(NameEdit)) or "adding" in stop:
            continue
        wanted = controls(root.window())
        if QApplication.focusWidget() is None or QApplication.focusWidget() not in wanted:
            next(iter(wanted)).setFocus(Qt.FocusReason.TabFocusReason)
        if len(wanted) == 1:
            # There is nowhere to go.
            continue
        forward = walk(stop, Key.Key_Tab)
        for missed in wanted - set(forward):
            left_out.setdefault(describe(missed), f"not reached: {stop}")
        backward = walk(stop, Key.Key_Backtab)
        if set(backward) != set(forward):
            left_out.setdefault(f"{[describe(one) for one in set(backward) ^ set(forward)]}", f"one way only: {stop}")
        for one, other in out_of_order(forward):
            left_out.setdefault(f"{describe(one)} before {describe(other)}", f"order: {stop}")
    print("\n".join(f"{where} {what}" for what, where in left_out.items()))
    assert not left_out


def out_of_order(widgets: list[QWidget]) -> Iterator[tuple[QWidget, QWidget]]:
    """Neighbours in one part of the page of which the one that comes later stands before the other."""
    for one, other in pairwise(widgets):
        if one.parentWidget() is not other.parentWidget() or one.parentWidget() is None:
            continue
        here, there = one.geometry(), other.geometry()
        above = there.bottom() <= here.top()
        before = there.right() <= here.left() and there.top() < here.bottom() and here.top() < there.bottom()
        if above or before:
            yield one, other


def describe(widget: QWidget) -> str:
    text = getattr(widget, "text", lambda: "")()
    return f"{type(widget).__name__} {text or widget.accessibleName()!r}"


def test_the_keyboard_that_comes_into_the_sidebar_leads_nowhere_by_itself(touring: Tour) -> None:
    window = touring.window
    window.go(SettingsPlace())
    assert window.sidebar.currentRow() == -1
    window.sidebar.setFocus(Qt.FocusReason.TabFocusReason)
    assert window.place() == SettingsPlace()
    press(Key.Key_Down)
    assert window.place() == PeoplePlace()


# Keys that work everywhere

PLACES = (PhotosPlace(), PeoplePlace(), SearchPlace(), StatisticsPlace(), SettingsPlace(), HistoryPlace())


@pytest.fixture(params=PLACES, ids=lambda place: type(place).__name__)
def anywhere(request: pytest.FixtureRequest, touring: Tour) -> Tour:
    touring._go(request.param)
    # A page that is still being read takes the keyboard when it is shown.
    touring.program.wait(lambda: QApplication.focusWidget() is not None)
    return touring


def test_find_puts_the_keyboard_into_a_search_and_escape_brings_it_back(anywhere: Tour) -> None:
    window = anywhere.window
    before = window.place()
    press(Key.Key_F, Control)
    # People are filtered where they are.
    wanted = window.people.filter if before == PeoplePlace() else window.search_field
    assert focused() is wanted
    press(Key.Key_Escape)
    # The menu does the same, and says it.
    assert (window.actions_.find.text() == "Filter by name") == (before == PeoplePlace())
    window.actions_.find.trigger()
    assert focused() is wanted
    press(Key.Key_Escape)
    assert focused() is not wanted
    assert window._page_of[type(before)].isAncestorOf(focused())
    assert window.place() == before


def test_the_menu_says_where_finding_leads_from_the_filter_of_people(touring: Tour) -> None:
    window = touring.window
    window.go(PeoplePlace())
    press(Key.Key_F, Control)
    assert focused() is window.people.filter
    press(Key.Key_E, Qt.KeyboardModifier.AltModifier)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert window.actions_.find.text() == "Find a name, folder or year"
    menu.setActiveAction(window.actions_.find)
    QTest.keyClick(menu, Key.Key_Return)
    assert focused() is window.search_field
    assert window.actions_.find.text() == "Filter by name"
    press(Key.Key_Escape)
    assert window.actions_.find.text() == "Filter by name"


def test_where_there_is_nobody_to_filter_finding_searches_and_says_so(
    start: Callable[..., Program], tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    program = start(tmp_path / "library", scan=[tmp_path / "photos"])
    window = program.window
    program.idle()
    window.go(PeoplePlace())
    program.read(window.people)
    assert not window.people.filter.isVisible()
    assert window.actions_.find.text() == "Find a name, folder or year"
    press(Key.Key_F, Control)
    assert focused() is window.search_field


def test_a_copied_picture_is_searched_for_from_anywhere(anywhere: Tour) -> None:
    picture = QImage(300, 200, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.gray)
    QGuiApplication.clipboard().setImage(picture)
    press(Key.Key_V, Control)
    page = anywhere.window.search.by_face
    anywhere.program.wait(lambda: "No face" in page._empty._title.text())
    assert anywhere.window.place() == SearchPlace()
    QGuiApplication.clipboard().clear()


def test_the_latest_step_is_undone_from_anywhere(anywhere: Tour) -> None:
    library = anywhere.library
    library.set_hidden(anywhere.mei, True).result()
    anywhere.program.wait(anywhere.window.actions_.undo.isEnabled)
    press(Key.Key_Z, Control)
    anywhere.program.wait(lambda: not library.person(anywhere.mei).hidden)


@pytest.fixture
def hidden(touring: Tour) -> Tour:
    """Mei was hidden, which can be undone."""
    touring.library.set_hidden(touring.mei, True).result()
    touring.program.wait(touring.window.actions_.undo.isEnabled)
    return touring


def is_hidden(tour: Tour) -> bool:
    return tour.library.person(tour.mei).hidden


@pytest.mark.parametrize("field", ["search", "filter", "date"])
def test_a_line_without_typing_of_its_own_leaves_undo_and_redo_to_the_window(hidden: Tour, field: str) -> None:
    window = hidden.window
    line: LineEdit = window.search_field
    if field == "filter":
        line = window.people.filter
    elif field == "date":
        window.go(PhotosPlace())
        line = window.photos.filters.findChildren(DateField)[0]
    hidden.program.wait(line.isVisible)
    line.setFocus()
    QTest.keyClicks(line, "20")
    press(Key.Key_Z, Control)
    assert line.text() == ""
    assert is_hidden(hidden), "the typing is taken back first"
    press(Key.Key_Z, Control | Shift)
    assert line.text() == "20", "and done again"
    press(Key.Key_Z, Control | Shift)
    press(Key.Key_Z, Control)
    assert is_hidden(hidden)
    press(Key.Key_Z, Control)
    hidden.program.wait(lambda: not is_hidden(hidden))
    line.setText("")
    hidden.program.wait(window.actions_.redo.isEnabled)
    press(Key.Key_Z, Control | Shift)
    hidden.program.wait(lambda: is_hidden(hidden))


def test_undo_in_a_field_for_a_name_with_nothing_typed_closes_it_and_undoes(hidden: Tour) -> None:
    window = hidden.window
    people = window.people
    people.grid.edit_row(people.model.rowCount() - 1)
    edit = hidden.program.name_edit()
    # Who may be meant is offered of itself, and the list stands above the window.
    edit._suggest("")
    assert edit.suggestions.isVisible()
    QTest.keyClick(edit.suggestions, Key.Key_Z, Control)
    hidden.program.wait(lambda: not is_hidden(hidden))
    assert not people.grid.is_editing()
    hidden.program.wait(lambda: "Mei 美玲" in hidden.program.people())


def test_a_name_that_is_half_typed_is_not_given_by_undo_or_redo(hidden: Tour) -> None:
    people = hidden.window.people
    people.grid.edit_row(people.model.rowCount() - 1)
    edit, steps = hidden.program.name_edit(), len(hidden.library.history())
    QTest.keyClicks(edit, "Zo")
    QTest.keyClick(edit, Key.Key_Z, Control | Shift)
    QTest.keyClick(edit, Key.Key_Z, Control)
    assert edit.text() == ""
    assert is_hidden(hidden)
    assert people.grid.is_editing()
    assert len(hidden.library.history()) == steps


def test_the_list_of_keys_opens_from_anywhere_and_escape_closes_it(anywhere: Tour) -> None:
    place = anywhere.window.place()
    press(Key.Key_F1)
    dialog = anywhere.program.dialog(KeysDialog)
    anywhere.program.wait(dialog.isActiveWindow)
    press(Key.Key_Escape)
    anywhere.program.wait(lambda: not anywhere.window.findChildren(KeysDialog))
    assert anywhere.window.place() == place


# What the pages tell of themselves


def state(tour: Tour) -> tuple[object, ...]:
    """All that a key may change."""
    window = tour.window
    viewer, canvas, card = window.viewer, window.viewer.canvas, window.review.card
    grids = [grid.selected_rows() for grid in window.findChildren(GridView) if grid.isVisible()]
    plots = [(plot._current, plot.hasFocus()) for plot in window.findChildren(Plot) if plot.isVisible()]
    return (
        str(window.place()),
        viewer._place.row,
        (canvas._zoom, canvas._offset.toTuple(), canvas.current, canvas.drawing.isVisible(), canvas._note),
        (viewer.bar.boxes.isChecked(), viewer.bar.information.isChecked()),
        sum(edit.isVisible() for edit in window.findChildren(NameEdit)),
        tour.library.undo_label(),
        (grids, plots),
        window.people.filter.hasFocus(),
        card.question.key if card.question is not None else None,
        [str(side) for side in window.merge.model.joining()],
        window.search.by_face._query is not None,
        QGuiApplication.clipboard().text(),
    )


def prepare(tour: Tour, page: Page, key: Qt.Key) -> None:
    """The state of a page in which the key means something."""
    window = tour.window
    if page is window.photos:
        next(tour.photos())
        window.photos.grid.setFocus()
    elif page is window.people:
        next(tour.people())
        window.people.grid.select_rows([window.people.model.rowCount() - 1])
        window.people.grid.setFocus()
    elif page is window.person:
        parts = tour.person()
        next(parts), next(parts)
        window.person.of_faces.grid.setFocus()
    elif page is window.merge:
        *_, (name, _) = tour.people()
        assert name == "Merge"
        window.merge.grid.select_rows([1])
        if not window.merge.model.joining():
            window.merge._tick([1])
        window.merge.grid.setFocus()
    elif page is window.review:
        questions = window.review.questions
        next(tour.review())
        while questions.can_undo():
            questions.undo()
            tour._wait(questions.is_settled)
        if key == Key.Key_Z:
            window.review.card.answers.skip_button.click()
        window.review.focus()
    elif page is window.search:
        parts = tour.search()
        next(parts), next(parts)
        window.search.by_face.grid.setFocus()
    elif page is window.history:
        window.go(HistoryPlace())
        tour._wait(window.history.steps.take_back.isEnabled)
        window.history.focus()
    elif page is window.viewer:
        next(tour.viewer())
        window.viewer.canvas.setFocus()
        window.viewer.canvas.actual_size()
        window.viewer.canvas.zoom_by(3)
        window.viewer.canvas.current = 0
    else:
        window.go(StatisticsPlace())
        plot = window.findChild(BarPlot)
        assert plot is not None
        tour._wait(lambda: bool(plot.marks))
        plot.setFocus()
        for _ in range(2):
            QTest.keyClick(plot, Key.Key_Down)
    tour._settle()


LETTERS = {"Letters": [Key.Key_X], "Arrow keys": [Key.Key_Down, Key.Key_Up, Key.Key_Home, Key.Key_End]}


def keys_of(text: str) -> list[QKeyCombination]:
    """As they are written in the list of keys."""
    if text in LETTERS:
        return [QKeyCombination(key) for key in LETTERS[text]]
    return [QKeySequence.fromString(one, QKeySequence.SequenceFormat.NativeText)[0] for one in text.split(", ")]


PAGES = ("Photos", "People", "Person", "Merge", "Review", "Search", "Statistics", "History", "Viewer")


def test_each_page_with_keys_of_its_own_tells_of_them(touring: Tour) -> None:
    silent = {type(page).__name__ for page in touring.window._page_of.values() if not page.keys()}
    assert silent == {"SettingsPage"}
    told = {type(page).__name__ for page in touring.window._page_of.values()} - silent
    assert told == {f"{name}Page" for name in PAGES}, "the next test presses them"


@pytest.mark.parametrize(
    # Each key of Review is pressed at the first question, once all questions are read again.
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name == "Review" else []) for name in PAGES],
)
def test_every_key_that_a_page_tells_of_does_something(
    touring: Tour, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    opened: list[object] = []
    monkeypatch.setattr("app.ui.questions.PAUSE_MS", 100)
    monkeypatch.setattr("app.ui.photo_menu.show_file", lambda *given: opened.append(given))
    monkeypatch.setattr("app.ui.photo_menu.open_elsewhere", lambda *given: opened.append(given))
    page = next(page for page in touring.window._page_of.values() if type(page).__name__ == f"{name}Page")
    idle = []
    told = page.keys()
    for text, what in told:
        for key in keys_of(text):
            prepare(touring, page, key.key())
            label = touring.library.undo_label()
            before = (*state(touring), len(opened))
            press(key.key(), key.keyboardModifiers())
            try:
                touring.program.bot.waitUntil(
                    lambda before=before: (*state(touring), len(opened)) != before, timeout=2000
                )
            except NothingHappened:
                idle.append(f"{text}: {what} ({key.key().name})")
            for edit in touring.window.findChildren(NameEdit):
                QTest.keyClick(edit, Key.Key_Escape)
            touring.window.session.edits.settle()
            if name != "Review" and touring.library.undo_label() != label:
                touring.library.undo().result()
            touring._settle()
    assert not idle
