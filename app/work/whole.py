"""Reading a file whole, with no more memory than it has bytes."""

from __future__ import annotations

import errno
import os
from typing import BinaryIO


class CutShortError(OSError):
    """A file ended before its size."""

    def __init__(self) -> None:
        super().__init__(errno.EIO, os.strerror(errno.EIO))


def read_whole(file: BinaryIO, size: int) -> bytes:
    """The content of a buffered file of this size: a share may hand out less at a time than it is asked for. Raises
    OSError, and CutShortError where it ends before."""
    content = file.read(size)
    if len(content) < size:
        raise CutShortError
    return content
