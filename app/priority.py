"""Which threads go first where all want the same core: the window before what fills it, and that before long work.

And how many of those that look at photos compute at a time.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections import deque
from enum import Enum
from types import TracebackType


class Priority(Enum):
    """How far below the main thread: on Linux in steps of niceness, then for Windows (`SetThreadPriority`) and macOS
    (quality of service, sys/qos.h).

    Not as far as it goes: a thread that gets no core while it holds the interpreter's lock holds up the window too.
    """

    # What somebody waits for: pages, pictures, names that are written.
    SOON = 5, -1, 0x19
    # Jobs, which may take hours, and the networks that they use.
    LATER = 10, -2, 0x11


_lowered = threading.local()


def lowered() -> Priority | None:
    """To what the priority of the thread that calls it was lowered, for threads that it starts; None: it was not."""
    return getattr(_lowered, "to", None)


def lower_priority(priority: Priority | None) -> None:
    """Of the thread that calls it, for good, where a priority is given and the system allows it."""
    if priority is None:
        return
    _lowered.to = priority
    niceness, windows, macos = priority.value
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            # The main thread bears the number of the process, 0 stands for the thread that asks.
            main = os.getpriority(os.PRIO_PROCESS, os.getpid())
            os.setpriority(os.PRIO_PROCESS, 0, main + niceness)
    elif sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.GetCurrentThread.restype = ctypes.c_void_p
        kernel.SetThreadPriority.argtypes = [ctypes.c_void_p, ctypes.c_int]
        kernel.SetThreadPriority(kernel.GetCurrentThread(), windows)
    elif sys.platform == "darwin":
        ctypes.CDLL(None).pthread_set_qos_class_self_np(macos, 0)


class Turns:
    """`with turns:` waits until fewer threads than are allowed are inside; first come, first served.

    What more threads than cores compute at once takes no less time. And a thread that was put aside for them while it
    holds the interpreter's lock holds up the window.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._inside = 0
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def allow(self, most: int) -> None:
        """From here on so many, at least one; those inside finish their turns."""
        with self._lock:
            self._most = max(1, most)
            self._hand_on()

    def __enter__(self) -> None:
        mine = threading.Event()
        with self._lock:
            self._waiting.append(mine)
            self._hand_on()
        mine.wait()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            self._hand_on()

    def _hand_on(self) -> None:
        while self._waiting and self._inside < self._most:
            self._inside += 1
            self._waiting.popleft().set()


CORES = os.cpu_count() or 1
# Of this process.
turns = Turns(CORES)
