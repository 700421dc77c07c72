"""Whether hidden people and ignored faces are in sight at present, wherever people are looked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Hidden(QObject):
    """Main thread; any other may ask for `shown`."""

    changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.shown = False

    def show(self, shown: bool) -> None:
        if shown != self.shown:
            self.shown = shown
            self.changed.emit(shown)
