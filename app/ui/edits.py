"""What becomes of an edit: its end on the main thread, a word about it with a way back, its error as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Signal

from app.errors import AppError
from app.library.records import Done
from app.ui.background import Background


class Edits(QObject):
    """`told` carries the Done of an edit that deserves a word: one whose effect is not plain to see."""

    told = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background

    def run(
        self, edit: Callable[[], Future[Done]], then: Callable[[Done], None] | None = None, *, tell: bool = True
    ) -> None:
        """Calls `edit`, which may refuse at once, and `then` when it is in the library for good."""

        def ended(done: Done) -> None:
            if tell:
                self.told.emit(done)
            if then is not None:
                then(done)

        try:
            self._background.deliver(edit(), ended)
        except AppError as error:
            self._background.failed.emit(error)
