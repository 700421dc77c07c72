"""Ctrl+C in the terminal and the request to end of a session (SIGINT, SIGTERM), as a Qt signal.

Qt waits in native code, where Python runs no handler of its own until the next event; the bytes that Python writes for
each signal are such an event. Main thread.
"""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class StopSignals(QObject):
    """`stopped` is emitted for each; `received` is the number of the last one."""

    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.received: int | None = None
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._old_descriptor = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        # One that the caller ignores stays ignored, as for a program started in the background.
        self._old_handlers = {
            number: signal.signal(number, lambda *_: None)
            for number in (signal.SIGINT, signal.SIGTERM)
            if signal.getsignal(number) != signal.SIG_IGN
        }

    def close(self) -> None:
        """From here on they do what they did before."""
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_descriptor)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _read(self) -> None:
        for number in self._reader.recv(64):
            if number in self._old_handlers:
                self.received = number
        if self.received is not None:
            self.stopped.emit()
