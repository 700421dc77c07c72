"""A widget that is never lower than it needs to be: in a low window it is scrolled, and nothing of it is cut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class TallEnough(QScrollArea):
    """Qt's own resizing goes by the height that is liked best, which would scroll in windows that are high enough."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is in it takes the keyboard, and scrolls into sight.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = inside
        self.setWidget(inside)
        inside.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        inside, bar = self._inside.minimumSizeHint(), self.verticalScrollBar().sizeHint()
        return QSize(inside.width() + bar.width(), bar.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        width = self.viewport().width()
        layout = self._inside.layout()
        needed = 0 if layout is None else layout.totalMinimumHeightForWidth(width)
        self._inside.resize(width, max(self.viewport().height(), needed))
