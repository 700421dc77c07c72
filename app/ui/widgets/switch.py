"""A choice between two or three views of the same thing, as buttons side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from app.ui.widgets.ringed_button import RingedButton


class Switch(QWidget):
    changed = Signal(int)

    def __init__(self, texts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number, text in enumerate(texts):
            button = RingedButton(text)
            button.setCheckable(True)
            button.setAutoDefault(False)
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        self._colour()
        self._group.idToggled.connect(self._toggled)

    def choose(self, number: int) -> None:
        self._group.button(number).setChecked(True)

    def chosen(self) -> int:
        return self._group.checkedId()

    def button(self, number: int) -> QPushButton:
        button = self._group.button(number)
        assert isinstance(button, QPushButton)
        return button

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _toggled(self, number: int, on: bool) -> None:
        self._colour()
        if on:
            self.changed.emit(number)

    def _colour(self) -> None:
        """In the dark a pressed button hardly differs from others, so the chosen one has the colour of selections."""
        role = QPalette.ColorRole
        for button in self._group.buttons():
            palette = QPalette()
            if button.isChecked():
                ground, text = self.palette().color(role.Highlight), self.palette().color(role.HighlightedText)
                # Styles soften the colour of a button; away from its text, that is still to be read.
                palette.setColor(role.Button, ground.lighter(140) if text.lightness() < 128 else ground.darker(140))
                palette.setColor(role.ButtonText, text)
            button.setPalette(palette)
