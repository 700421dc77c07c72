"""The full screen: from the viewer nothing but the photo, from elsewhere the window as it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QWidget

from app.ui.pages.viewer import ViewerPage
from app.ui.widgets.status_strip import StatusStrip, StripPart

_FULL = Qt.WindowState.WindowFullScreen


class FullScreen(QObject):
    def __init__(
        self,
        window: QMainWindow,
        action: QAction,
        viewer: ViewerPage,
        beside: Sequence[QWidget],
        strip: StatusStrip,
        messages: StripPart,
    ) -> None:
        """`beside` is what stands beside the pages; the strip comes up with a message."""
        super().__init__(window)
        self._window, self._action, self._viewer, self._beside = window, action, viewer, beside
        self._strip, self._messages = strip, messages
        # Whether nothing but the photo is in sight.
        self.bare = False
        window.installEventFilter(self)
        action.triggered.connect(self._toggle)
        messages.shown.connect(self._show_strip)

    def leave_bare(self) -> bool:
        """Back to the window as it was before the photo took the screen; whether it had taken it."""
        was = self.bare
        if was:
            self._action.trigger()
        return was

    def show_bare(self, bare: bool) -> None:
        if bare != self.bare:
            self.bare = bare
            for widget in self._beside:
                widget.setVisible(not bare)
            self._viewer.show_bare(bare)
            self._show_strip()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        # The desktop has keys of its own for it.
        if event.type() == QEvent.Type.WindowStateChange:
            self._action.setChecked(self._window.isFullScreen())
            if not self._window.isFullScreen():
                self.show_bare(False)
        return super().eventFilter(watched, event)

    def _toggle(self, full: bool) -> None:
        self.show_bare(full and self._viewer.isVisible())
        before = self._window.windowState()
        self._window.setWindowState(before | _FULL if full else before & ~_FULL)

    def _show_strip(self) -> None:
        self._strip.setVisible(not self.bare or self._messages.isVisibleTo(self._strip))
