"""Garbage of the window is collected on the main thread alone.

Python looks for cycles on the thread that happens to allocate, and destroys what it finds there. To an object of Qt
that must not happen: a timer that ends on another thread leaves the main one with what it points at, and the next
event of it ends the program.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOKS_EVERY_MS = 200
# Objects made since the last look, and looks at younger ones since the last at those. Looking through everything stops
# all threads, for up to a quarter of a second where a large library is shown.
THRESHOLDS = (700, 10, 1000)


class GarbageCollector(QObject):
    """Takes over from Python's own collector until `stop`. Make it on the main thread, before other threads are there.

    Nearly all that the program drops is free at once, without this.
    """

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self, interval=LOOKS_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def keep_all(self) -> None:
        """What is there by now, the window above all, is not looked through any more."""
        gc.freeze()

    def stop(self) -> None:
        """Collects what is left and hands back to Python's own collector."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()

    def _look(self) -> None:
        counts = gc.get_count()
        due = [generation for generation, most in enumerate(THRESHOLDS) if counts[generation] > most]
        if due:
            gc.collect(due[-1])
