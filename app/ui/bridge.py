"""Carries event records and finished work from any thread to the main thread.

`publish` and `call` may be called from anywhere; everything else happens on the main thread, in the order it was
handed over. Of the progress of one job only the newest record is kept, and changes of the library that wait together
arrive as one.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from app.events import Event, JobFinished, JobProgress, JobStarted, LibraryChanged, LibraryDamaged


class EventBridge(QObject):
    library_changed = Signal(object)
    library_damaged = Signal(object)
    job_started = Signal(object)
    job_progressed = Signal(object)
    job_finished = Signal(object)

    # Carries nothing: records stay on the Python side of the crossing, so no reference passes through Qt's queue.
    _woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._waiting: deque[Event | Callable[[], None]] = deque()
        self._awake = False
        self._closed = False
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def publish(self, event: Event) -> None:
        self._put(event)

    def call(self, function: Callable[[], None]) -> None:
        """Has `function` called on the main thread. After `close` it is dropped."""
        self._put(function)

    def close(self) -> None:
        """From here on nothing is delivered; publishing stays harmless."""
        with self._lock:
            self._closed = True
            self._waiting.clear()

    def _put(self, item: Event | Callable[[], None]) -> None:
        with self._lock:
            if not self._closed:
                _add(self._waiting, item)
                self._wake()

    def _wake(self) -> None:
        if self._waiting and not self._awake:
            self._awake = True
            self._woken.emit()

    def _deliver(self) -> None:
        with self._lock:
            self._awake = False
            count = len(self._waiting)
        # No more than that at once: the user's keys come between.
        for _ in range(count):
            with self._lock:
                if not self._waiting:
                    return
                item = self._waiting.popleft()
                # The rest does not depend on how this one ends: it may be interrupted, or wait for the rest itself.
                self._wake()
            self._hand_over(item)

    def _hand_over(self, item: Event | Callable[[], None]) -> None:
        match item:
            case LibraryChanged():
                self.library_changed.emit(item)
            case LibraryDamaged():
                self.library_damaged.emit(item)
            case JobStarted():
                self.job_started.emit(item)
            case JobProgress():
                self.job_progressed.emit(item)
            case JobFinished():
                self.job_finished.emit(item)
            case _:
                try:
                    item()
                # One bug must not swallow what waits behind it.
                except Exception:
                    sys.excepthook(*sys.exc_info())


def _add(waiting: deque[Event | Callable[[], None]], item: Event | Callable[[], None]) -> None:
    if isinstance(item, JobProgress):
        for index, other in enumerate(waiting):
            if isinstance(other, JobProgress) and other.job == item.job:
                waiting[index] = item
                return
    last = waiting[-1] if waiting else None
    if isinstance(item, LibraryChanged) and isinstance(last, LibraryChanged):
        waiting[-1] = LibraryChanged(
            photos=last.photos | item.photos,
            faces=last.faces | item.faces,
            people=last.people | item.people,
            everything=last.everything or item.everything,
            undo_step=item.undo_step,
            undo_label=item.undo_label,
            redo_label=item.redo_label,
        )
        return
    waiting.append(item)
