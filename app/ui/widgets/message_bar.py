"""One sentence below the page: what went wrong and what to do, or what was done with a button to take it back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QPushButton, QSizePolicy, QToolButton, QWidget

from app.ui.dialogs.opening import open_dialog
from app.ui.widgets.announcing import announce
from app.ui.widgets.icons import set_symbol
from app.ui.widgets.status_strip import StripPart

# What was done is worth a glance; what went wrong stays until it is closed.
SECONDS = 8
# A longer text is read in a window of its own.
LINES = 2


class MessageBar(StripPart):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action: Callable[[], None] | None = None
        self._stays = self._is_error = False
        self._text = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._more = QPushButton(self.tr("Read all…"))
        self._more.clicked.connect(self._show_all)
        self._more.hide()
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.setToolTip(self.tr("Close"))
        set_symbol(self._close, "cancel")
        self._close.clicked.connect(self.hide)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 3, 8, 3)
        self._row.addWidget(self._text)
        for button in (self._more, self._button, self._close):
            # A click leaves the keyboard on the page.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._row.addWidget(button)
        self._timer = QTimer(self, singleShot=True, interval=SECONDS * 1000)
        self._timer.timeout.connect(self._time_is_up)
        self._measure()

    def tell(
        self, text: str, button: str = "", action: Callable[[], None] | None = None, *, stay: bool = False
    ) -> None:
        """Shows a sentence, with a button where there is something to do. Without `stay` it leaves by itself."""
        self._text.setText(text)
        self._action = action
        self._button.setText(button)
        self._button.setVisible(action is not None)
        self.setAccessibleName(text)
        self._fit()
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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

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

    def _time_is_up(self) -> None:
        # Nor under the keyboard.
        if any(button.hasFocus() for button in (self._more, self._button, self._close)):
            self._timer.start()
        else:
            self.hide()

    def _measure(self) -> None:
        self._text.setFixedHeight(LINES * self._text.fontMetrics().lineSpacing())
        self._fit()

    def _fit(self) -> None:
        """Where the text needs more lines than there are, it can be read elsewhere."""
        # The layout has no rectangle of its own until it is done with what came or went.
        margins, spacing = self._row.contentsMargins(), self._row.spacing()
        inside = self.width() - margins.left() - margins.right()
        taken = sum(
            button.sizeHint().width() + spacing for button in (self._button, self._close) if not button.isHidden()
        )
        cut = self._text.heightForWidth(inside - taken) > self._text.height()
        self._more.setVisible(cut)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop if cut else Qt.AlignmentFlag.AlignVCenter)

    def _show_all(self) -> None:
        box = QMessageBox(
            QMessageBox.Icon.NoIcon, self.tr("Message"), self.text, QMessageBox.StandardButton.Close, self
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        open_dialog(box)
