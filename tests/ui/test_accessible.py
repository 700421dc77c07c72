"""Everything the window shows can be heard: each control has a name and a role, and what happens is announced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractAnimation, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QScrollArea, QTabWidget, QWidget

from app.ui.widgets.plots import BarPlot
from tests.ui.program import Program
from tests.ui.tour import Tour

Role = QAccessible.Role
# What says nothing about what a control is for.
VAGUE = {Role.NoRole, Role.Client, Role.Window, Role.Pane}
# They take the keyboard to be scrolled; what is in them has its own roles.
SCROLLED = (QScrollArea, QTabWidget)
# What somebody acts upon, also where the keyboard reaches it through its list.
CONTROLS = {
    Role.Button,
    Role.CheckBox,
    Role.RadioButton,
    Role.ComboBox,
    Role.EditableText,
    Role.Slider,
    Role.SpinBox,
    Role.List,
    Role.ListItem,
    Role.Tree,
    Role.Table,
    Role.MenuItem,
    Role.ButtonMenu,
    Role.PageTab,
    Role.Link,
    Role.ProgressBar,
    Role.Chart,
}


def walk(root: QAccessibleInterface, path: str = "") -> Iterator[tuple[str, QAccessibleInterface]]:
    """All that is in sight, with what it is part of."""
    for number in range(root.childCount()):
        child = root.child(number)
        if child is None or not child.isValid() or child.state().invisible:
            continue
        thing = child.object()
        here = f"{path}/{type(thing).__name__ if thing is not None else child.role().name}"
        yield here, child
        yield from walk(child, here)


def lacking(root: QWidget) -> tuple[int, dict[str, str]]:
    """How much is in sight, and what of it lacks a name or a role.

    Nothing of Qt's accessibility is held on to: it goes with its widgets, and what comes to lie in its place would be
    taken for it.
    """
    seen, missing = 0, {}
    for path, item in walk(QAccessible.queryAccessibleInterface(root)):
        seen += 1
        name, state = item.text(QAccessible.Text.Name), item.state()
        # Cells of a table may be empty.
        if item.role() in CONTROLS or (state.focusable and item.role() not in (Role.TreeItem, Role.Cell)):
            if not name.strip():
                missing[path] = f"no name ({item.role().name})"
            elif item.role() in VAGUE and not isinstance(item.object(), SCROLLED):
                missing[path] = f"{name} is a {item.role().name}"
    return seen, missing


def test_every_control_of_every_page_has_a_name_and_a_role(touring: Tour) -> None:
    all_missing: dict[str, str] = {}
    seen = 0
    for stop, root in touring.stops():
        more, missing = lacking(root)
        seen += more
        all_missing |= {path: f"{stop}: {what}" for path, what in missing.items()}
    assert seen > 1000
    assert not all_missing


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is announced."""
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: said.append(getattr(event, "message", str)()))
    return said


def test_messages_and_jobs_are_announced(touring: Tour, heard: list[str]) -> None:
    for _ in touring.bars():
        assert "The photos of Anna Lindqvist were copied." in heard
        assert "Reading photos" in heard
        assert heard.count("Reading photos") == 1, "progress is seen, not told again and again"
    assert heard.count("Reading photos: done") == 1


def test_how_a_job_ended_that_a_message_tells_of_is_announced_once(
    heard: list[str], start: Callable[..., Program], tmp_path: Path, photos: Path
) -> None:
    program = start(tmp_path / "library", scan=[photos])
    program.idle()
    bar = program.window.job_bar
    program.wait(lambda: bar._what.text() == "Scanning family 家: done")
    assert heard.count("Done: 11 photos read, 15 faces found.") == 1
    assert bar._what.text() not in heard


def test_a_message_is_an_alert_that_says_itself(touring: Tour) -> None:
    touring.window.messages.tell_error("The drive is full.")
    bar = QAccessible.queryAccessibleInterface(touring.window.messages)
    assert bar.role() == QAccessible.Role.AlertMessage
    assert bar.text(QAccessible.Text.Name) == "The drive is full."


def test_the_face_that_tab_comes_to_is_announced(touring: Tour, heard: list[str]) -> None:
    next(touring.viewer())
    canvas = touring.window.viewer.canvas
    canvas.setFocus()
    heard.clear()
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert canvas.current is not None
    assert canvas._label(canvas.current) in heard


def test_the_mark_that_the_arrows_come_to_is_announced(touring: Tour, heard: list[str]) -> None:
    for stop, _ in touring.pages():
        if stop == "Statistics":
            break
    plot = touring.window.findChild(BarPlot)
    assert plot is not None
    plot.setFocus()
    heard.clear()
    QTest.keyClick(plot, Qt.Key.Key_Down)
    assert heard == [plot.marks[0].text]


def test_what_is_shown_where_a_page_is_empty_is_heard_with_the_keyboard(touring: Tour) -> None:
    people = touring.window.people
    people.filter.setText("nobody")
    people.focus()
    page = QAccessible.queryAccessibleInterface(people._empty)
    assert people._empty.hasFocus()
    assert "nobody" in page.text(QAccessible.Text.Name)


def test_nothing_moves_by_itself(touring: Tour) -> None:
    """So there is nothing to hold still for those who asked their system for less motion."""
    for _, root in touring.stops():
        moving = [one for one in root.findChildren(QAbstractAnimation) if one.totalDuration() > 0 and not is_qts(one)]
        assert not moving, [one.parent() for one in moving]


def is_qts(animation: QAbstractAnimation) -> bool:
    """Qt's own, such as of the button in a line edit, which keep to the platform's setting."""
    parent = animation.parent()
    return isinstance(parent, QWidget) and isinstance(parent.parentWidget(), QLineEdit)
