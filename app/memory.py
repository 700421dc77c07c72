"""What the C library does with memory that is given back."""

from __future__ import annotations

import ctypes
import sys

# Larger blocks come from the system and go back to it. The library of GNU raises this by itself up to 32 MB, and keeps
# what lies below: after ten scans of a growing library a process held three times of what it used.
LARGE = 1 << 20
_M_MMAP_THRESHOLD = -3  # malloc.h


def give_back_large_blocks() -> None:
    """For the process, from here on. Does nothing where the C library is another one than that of GNU."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, LARGE)
