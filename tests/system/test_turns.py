"""Long work takes turns at the cores, and leaves one to the window while somebody uses it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app import priority
from app.priority import CORES, Turns
from app.ui import attention
from app.ui.attention import Attention


@given(most=st.integers(1, 4), threads=st.integers(1, 12))
def test_no_more_threads_than_are_allowed_have_their_turn_at_once_and_each_gets_one(most: int, threads: int) -> None:
    turns, lock = Turns(most), threading.Lock()
    inside, at_once, done = 0, [], []

    def work(number: int) -> None:
        nonlocal inside
        with turns:
            with lock:
                inside += 1
                at_once.append(inside)
            time.sleep(0.0005)
            with lock:
                inside -= 1
                done.append(number)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)
    assert sorted(done) == list(range(threads))
    assert max(at_once) <= most


def test_who_waits_for_a_turn_gets_it_once_more_are_allowed_and_one_is_always_left() -> None:
    turns = Turns(2)
    turns.allow(0)
    got = threading.Event()
    with turns:
        waiting = threading.Thread(target=lambda: turns.__enter__() or got.set())
        waiting.start()
        assert not got.wait(0.05)
        turns.allow(2)
        assert got.wait(10)
    waiting.join()


def test_a_turn_ends_with_an_error_too() -> None:
    turns = Turns(1)
    with pytest.raises(ValueError), turns:
        raise ValueError
    with turns:
        pass


def test_who_came_first_has_the_first_turn_and_who_comes_again_the_last() -> None:
    turns, had = Turns(1), list[int]()

    def come(number: int) -> None:
        with turns:
            had.append(number)

    workers = [threading.Thread(target=come, args=(number,)) for number in range(20)]
    with turns:
        for number, worker in enumerate(workers, 1):
            worker.start()
            while len(turns._waiting) < number:
                time.sleep(0.0005)
    come(len(workers))
    for worker in workers:
        worker.join()
    assert had == list(range(len(workers) + 1))


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[Use]:
    use, before = Use(qapp), sys.getswitchinterval()
    monkeypatch.setattr(priority.turns, "allow", use.allowed.append)
    yield use
    use.end()
    sys.setswitchinterval(before)


class Use:
    """`allowed` is what was allowed, time after time. A quiet time ends after so many milliseconds."""

    def __init__(self, app: QApplication) -> None:
        self.allowed: list[int] = []
        self._app = app
        self._watching: list[Attention] = []

    def watch(self, monkeypatch: pytest.MonkeyPatch, quiet_ms: int) -> None:
        monkeypatch.setattr(attention, "QUIET_MS", quiet_ms)
        self._watching.append(Attention(self._app))

    def end(self) -> None:
        for watching in self._watching:
            watching.deleteLater()


@pytest.fixture
def field(qtbot: QtBot) -> QLineEdit:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    field.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWindow() is field.windowHandle() and field.hasFocus())
    return field


def test_keys_leave_a_core_to_the_window(use: Use, field: QLineEdit, monkeypatch: pytest.MonkeyPatch) -> None:
    use.watch(monkeypatch, 3_600_000)
    assert use.allowed == []
    QTest.keyClick(field.windowHandle(), Qt.Key.Key_A)
    QTest.keyClick(field.windowHandle(), Qt.Key.Key_B)
    assert field.text() == "ab"
    assert use.allowed == [CORES - 1]


def test_the_mouse_leaves_a_core_to_the_window(use: Use, field: QLineEdit, monkeypatch: pytest.MonkeyPatch) -> None:
    use.watch(monkeypatch, 3_600_000)
    QTest.mouseClick(field.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert use.allowed == [CORES - 1]


def test_an_input_method_leaves_a_core_to_the_window(
    use: Use, field: QLineEdit, monkeypatch: pytest.MonkeyPatch
) -> None:
    use.watch(monkeypatch, 3_600_000)
    typed = QInputMethodEvent()
    typed.setCommitString("小明")
    QApplication.sendEvent(field, typed)
    assert field.text() == "小明"
    assert use.allowed == [CORES - 1]


def test_when_nobody_uses_the_window_any_more_all_cores_are_for_photos(
    use: Use, field: QLineEdit, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    use.watch(monkeypatch, 1)
    QTest.keyClick(field.windowHandle(), Qt.Key.Key_A)
    qtbot.waitUntil(lambda: use.allowed[-1:] == [CORES])
    assert use.allowed[0] == CORES - 1
