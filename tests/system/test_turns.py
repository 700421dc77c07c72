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


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[list[int]]:
    """What is allowed, time after time, while somebody uses a window."""
    told: list[int] = []
    before = sys.getswitchinterval()
    monkeypatch.setattr(priority.turns, "allow", told.append)
    monkeypatch.setattr(attention, "QUIET_MS", 50)
    watching = Attention(qapp)
    yield told
    watching.deleteLater()
    sys.setswitchinterval(before)


def test_keys_and_the_mouse_leave_a_core_to_the_window_until_they_rest(allowed: list[int], qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    field.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWindow() is field.windowHandle())
    assert allowed == []
    QTest.keyClick(field.windowHandle(), Qt.Key.Key_A)
    QTest.keyClick(field.windowHandle(), Qt.Key.Key_B)
    assert field.text() == "ab"
    assert allowed == [CORES - 1]
    qtbot.waitUntil(lambda: allowed == [CORES - 1, CORES])
    QTest.mouseClick(field.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.waitUntil(lambda: allowed == [CORES - 1, CORES, CORES - 1, CORES])
