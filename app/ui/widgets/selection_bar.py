"""What can be done with the tiles that are selected, in sight; the same is in their menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from app.ui.widgets.icons import set_symbol


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done with what is selected."""

    text: str
    do: Callable[[], object]


class SelectionBar(QFrame):
    """`cleared` asks to select nothing any more, `left` says that the bar goes while it has the keyboard.

    Its place stays free while it is hidden: tiles that were hidden by it would be moved into sight.
    """

    cleared = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._deeds: Sequence[Deed] = ()
        self._count = QLabel()
        self._count.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton(autoRaise=True)
        self._close.setAccessibleName(self.tr("Select nothing"))
        self._close.setToolTip(self.tr("Select nothing"))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_symbol(self._close, "cancel")
        self._close.clicked.connect(self.cleared)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 6, 8, 6)
        self._row.addStrut(QPushButton().sizeHint().height())
        self._row.addWidget(self._count)
        self._row.addWidget(self._close)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()

    def offer(self, text: str, deeds: Sequence[Deed]) -> None:
        """Says what is selected, and offers these; without any there is no bar."""
        self._count.setText(text)
        if [deed.text for deed in deeds] != [deed.text for deed in self._deeds]:
            for button in self.findChildren(QPushButton):
                button.hide()
                button.deleteLater()
            for place, deed in enumerate(deeds):
                button = QPushButton(deed.text)
                button.clicked.connect(lambda _=False, place=place: self._deeds[place].do())
                self._row.insertWidget(self._row.indexOf(self._close), button)
        self._deeds = tuple(deeds)
        focused = QApplication.focusWidget()
        if not deeds and focused is not None and self.isAncestorOf(focused):
            self.left.emit()
        self.setVisible(bool(deeds))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        colour.setAlpha(36)
        QPainter(self).fillRect(self.rect(), colour)
