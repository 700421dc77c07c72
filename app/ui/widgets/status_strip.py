"""The strip at the bottom of the window: what was done or what went wrong, and the job that runs.

It keeps its height while both come and go: a page that grew or shrank would move its buttons under the pointer.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QWidget


class StripPart(QFrame):
    """`shown` says whether it is seen, `left` that it goes while it has the keyboard."""

    shown = Signal(bool)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hide()

    def setVisible(self, visible: bool) -> None:  # noqa: N802
        focused = QApplication.focusWidget()
        if not visible and focused is not None and self.isAncestorOf(focused):
            # Qt would hand the keyboard on to whatever comes next.
            self.left.emit()
        super().setVisible(visible)
        self.shown.emit(visible)

    def buttons_width(self) -> int:
        """How much of the right edge is for buttons that come up with it."""
        return 0


class StatusStrip(QWidget):
    """A message has the left, a job the right side, or all where it is alone.

    The buttons of the job stay at the right edge, and those of a message keep off their place also while there is no
    job: whoever is about to press one of them never hits another that has come up there.
    """

    def __init__(self, messages: StripPart, job: StripPart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages, self._job = messages, job
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(messages, 1)
        self._row.addWidget(job)
        job.shown.connect(self._keep_edge)
        self._keep_edge(False)
        self._keep_height()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._keep_height()

    def _keep_height(self) -> None:
        self.setFixedHeight(max(part.sizeHint().height() for part in (self._messages, self._job)))

    def _keep_edge(self, job_shown: bool) -> None:
        self._row.setContentsMargins(0, 0, 0 if job_shown else self._job.buttons_width(), 0)
