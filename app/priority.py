"""Which threads go first where all want the same core: the window before what fills it, and that before long work."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from enum import Enum


class Priority(Enum):
    """How far below the main thread: on Linux in steps of niceness, then for Windows (`SetThreadPriority`) and macOS
    (quality of service, sys/qos.h).

    Not as far as it goes: a thread that gets no core while it holds the interpreter's lock holds up the window too.
    """

    # What somebody waits for: pages, pictures, names that are written.
    SOON = 5, -1, 0x19
    # Jobs, which may take hours, and the networks that they use.
    LATER = 10, -2, 0x11


def lower_priority(priority: Priority) -> None:
    """Of the thread that calls it, for good; on Linux also of the threads that it starts afterwards."""
    niceness, windows, macos = priority.value
    if sys.platform == "linux":
        # The main thread bears the number of the process.
        most = os.getpriority(os.PRIO_PROCESS, os.getpid()) + niceness
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), most)
    elif sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.GetCurrentThread.restype = ctypes.c_void_p
        kernel.SetThreadPriority.argtypes = [ctypes.c_void_p, ctypes.c_int]
        kernel.SetThreadPriority(kernel.GetCurrentThread(), windows)
    elif sys.platform == "darwin":
        ctypes.CDLL(None).pthread_set_qos_class_self_np(macos, 0)
