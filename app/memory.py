"""What the C library does with memory that was freed. Does nothing where it is not the one of GNU."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Larger blocks come from the system and go back to it. The library of GNU raises this by itself up to 32 MB, and keeps
# what lies below: after ten scans of a growing library a process held three times of what it used.
LARGE = 1 << 20
# While pictures come and go the blocks that they are made of are kept for the next one: the system would take a seventh
# of the time to hand them out anew.
LARGE_BESIDE_PICTURES = 16 << 20
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h


def give_back_large_blocks() -> None:
    """For the process, from here on."""
    _bound(LARGE)


def give_back() -> None:
    """All that is free: small blocks too, of which work on a large library leaves many."""
    _call("malloc_trim", 0)


@contextmanager
def keeping_pictures() -> Iterator[None]:
    """Meanwhile blocks of the size of pictures are kept. All that is free goes back at the end."""
    _bound(LARGE_BESIDE_PICTURES)
    try:
        yield
    finally:
        _bound(LARGE)
        give_back()


def _bound(large: int) -> None:
    _call("mallopt", _M_MMAP_THRESHOLD, large)
    # Of what lies free at the end of the heap.
    _call("mallopt", _M_TRIM_THRESHOLD, 2 * large)


def _call(name: str, *numbers: int) -> None:
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if function is not None:
        function(*numbers)
