"""Leaves a core to the window while somebody uses it: typing and turning pages wait for no photo then."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from app.priority import CORES, turns

QUIET_MS = 3000
# How long another thread may keep the interpreter's lock once the window asks for it; Python's own 5 ms add up.
SWITCH_S = 0.0005
USE = {
    QEvent.Type.DragMove,
    QEvent.Type.InputMethod,
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.Wheel,
}


class Attention(QObject):
    """Watches whichever window of the program has the focus, and what in it: input methods speak to that alone."""

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        sys.setswitchinterval(SWITCH_S)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(lambda: turns.allow(CORES))
        self._watched: list[QObject] = []
        for changed in (app.focusWindowChanged, app.focusObjectChanged):
            changed.connect(self._watch)
        self._watch()

    def _watch(self, _: QObject | None = None) -> None:
        """Only these: what is painted in a page that had the keyboard once need not come by here."""
        for before in filter(isValid, self._watched):
            before.removeEventFilter(self)
        app = QGuiApplication
        self._watched = [focus for focus in (app.focusWindow(), app.focusObject()) if focus is not None]
        for focus in self._watched:
            focus.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in USE:
            if not self._quiet.isActive():
                turns.allow(CORES - 1)
            self._quiet.start()
        return False
