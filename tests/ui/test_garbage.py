"""What Qt made is never destroyed on another thread than its own."""

from __future__ import annotations

import threading

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot


class Knot(QTimer):
    """Nothing but a collector finds that nobody holds it any more."""

    def __init__(self, ended_on: list[threading.Thread]) -> None:
        super().__init__()
        self._itself, self._ended_on = self, ended_on
        self.start(1000)

    def __del__(self) -> None:
        self._ended_on.append(threading.current_thread())


def allocate() -> None:
    """So much that Python's own collector would look through everything more than once."""
    for _ in range(1000):
        _ = [[] for _ in range(1000)]  # type: ignore[var-annotated]


def test_a_timer_in_a_knot_ends_on_the_main_thread_however_much_others_allocate(qtbot: QtBot) -> None:
    ended_on: list[threading.Thread] = []
    for _ in range(3):
        Knot(ended_on)
    worker = threading.Thread(target=allocate)
    worker.start()
    worker.join()
    kept: list[list[int]] = [[] for _ in range(20_000)]
    qtbot.waitUntil(lambda: len(ended_on) == 3)
    assert set(ended_on) == {threading.main_thread()}
    assert len(kept) == 20_000
