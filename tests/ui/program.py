"""Drives the real window with real key and mouse events, as a person would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.crash import CrashReporter
from app.library.library import Library
from app.library.records import Cluster, Person
from app.ui.main_window import MainWindow
from app.ui.pages.page import Page
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.name_edit import NameEdit

WAIT_MS = 15_000
# The page of a person finds out one thing after the other.
READINGS_IN_A_ROW = 6

W = TypeVar("W", bound=QWidget)


@dataclass
class Program:
    """A running window with everything behind it, as `app.main.run` builds it."""

    bot: QtBot
    window: MainWindow
    library: Library
    crashes: CrashReporter
    stack: ExitStack = field(repr=False)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.bot.waitUntil(condition, timeout=WAIT_MS)

    def idle(self) -> None:
        """Waits until no job runs and the page shows what is in the library."""
        self.wait(lambda: not self.window.session.jobs.running())

    def hear(self) -> None:
        """Waits until the window was told of everything that has happened by now."""
        told: list[bool] = []
        self.window.session.bridge.call(lambda: told.append(True))
        self.wait(lambda: bool(told))

    def read(self, page: Page) -> None:
        """Waits until what a page reads about it is there as well, whether it is shown or put off."""
        self.hear()
        self.wait(lambda: not page._timer.isActive() and (page._under_way is None or page._under_way.done()))
        self.hear()

    def settle(self) -> None:
        """Waits until all that was asked for is read, also what is asked for then, and the window has it."""
        pools = (self.window.session.background, self.window.session.files)
        for _ in range(READINGS_IN_A_ROW):
            arrived: list[int] = []
            queues = [(pool, queue) for pool in pools for queue in pool._queues]
            for pool, queue in queues:
                # Each of its threads comes here once, when it has done all before.
                meeting = threading.Barrier(pool._threads_each)
                for _ in range(pool._threads_each):
                    pool.run(meeting.wait, arrived.append, queue=queue)
            awaited = sum(pool._threads_each for pool, _ in queues)
            self.wait(lambda arrived=arrived, awaited=awaited: len(arrived) == awaited)  # type: ignore[misc]

    def people(self) -> dict[str, int]:
        """Name -> photos, as the tiles say."""
        return {tile.name: tile.photos for tile in self.tiles() if isinstance(tile, Person)}

    def tiles(self) -> list[Person | Cluster]:
        model = self.window.people.model
        return [model.tile(row) for row in range(model.rowCount())]

    def row_of(self, name: str) -> int:
        return next(row for row, tile in enumerate(self.tiles()) if isinstance(tile, Person) and tile.name == name)

    def groups(self) -> list[int]:
        """The rows of the unnamed groups."""
        return [row for row, tile in enumerate(self.tiles()) if isinstance(tile, Cluster)]

    def click_tile(
        self, grid: GridView, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        where = grid.visualRect(grid.grid_model().index(row))
        QTest.mouseClick(
            grid.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(where.center().x(), where.top() + 30)
        )

    def type_name(self, row: int, text: str) -> None:
        """Clicks a tile of the People page, types a name and presses Return."""
        grid = self.window.people.grid
        self.click_tile(grid, row)
        QTest.keyClicks(grid, text[0])
        edit = self.name_edit()
        QTest.keyClicks(edit, text[1:])
        QTest.keyClick(edit, Qt.Key.Key_Return)

    def knows(self, *names: str) -> None:
        """Waits until everybody of these names is offered where a name is typed."""
        known = self.window.session.names
        self.wait(lambda: all(any(one.name == name for one in known.fitting(name, (), 8)) for name in names))

    def name_edit(self) -> NameEdit:
        """The field for a name that is open."""
        found = [edit for edit in self.window.findChildren(NameEdit) if edit.isVisible()]
        assert len(found) == 1, f"{len(found)} fields are open"
        return found[0]

    def dialog(self, kind: type[W]) -> W:
        self.wait(lambda: any(child.isVisible() for child in self.window.findChildren(kind)))
        return next(child for child in self.window.findChildren(kind) if child.isVisible())

    def press(self, dialog: QDialog, text: str) -> None:
        button = next(one for one in dialog.findChildren(QPushButton) if text in one.text())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def drop(widget: QWidget, data: QMimeData) -> bool:
    """Drags something onto the middle of a widget and lets go; whether it was wanted."""
    where, action, button = widget.rect().center(), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(where, action, data, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, entering)
    if entering.isAccepted():
        dropping = QDropEvent(QPointF(where), action, data, button, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, dropping)
    return entering.isAccepted()
