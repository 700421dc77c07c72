"""One sentence below the page: what went wrong and what to do, or what was done with a button to take it back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from app.ui.widgets.announcing import announce
from app.ui.widgets.icons import set_symbol

# What was done is worth a glance; what went wrong stays until it is closed.
SECONDS = 8


class MessageBar(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action: Callable[[], None] | None = None
        self._stays = self._is_error = False
        self._text = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.setToolTip(self.tr("Close"))
        set_symbol(self._close, "cancel")
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.addWidget(self._text)
        row.addWidget(self._button)
        row.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True, interval=SECONDS * 1000)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def tell(
        self, text: str, button: str = "", action: Callable[[], None] | None = None, *, stay: bool = False
    ) -> None:
        """Shows a sentence, with a button where there is something to do. Without `stay` it leaves by itself."""
        self._text.setText(text)
        self._action = action
        self._button.setText(button)
        self._button.setVisible(action is not None)
        self.setAccessibleName(text)
        self.show()
        announce(self, text, at_once=stay)
        self._stays, self._is_error = stay, False
        self._timer.stop()
        if not stay:
            self._timer.start()

    def tell_error(self, text: str) -> None:
        """Stays until `drop_error`, another message, or until it is closed."""
        self.tell(text, stay=True)
        self._is_error = True

    def drop_error(self) -> None:
        """What went wrong is behind the user."""
        if self._is_error:
            self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        painter = QPainter(self)
        painter.fillRect(0, 0, 4, self.height(), colour)
        colour.setAlpha(36)
        painter.fillRect(self.rect(), colour)

    def event(self, event: QEvent) -> bool:
        # Nothing vanishes under the pointer.
        if event.type() == QEvent.Type.Enter and self._timer.isActive():
            self._timer.stop()
        elif event.type() == QEvent.Type.Leave and self.isVisible() and not self._stays:
            self._timer.start()
        return super().event(event)

    def _act(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()
