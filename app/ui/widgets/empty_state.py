"""What a page shows instead of its grid while there is nothing in it: what that means and what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.ui.widgets.icons import drawn

# Lower than so many lines, there is no picture.
LOWEST = 13


class EmptyState(QScrollArea):
    def __init__(self, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self._picture = QLabel()
        self._title = QLabel(textFormat=Qt.TextFormat.PlainText)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.5)
        self._title.setFont(font)
        self._text = QLabel()
        self._text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._text.setWordWrap(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._layout = QVBoxLayout(inside)
        self._layout.setSpacing(10)
        self._layout.addStretch(2)
        for label in (self._picture, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            # Of a label that is aligned, a layout does not ask the height that its lines need.
            row = QHBoxLayout()
            row.addStretch()
            row.addWidget(label)
            row.addStretch()
            self._layout.addLayout(row)
        self._layout.addStretch(3)
        self.setWidget(inside)
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
        # Lines of a length that is read easily, where the window has room for them.
        margins = self._layout.contentsMargins()
        room = self.viewport().width() - margins.left() - margins.right()
        self._text.setFixedWidth(max(0, min(self.fontMetrics().averageCharWidth() * 62, room)))
        # Little height is for the words.
        self._picture.setVisible(self.height() >= self.fontMetrics().height() * LOWEST)
        # What is inside learns of it also while it is out of sight, before it is given its size.
        self._layout.activate()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self._picture.setPixmap(drawn(self._symbol, 64, self.devicePixelRatioF(), colour))


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
        """In a low window this gives way, and not what stands above it."""
        return QSize(200, 60)
