"""What becomes of an edit: its end on the main thread, a word about it with a way back, its error as a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer, Signal

from app.errors import AppError
from app.library.records import Done
from app.ui.background import Background

PAUSE_MS = 1500


class Edits(QObject):
    """`told` carries the Done of an edit that deserves a word, since its effect is not plain to see, and a sentence
    to say instead of its label, or "" for the label."""

    told = Signal(object, str)

    def __init__(self, background: Background, catch_up: Callable[[Callable[[], bool]], bool]) -> None:
        """`catch_up` finds out what edits tell about other faces until it is cancelled; False if it has to wait."""
        super().__init__()
        self._background = background
        self._open = 0
        self._closed = threading.Event()
        self._catch_up = catch_up
        # What an edit tells about other faces can wait until the user pauses.
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._follow)

    def run(
        self,
        edit: Callable[[], Future[Done]],
        then: Callable[[Done], None] | None = None,
        otherwise: Callable[[AppError], None] | None = None,
        *,
        tell: bool = True,
        instead: str = "",
    ) -> None:
        """Calls `edit`, which may refuse at once, and `then` when it is in the library for good.

        `instead` is told instead of the label of the edit.
        """

        def ended(done: Done) -> None:
            if tell or instead:
                self.told.emit(done, instead)
            if then is not None:
                then(done)

        try:
            future = edit()
        except AppError as error:
            (otherwise or self._background.failed.emit)(error)
            return
        self._open += 1
        self._background.deliver(future, ended, otherwise, self._one_less)

    def under_way(self) -> bool:
        return self._open > 0

    def settle(self) -> None:
        """Waits, deaf to the user, until every edit has come to its end."""
        while self._open:
            QCoreApplication.processEvents(
                QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
            )

    def close(self) -> None:
        """What an edit tells about other faces is left to the next one."""
        self._closed.set()
        self._pause.stop()

    def _one_less(self) -> None:
        self._open -= 1
        self._pause.start()

    def _follow(self) -> None:
        def ended(done: bool) -> None:
            if not done and not self._closed.is_set():
                self._pause.start()

        self._background.run(lambda: self._catch_up(self._closed.is_set), ended)
