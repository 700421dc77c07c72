"""A choice between two or three views of the same thing, as buttons side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget


class Switch(QWidget):
    changed = Signal(int)

    def __init__(self, texts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number, text in enumerate(texts):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setAutoDefault(False)
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(lambda number, on: self.changed.emit(number) if on else None)

    def choose(self, number: int) -> None:
        self._group.button(number).setChecked(True)

    def button(self, number: int) -> QPushButton:
        button = self._group.button(number)
        assert isinstance(button, QPushButton)
        return button

    def chosen(self) -> int:
        return self._group.checkedId()
