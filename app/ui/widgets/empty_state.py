"""What a page shows instead of its grid while there is nothing in it: what that means and what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.ui.widgets.icons import drawn

PICTURE = 64


class EmptyState(QWidget):
    def __init__(self, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self._title = QLabel(textFormat=Qt.TextFormat.PlainText)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.5)
        self._title.setFont(font)
        self._text = QLabel()
        self._text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._text.setWordWrap(True)
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(10)
        self._layout.addStretch()
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            # Of a label that is aligned, a layout does not ask the height that its lines need.
            row = QHBoxLayout()
            row.addStretch()
            row.addWidget(label)
            row.addStretch()
            self._layout.addLayout(row)
        self._layout.addStretch()
        self._draw()

    def say(self, title: str, text: str) -> None:
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._title.setText(title)
        self._text.setText(text)

    def title(self) -> str:
        return self._title.text()

    def add(self, widget: QWidget) -> None:
        """Under the text, for what can be done."""
        self._layout.insertSpacing(self._layout.count() - 1, 8)
        self._layout.insertWidget(self._layout.count() - 1, widget, 0, Qt.AlignmentFlag.AlignHCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        # Lines of a length that is read easily, where the window has room for them.
        self._text.setFixedWidth(min(self.fontMetrics().averageCharWidth() * 62, self._layout.contentsRect().width()))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        # Where there is little room it is for the words.
        below = self._title.y() - self._layout.spacing()
        if below >= PICTURE:
            QPainter(self).drawPixmap((self.width() - PICTURE) // 2, below - PICTURE, self._picture)

    def _draw(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self._picture = drawn(self._symbol, PICTURE, self.devicePixelRatioF(), colour)
        self.update()


class Fallback(QStackedWidget):
    """Shows either the content or the empty state.

    A focus proxy would not do: Tab gets stuck at one that is hidden.
    """

    def __init__(self, content: QWidget, empty: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._empty = empty
        self.addWidget(content)
        self.addWidget(empty)

    def show_content(self, there_is: bool) -> None:
        self.setCurrentWidget(self._content if there_is else self._empty)

    def focus(self) -> None:
        """Puts the keyboard to what is shown."""
        (self.currentWidget() or self).setFocus()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, 150)
