"""A choice of one thing out of a few, each with its key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class Choice(QComboBox):
    """`chosen` carries the key that the user chose."""

    chosen = Signal(object)

    def __init__(self, choices: Sequence[tuple[str, object]], current: object) -> None:
        super().__init__()
        for text, key in choices:
            self.addItem(text, key)
        self.choose(current)
        self.activated.connect(lambda _: self.chosen.emit(self.currentData()))

    def choose(self, key: object) -> None:
        """Shows this choice, without telling it; the first one where there is no such key."""
        self.setCurrentIndex(max(0, self.findData(key)))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        # Who scrolls the page past it chooses nothing.
        event.ignore()
